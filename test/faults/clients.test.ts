import test from 'ava';
import type { Limits } from '../../src/rules/limits-schema.ts';
import { inTime } from '../journeys/traffic.ts';
import { LONGEST_ANSWER } from './ask.ts';
import { contentFor, type Kind } from './content.ts';
import type { Arrival } from './journal.ts';
import type { Fault } from './misbehave.ts';
import { headOf, LENGTH, noteOf, RawClient, UPGRADE } from './raw-client.ts';
import { isWell, startSite, USERS, WITNESS } from './start-site.ts';
import type { Session } from './traffic.ts';

const MANY = 200;
const ROUND = USERS.length;

/** `fault`: by which the published server keeps them there. `executed`: how many of their requests it has carried out. */
type State = {
  doing: string;
  kind: Kind;
  fault: Fault;
  executed: number;
  ask(session: Session, path: string, id: string): string;
  begun?: true;
};

const states: State[] = [
  { doing: 'waiting', kind: 'visit', fault: 'hang', executed: MANY, ask: (session, path) => headOf('GET', path, session) },
  {
    ...{ doing: 'downloading', kind: 'download', fault: 'stall', executed: MANY },
    ask: (session, path) => headOf('GET', path, session),
    begun: true,
  },
  {
    ...{ doing: 'uploading', kind: 'upload', fault: 'hang', executed: 0 },
    ask: (session, path, id) => headOf('POST', path, session, LENGTH) + contentFor(session.user, id, 2_000),
  },
  {
    ...{ doing: 'upgrading', kind: 'socket', fault: 'hang', executed: 0 },
    ask: (session, path) => headOf('GET', path, session, ...UPGRADE),
  },
];

for (const { doing, kind, fault, executed, ask, begun } of states)
  for (const how of ['FIN', 'RST'] as const)
    test.serial(
      `${MANY} clients leave by ${how} while ${doing}: each is noted as gone, nothing of them stays, and all else goes on`,
      async (t) => {
        const site = await startSite(t);
        const { traffic, published, gateway, trace } = site;
        const session = (await traffic.logOn(WITNESS)) as Session;
        published.misbehave(fault, (of, user) => of === kind && user === WITNESS);
        const ids = Array.from({ length: MANY }, (_, at) => `left${at}`);
        const clients = ids.map((id) => {
          const whole = `${session.mark}-${id}`;
          return new RawClient(gateway.port).write(ask(session, `/app/${kind}/${whole}`, whole));
        });
        const { journal } = published;
        await journal.arrived(({ user, executed: done }) => user === WITNESS && (done || executed === 0), MANY);
        if (begun) await Promise.all(clients.map((client) => client.has(1_000)));
        for (const client of clients) client.leave(how);
        const theirs = journal.arrivals.filter(({ user }) => user === WITNESS);
        await Promise.all(clients.map(({ closed }) => closed));
        await allGone(theirs);
        await traffic.rounds(ROUND);
        await trace.settled();
        const [listed] = (await gateway.gateway.listSessions()).filter(({ user }) => user === WITNESS);
        t.is(listed?.connections, 0);
        t.is(theirs.filter((one) => one.executed).length, executed);
        await traffic.does(session, 'sign-out');
        const left = ids.map((id) => noteOf(kind, session, id, 'left'));
        await isWell(t, site, ({ end }) => end === 'left', left);
      },
    );

const LONG = 60_000;
const patient = { headerTime: LONG, bodyTime: LONG, requestTime: LONG };

/** `id`: in the path of a request whose head is whole. */
type Slow = {
  what: string;
  limits: Partial<Limits>;
  dribbles: boolean;
  begins(session: Session, id: string): { text: string; id?: string };
};

const path = ({ mark }: Session, id: string) => `/app/upload/${mark}-${id}`;
const half = (session: Session, id: string) => ({ text: headOf('GET', path(session, id), session).slice(0, -2) });
/** Every other one brings the logon form. */
const body = (session: Session, id: string) =>
  Number(id.slice(1)) % 2 === 0
    ? { text: `${headOf('POST', path(session, id), session, LENGTH)}x`, id }
    : { text: `${headOf('POST', '/CookieAuth.dll?Logon', null, 'Content-Length: 5000')}username=` };

const slow: Slow[] = [
  { what: 'headers that stop', limits: { ...patient, headerTime: 1_000 }, dribbles: false, begins: half },
  { what: 'headers that dribble', limits: { ...patient, headerTime: 1_000 }, dribbles: true, begins: half },
  { what: 'bodies that stop', limits: { ...patient, bodyTime: 1_000 }, dribbles: false, begins: body },
  { what: 'bodies that dribble', limits: { ...patient, requestTime: 2_000 }, dribbles: true, begins: body },
];

for (const { what, limits, dribbles, begins } of slow)
  test.serial(`${MANY} clients send ${what}: all are closed in time, and honest ones are served`, async (t) => {
    const site = await startSite(t, { limits });
    const { traffic, published, gateway } = site;
    const session = (await traffic.logOn(WITNESS)) as Session;
    const begun = Array.from({ length: MANY }, (_, at) => begins(session, `s${at}`));
    const clients = begun.map(({ text }) => new RawClient(gateway.port).write(text));
    const drip = setInterval(() => {
      if (dribbles) for (const client of clients) client.write('x');
    }, 100);
    t.teardown(() => clearInterval(drip));
    await Promise.all(clients.map(({ closed }) => closed));
    const answers = new Set(clients.map(({ received }) => received.split('\r\n', 1)[0]));
    t.deepEqual(
      [...answers].filter((line) => line !== '' && line !== 'HTTP/1.1 408 Request Timeout'),
      [],
    );
    const theirs = published.journal.arrivals.filter(({ user }) => user === WITNESS);
    t.false(theirs.some(({ executed }) => executed));
    await allGone(theirs);
    await traffic.rounds(ROUND);
    const noted = begun.flatMap(({ id }) => (id === undefined ? [] : [noteOf('upload', session, id, 'slow')]));
    await isWell(t, site, ({ end }) => end === 'slow', noted);
  });

/** Resolves when the published server has lost them all. */
function allGone(arrivals: readonly Arrival[]): Promise<unknown> {
  const all = Promise.all(arrivals.map(({ over }) => over));
  return inTime(all, `the end of ${arrivals.length} requests at the published server`, LONGEST_ANSWER);
}

test.serial(
  'a body that does not come in time is answered by the gateway, and so it stands in the trace, under one id',
  async (t) => {
    const { traffic, gateway, trace } = await startSite(t, { limits: { bodyTime: 300 } });
    const session = (await traffic.logOn(WITNESS)) as Session;
    const client = new RawClient(gateway.port).write(headOf('POST', `/app/upload/${session.mark}-slow`, session, LENGTH));
    await client.closed;
    await traffic.stop();
    await trace.settled();
    const asked = trace.events().find(({ target }) => target?.endsWith('-slow'));
    t.is(asked?.exchange, /\r\nX-Request-Id: (\S+)\r\n/.exec(client.received)?.[1]);
    const answers = trace.events().filter((event) => event.exchange === asked?.exchange && event.kind === 'response');
    t.deepEqual(
      answers.map(({ status, outcome }) => [status, outcome]),
      [[408, 'answered']],
    );
  },
);
