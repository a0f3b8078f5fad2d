import { WebSocket } from 'ws';
import { doToEach } from '../bench/rounds.ts';
import { site } from '../bench/site.ts';
import { contentOf, MEBIBYTE, PAGE } from './content.ts';
import { connectRaw, type RawClient } from './raw-client.ts';
import type { Rig } from './start-rig.ts';

/** Connections of one kind that are held open; `wrong`: answers that were not as they must be. */
export type Held = { wrong: number; leave(): Promise<void> };

/** So many connections are made at a time: a listener's backlog takes 511. */
const AT_ONCE = 128;

/** Longer, ms, nobody waits for a WebSocket or an echo. */
const LONGEST_WAIT = 30_000;

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const cookieFor = (cookies: readonly string[], n: number) => cookies[n % cookies.length] as string;

async function connectMany(rig: Rig, count: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  await doToEach(numbers(count), AT_ONCE, async () => {
    clients.push(await connectRaw(rig.port));
  });
  return clients;
}

/** Kept connections that have each asked for a page. */
export async function holdIdle(rig: Rig, cookies: readonly string[], count: number): Promise<Held> {
  const clients = await connectMany(rig, count);
  let wrong = 0;
  await doToEach([...clients.entries()], AT_ONCE, async ([n, client]) => {
    const { status, body } = await client.ask(site.page, cookieFor(cookies, n));
    if (status !== 200 || body !== PAGE) wrong++;
  });
  return { wrong, leave: async () => void (await Promise.all(clients.map((client) => client.close()))) };
}

/** Long polls that the published server holds; `wrong` counts when they have left: by answers, each with its own number. */
export async function holdPolls(rig: Rig, cookies: readonly string[], count: number): Promise<Held> {
  const clients = await connectMany(rig, count);
  const answers = clients.map((client, n) => client.ask(`/mail/poll?n=${n}`, cookieFor(cookies, n)));
  for (const answer of answers) answer.catch(() => {});
  await rig.backEnd.ask('untilHeld', count);
  const held: Held = {
    wrong: 0,
    async leave() {
      await rig.backEnd.ask('release');
      for (const [n, answer] of (await Promise.allSettled(answers)).entries())
        if (answer.status === 'rejected' || answer.value.status !== 200 || answer.value.body !== `poll ${n}`) held.wrong++;
      await Promise.all(clients.map((client) => client.close()));
    },
  };
  return held;
}

/** WebSockets on which each a mebibyte of its own has gone up and come down again, some of them at once. */
export async function holdWebSockets(rig: Rig, cookies: readonly string[], count: number): Promise<Held> {
  const sockets: WebSocket[] = [];
  await doToEach(numbers(count), AT_ONCE, async (n) => {
    sockets.push(await openWebSocket(rig.port, cookieFor(cookies, n)));
  });
  let wrong = 0;
  await doToEach(numbers(count), 16, async (n) => {
    const content = contentOf(n, MEBIBYTE);
    const echo = await echoOf(sockets[n] as WebSocket, content);
    if (!echo?.equals(content)) wrong++;
  });
  return { wrong, leave: async () => void (await Promise.all(sockets.map(closeWebSocket))) };
}

/** Rejects when the gateway does not switch. */
export function openWebSocket(port: number, cookie: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const options = { headers: { Host: site.host, Cookie: cookie }, perMessageDeflate: false, handshakeTimeout: LONGEST_WAIT };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/mail/socket`, options);
    socket.once('open', () => resolve(socket)).on('error', reject);
  });
}

/** Null if the connection closes instead, or nothing comes. */
export async function echoOf(socket: WebSocket, content: Buffer): Promise<Buffer | null> {
  const { promise, resolve } = Promise.withResolvers<Buffer | null>();
  const onClose = () => resolve(null);
  const late = setTimeout(() => socket.terminate(), LONGEST_WAIT);
  socket.once('message', resolve).once('close', onClose);
  socket.send(content);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    socket.off('message', resolve).off('close', onClose);
  }
}

/** Says goodbye as RFC 6455 §7.1.2 has it, and waits until the connection is gone. */
export function closeWebSocket(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) return resolve();
    socket.once('close', () => resolve());
    socket.close();
  });
}
