import { once } from 'node:events';
import { createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { ask } from './ask.ts';
import type { Kind } from './content.ts';
import { describe, isFlawless, isOwn, isProblem } from './invariants.ts';
import { type Fault, NOBODYS } from './misbehave.ts';
import { isWell, type Site, startSite, USERS, WITNESS } from './start-site.ts';
import { HOST, type Note, type Session } from './traffic.ts';

/** What whoever asked gets, one way only; by whatever the published server does, it has carried the request out once. */
type Line = { sentence: string; fits(note: Note): boolean };

const broken: Line = { sentence: '502', fits: (note) => isProblem(note, 502) };
const cut: Line = { sentence: 'an answer that is visibly cut', fits: ({ end, status }) => end === 'cut' && status === 200 };
/** A reset may overtake what was sent before it. */
const cutOrBroken: Line = { sentence: 'no answer that looks whole', fits: (note) => note.end === 'cut' || isProblem(note, 502) };
const own: Line = { sentence: 'their own answer, and nobody the rest', fits: isOwn };

const rows: { fault: Fault; line: Line }[] = [
  { fault: 'reset without a word', line: broken },
  { fault: 'end without a word', line: broken },
  { fault: 'end in the head', line: broken },
  { fault: 'garbage for a head', line: broken },
  { fault: 'garbage in the head', line: broken },
  { fault: 'two lengths', line: broken },
  { fault: 'reset in the body', line: cutOrBroken },
  { fault: 'reset in the chunks', line: cutOrBroken },
  { fault: 'reset in a body without a length', line: cutOrBroken },
  { fault: 'end in the body', line: cut },
  { fault: 'end between the chunks', line: cut },
  { fault: 'end in a chunk', line: cut },
  { fault: 'garbage for a chunk', line: cut },
  { fault: 'twice', line: own },
  { fault: 'more than its length', line: own },
];

const KINDS: readonly Kind[] = ['visit', 'download', 'upload', 'post'];
const ROUND = USERS.length;

/** One round soundly, two with the fault, and one soundly: who was hit got the one thing. */
async function goThrough(t: ExecutionContext, site: Site, fault: Fault, of: readonly Kind[], line: Line): Promise<void> {
  const { traffic, published } = site;
  await traffic.rounds(ROUND);
  published.misbehave(fault, (kind) => of.includes(kind));
  await traffic.rounds(2 * ROUND);
  published.misbehave(null);
  await traffic.rounds(ROUND);
  const ids = new Set(published.journal.arrivals.filter((arrival) => arrival.fault === fault).map(({ id }) => id));
  const hit = (note: Note) => ids.has(note.id);
  await isWell(t, site, hit);
  const notes = traffic.notes.filter(hit);
  t.true(notes.length >= ROUND * of.length);
  t.deepEqual(notes.filter((note) => !line.fits(note)).map(describe), []);
  t.false(traffic.notes.some(({ body }) => body.includes(NOBODYS)));
}

for (const { fault, line } of rows)
  test.serial(`a published server answers with ${fault}: its clients get ${line.sentence}, and all else goes on`, async (t) => {
    await goThrough(t, await startSite(t), fault, KINDS, line);
  });

test.serial('a published server never answers: its clients get 504 in time, and all else goes on', async (t) => {
  const late = { sentence: '504', fits: (note: Note) => isProblem(note, 504) };
  await goThrough(t, await startSite(t, { limits: { responseTime: 300 } }), 'hang', ['visit'], late);
});

test.serial('a published server stalls in the body: who waits gets the rest when it goes on, and all else goes on', async (t) => {
  const site = await startSite(t);
  const { traffic, published } = site;
  published.misbehave('stall', (kind) => kind === 'download');
  await published.journal.arrived(({ fault }) => fault === 'stall', ROUND);
  published.misbehave(null);
  published.goOn();
  await traffic.rounds(ROUND);
  await isWell(t, site);
});

test.serial(
  'a published server stalls in the body for ever: its clients get an answer that is visibly cut, and all else goes on',
  async (t) => {
    await goThrough(t, await startSite(t, { limits: { streamTime: 300 } }), 'stall', ['download'], cut);
  },
);

test.serial('a published server is down and comes back: meanwhile everything of its is 502, and all else goes on', async (t) => {
  const site = await startSite(t);
  const { traffic, published } = site;
  await traffic.rounds(ROUND);
  await published.down();
  const from = performance.now();
  await traffic.rounds(2 * ROUND);
  const to = performance.now();
  await published.up();
  await traffic.rounds(2 * ROUND);
  const touched = ({ deed, sentAt, seenAt }: Note) => isOfServer(deed) && sentAt < to && seenAt > from;
  await isWell(t, site, touched);
  const meanwhile = traffic.notes.filter((note) => isOfServer(note.deed) && from < note.sentAt && note.seenAt < to);
  t.true(meanwhile.length > ROUND);
  t.deepEqual(meanwhile.filter((note) => !isProblem(note, 502)).map(describe), []);
  const across = traffic.notes.filter(touched);
  t.deepEqual(across.filter((note) => !isFlawless(note) && !cutOrBroken.fits(note)).map(describe), []);
});

const isOfServer = (deed: Note['deed']) => !['log-on', 'sign-out', 'replay', 'stroll'].includes(deed);

test.serial('a published server takes connections and never shakes hands: 502 in time, and all else goes on', async (t) => {
  const mute = createServer((socket) => socket.on('error', () => {}));
  await once(mute.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => mute.close());
  const { port } = mute.address() as import('node:net').AddressInfo;
  const site = await startSite(t, { limits: { connectTime: 300 }, other: `https://127.0.0.1:${port}` });
  const { traffic, gateway } = site;
  const session = await traffic.logOn(WITNESS);
  const way = { port: gateway.port, agent: false, headers: { Host: HOST, Cookie: session?.cookie ?? '' } } as const;
  const replies = await Promise.all(Array.from({ length: 20 }, (_, at) => ask('GET', `/other/${at}`, way)));
  t.deepEqual([...new Set(replies.map(({ end, status }) => `${end} ${status}`))], ['whole 502']);
  await traffic.rounds(ROUND);
  await traffic.stop();
  t.deepEqual(traffic.notes.filter((note) => !isFlawless(note)).map(describe), []);
});

test.serial('a published server takes nothing of an upload: its client gets 504 in time, and all else goes on', async (t) => {
  const deaf = createServer((socket) => socket.on('error', () => {}).pause());
  await once(deaf.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => deaf.close());
  const { port } = deaf.address() as import('node:net').AddressInfo;
  const site = await startSite(t, { limits: { responseTime: 300 }, other: `http://127.0.0.1:${port}` });
  const { traffic, gateway } = site;
  const session = await traffic.logOn(WITNESS);
  const way = { port: gateway.port, agent: false, headers: { Host: HOST, Cookie: session?.cookie ?? '' } } as const;
  const { end, status } = await ask('PUT', '/other/upload', way, { text: 'x'.repeat(32 * 1024 * 1024), chunked: false });
  t.deepEqual({ end, status }, { end: 'whole', status: 504 });
  await traffic.rounds(ROUND);
  await traffic.stop();
  t.deepEqual(traffic.notes.filter((note) => !isFlawless(note)).map(describe), []);
});

test.serial('a WebSocket that the published server resets is cut off, and so it stands in the trace', async (t) => {
  const { traffic, gateway, published, trace } = await startSite(t);
  await traffic.stop();
  const { mark, cookie } = (await traffic.logOn(WITNESS)) as Session;
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/app/socket/${mark}-open`, {
    headers: { Host: HOST, Cookie: cookie },
  });
  const closed = once(socket, 'close');
  await once(socket, 'open');
  await published.down();
  t.is((await closed)[0], 1006);
  await published.up();
  await trace.settled();
  const exchange = published.journal.arrivals.at(-1)?.exchange;
  const answers = trace.events().filter((event) => event.exchange === exchange && event.kind === 'response');
  t.deepEqual(
    answers.map(({ outcome }) => outcome),
    ['cut-off'],
  );
});
