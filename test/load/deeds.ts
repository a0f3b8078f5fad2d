import { hash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { site } from '../bench/site.ts';
import { type Answer, type Browser, LONGEST_ANSWER, logonForm } from './browser.ts';
import { contentOf, FAULTS, PAGE } from './content.ts';
import { closeWebSocket, echoOf, openWebSocket } from './stages.ts';
import type { Tally } from './tally.ts';

/** Something that somebody with a session does; what must come of it is checked, and counted. */
export type Deed = (browser: Browser, tally: Tally, cookie: string) => Promise<void>;

const LARGEST_NUMBER = 1_000_000;
const LARGEST_UPLOAD = 300_000;
const anyNumber = () => randomInt(LARGEST_NUMBER);

/** Counts a deed, as a wrong one too if its answer is not the one that must be. */
function check(tally: Tally, kind: string, answer: Answer | null, isRight: (answer: Answer) => boolean): void {
  tally.count(kind);
  if (!answer) tally.wrong(`${kind}: the connection broke`);
  else if (!isRight(answer)) tally.wrong(`${kind}: ${answer.status} ${answer.location} with ${answer.body.length} bytes`);
}

/** So often is each done, relative to the others. */
export const deeds: readonly [weight: number, deed: Deed][] = [
  [12, visit],
  [3, upload],
  [3, download],
  [3, poll],
  [2, useWebSocket],
  [2, giveUp],
  [1, meetFault],
  [1, sendMalformed],
  [1, stroll],
];

/** `counts`: whether, with its answer at hand, the session must have been there. */
export async function visit(browser: Browser, tally: Tally, cookie: string, counts = () => true): Promise<void> {
  const answer = await browser.ask(site.page, { cookie });
  if (counts()) check(tally, 'visit', answer, ({ status, body }) => status === 200 && String(body) === PAGE);
}

async function upload(browser: Browser, tally: Tally, cookie: string): Promise<void> {
  const n = anyNumber();
  const body = contentOf(n, 1 + (n % LARGEST_UPLOAD));
  const answer = await browser.ask(`/mail/upload?n=${n}`, { method: 'POST', cookie, body });
  check(tally, 'upload', answer, (one) => one.status === 200 && String(one.body) === `${n} ${hash('sha256', body)}`);
}

async function download(browser: Browser, tally: Tally, cookie: string): Promise<void> {
  const n = anyNumber();
  const answer = await browser.ask(`/mail/download?n=${n}`, { cookie });
  check(tally, 'download', answer, ({ status, body }) => status === 200 && body.equals(contentOf(n)));
}

async function poll(browser: Browser, tally: Tally, cookie: string): Promise<void> {
  const n = anyNumber();
  const answer = await browser.ask(`/mail/soon?n=${n}`, { cookie });
  check(tally, 'poll', answer, ({ status, body }) => status === 200 && String(body) === `soon ${n}`);
}

async function useWebSocket({ port }: Browser, tally: Tally, cookie: string): Promise<void> {
  tally.count('WebSocket');
  try {
    const socket = await openWebSocket(port, cookie);
    const content = contentOf(anyNumber());
    const echo = await echoOf(socket, content);
    if (!echo?.equals(content)) tally.wrong('WebSocket: another echo, or none');
    await closeWebSocket(socket);
  } catch (error) {
    tally.wrong(`WebSocket: ${(error as Error).message}`);
  }
}

/** Leaves while something comes, goes, or is waited for. It may have come already. */
async function giveUp(browser: Browser, tally: Tally, cookie: string): Promise<void> {
  const n = anyNumber();
  const leave = new AbortController();
  const asked = { cookie, signal: leave.signal };
  const answer =
    n % 3 === 0
      ? browser.ask(`/mail/upload?n=${n}`, { ...asked, method: 'POST', body: contentOf(n, LARGEST_UPLOAD) })
      : browser.ask(n % 3 === 1 ? `/mail/download?n=${n}` : '/mail/soon?n=399', asked);
  setTimeout(() => leave.abort(), n % 20);
  const status = (await answer)?.status ?? 200;
  tally.count('given up');
  if (status !== 200) tally.wrong(`given up: ${status}`);
}

/** What the user gets of a fault of the published server; null: an answer that is cut. */
const answersToFaults: Record<(typeof FAULTS)[number], number | null> = {
  'gone before its answer': 502,
  'reset in its answer': null,
  'no HTTP': 502,
  'own error': 500,
};

async function meetFault(browser: Browser, tally: Tally, cookie: string): Promise<void> {
  const n = randomInt(FAULTS.length);
  const fault = FAULTS[n] as (typeof FAULTS)[number];
  const status = (await browser.ask(`/mail/fault?n=${n}`, { cookie }))?.status ?? null;
  tally.count('fault');
  if (status !== answersToFaults[fault]) tally.wrong(`fault, ${fault}: ${status ?? 'cut'}`);
}

const malformed = [
  'garbage\r\n\r\n',
  `GET /mail\\page HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`,
  `GET /mail/%zz HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`,
  `GET /mail/../page HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`,
  `GET /mail/page HTTP/1.1\r\nHost: ${site.host}\r\nHost: ${site.host}\r\n\r\n`,
  'GET /mail/page HTTP/1.1\r\n\r\n',
  `POST /mail/upload HTTP/1.1\r\nHost: ${site.host}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
];

/** Refused, and the connection with it (RFC 9112 §2.2, §3.2, §6.3). */
async function sendMalformed({ port }: Browser, tally: Tally): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(LONGEST_ANSWER, () => socket.destroy(new Error('no answer in time')));
  tally.count('malformed');
  try {
    await once(socket, 'connect');
    socket.write(malformed[randomInt(malformed.length)] as string);
    const answer = await text(socket);
    if (!/^HTTP\/1\.1 400 /.test(answer)) tally.wrong(`malformed: ${answer.split('\r\n', 1)[0]}`);
  } catch (error) {
    tally.wrong(`malformed: ${(error as Error).message}`);
  }
}

async function stroll(browser: Browser, tally: Tally): Promise<void> {
  const answer = await browser.ask(site.page);
  check(tally, 'without a session', answer, ({ status, location }) => status === 302 && location.includes('GetLogon'));
}

/** Resolves to the Cookie field of the session; null if there is none, which is wrong. */
export async function logOn(browser: Browser, tally: Tally, computer: 'public' | 'private'): Promise<string | null> {
  const answer = await browser.postForm(logonForm(computer));
  const cookie = answer?.cookies.find((field) => field.startsWith('cadata'))?.split(';', 1)[0];
  check(tally, 'logon', answer, ({ status }) => status === 302 && cookie !== undefined);
  return cookie ?? null;
}

export async function mistypePassword(browser: Browser, tally: Tally): Promise<void> {
  const answer = await browser.postForm(logonForm('private', 'Red-Kettle-42'));
  check(
    tally,
    'wrong password',
    answer,
    (one) => one.status === 302 && /reason=2/.test(one.location) && one.cookies.length === 0,
  );
}

/** The session is over when its user sees the page, and has taken along what it had open. */
export async function signOut(browser: Browser, tally: Tally, cookie: string): Promise<void> {
  const poll = browser.ask('/mail/poll?n=0', { cookie });
  const socket = await openWebSocket(browser.port, cookie).catch(() => null);
  if (!socket) tally.wrong('sign-out: no WebSocket before it');
  check(tally, 'sign-out', await browser.ask(site.logoff, { cookie }), ({ status }) => status === 200);
  await beRefused(browser, tally, cookie, 'after the sign-out');
  if (socket) await closeWebSocket(socket);
  const polled = await poll;
  if (polled && polled.status !== 302) tally.wrong(`sign-out: a poll that was open got ${polled.status}`);
}

/** A session that is over opens nothing. */
export async function beRefused(browser: Browser, tally: Tally, cookie: string, kind: string): Promise<void> {
  const answer = await browser.ask(site.page, { cookie });
  check(tally, kind, answer, ({ status, location }) => status === 302 && location.includes('GetLogon'));
}
