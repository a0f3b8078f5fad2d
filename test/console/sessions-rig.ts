import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { ExecutionContext } from 'ava';
import { parse } from 'node-html-parser';
import { standingClock } from '../../src/clock.ts';
import { startLab } from '../../src/lab/lab.ts';
import { askConsole } from './console-rig.ts';
import { type Message, readMessages } from './read-stream.ts';

/** A lab with a clock that stands still, its console, and sessions as if people had signed in. */
export async function startPage(t: ExecutionContext, token: string | null = null) {
  const clock = standingClock(Date.UTC(2015, 5, 17, 9, 30));
  const lab = await startLab({ clock });
  t.teardown(() => lab.close());
  const api = await askConsole(t, { sessions: lab.sessions, admin: lab, lab, token });
  const signIn = async (user: string, trusted = false, publicName = 'mail.localhost') => {
    const { session } = await lab.sessions.create({
      ...{ user, password: 'Passw0rd!', stamp: 'x', listener: 'Lab', publicName, clientAddress: '127.0.0.1', trusted },
      ...{ bindToClientAddress: true, lifetime: { kind: 'idle', length: trusted ? 21_600_000 : 600_000 } },
    });
    // As the gateway does: whoever follows the trace hears of it.
    lab.recorder.record({ exchange: 'x', party: 'gateway', kind: 'session', identity: user });
    return session.publicId;
  };
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    api.ask('POST', path, new URLSearchParams(fields).toString(), {
      'Content-Type': 'application/x-www-form-urlencoded',
      Origin: `http://127.0.0.1:${api.consolePort}`,
      Host: `127.0.0.1:${api.consolePort}`,
      ...headers,
    });
  /** Sends a form and goes where it leads to; resolves to the notice of that page. */
  const postAndFollow = async (path: string, fields: Record<string, string>) => {
    const { status, headers } = await post(path, fields);
    if (status !== 303) throw new Error(`${path}: ${status}`);
    return noticeOf((await api.ask('GET', headers.location as string)).text);
  };
  const users = async () => (await lab.sessions.list()).map(({ user }) => user).sort();
  return { lab, clock, ...api, signIn, post, postAndFollow, users };
}

/** What a reader of some markup reads. */
export const wordsOf = (html: string) => parse(html).textContent.replace(/\s+/g, ' ').trim();
export const noticeOf = (page: string) => parse(page).querySelector('.notice')?.textContent.replace(/\s+/g, ' ').trim() ?? null;
/** The rows of the page's table, by their titles. */
export function rowsOf(page: string): Record<string, string>[] {
  const table = parse(page).querySelector('table');
  const titles = table?.querySelectorAll('thead th').map((cell) => cell.textContent) ?? [];
  const rows = table?.querySelectorAll('tbody tr') ?? [];
  return rows.map((row) =>
    Object.fromEntries(
      row.querySelectorAll('th,td').map((cell, at) => [titles[at], wordsOf(cell.innerHTML.replace('<br>', ' '))]),
    ),
  );
}

/** The page and its stream. */
export async function startLive(t: ExecutionContext, token: string | null = null) {
  const page = await startPage(t, token);
  const stream = async (headers: Record<string, string> = {}) => {
    const sent = get({ host: '127.0.0.1', port: page.consolePort, path: '/sessions/stream', headers, agent: false });
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    t.teardown(() => answer.destroy());
    return { answer, ...readEvents(answer) };
  };
  return { ...page, stream };
}

/** What an EventSource would be told. */
function readEvents(answer: IncomingMessage) {
  const messages: Message[] = [];
  let look = () => {};
  const read = async () => {
    for await (const message of readMessages(answer.setEncoding('utf8'))) {
      messages.push(message);
      look();
    }
  };
  read().catch(() => {}); // cut off by the test's end
  /** The first message that fits, among those that came and those to come. */
  const until = <Found>(find: (message: Message) => Found | undefined) =>
    new Promise<Found>((resolve) => {
      look = () => {
        const found = messages.map(find).find((one) => one !== undefined);
        if (found !== undefined) resolve(found);
      };
      look();
    });
  /** Markup that is put in the place of an element, when it holds a text. */
  const put = (key: string, holding = '') =>
    until(({ event, data }) => {
      const message = data as { key: string; html: string };
      return event === 'put' && message.key === key && message.html.includes(holding) ? message.html : undefined;
    });
  const said = () => until(({ event, data }) => (event === 'say' ? (data as string) : undefined));
  return { messages, put, said };
}
