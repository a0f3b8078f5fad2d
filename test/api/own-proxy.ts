import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';

/** How somebody's proxy, which shares nothing with ours, signs out at `/owa/logoff.owa`, and what else it does its own way. */
export type Manners = {
  /** `ends`: its session, with a page of its own. `passes`: the same, and Exchange answers. `forgets`: takes the cookie, keeps the session. `misses`: nothing. */
  signOut?: 'ends' | 'passes' | 'forgets' | 'misses';
  /** How it asks; `nothing`: it lets everybody in. */
  asks?: 'form' | 'basic' | 'nothing';
  /** What it answers to whoever has no session. */
  stranger?: number;
  /** The same, once somebody has signed out. */
  afterwards?: number;
  /** The fields of its form for a name and a password. */
  fields?: string;
  /** A path that it lets everybody see. */
  open?: string;
  /** A path that it asks the back end for, whenever somebody asks it for anything. */
  looksAfter?: string;
};

const FIELDS = '<input name="who"><input type="checkbox" name="keep">\n<input type="password" name="word">';
const formOf = (fields: string) =>
  `<form action="/search"><input name="q"></form><form method="post" action="/in"><input type="hidden" name="step" value="1">${fields}<button>Go</button></form>`;
const CLEARED = 'front=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT';

/** Starts it in front of a port; resolves to the address of Outlook Web App there. */
export async function startOwnProxy(t: ExecutionContext, backEnd: number, manners: Manners = {}): Promise<string> {
  const { signOut = 'ends', asks = 'form', stranger = 200, afterwards, fields = FIELDS, open, looksAfter } = manners;
  const form = formOf(fields);
  const sessions = new Map<string, string>();
  const idOf = (asked: IncomingMessage) => /front=([\w-]+)/.exec(asked.headers.cookie ?? '')?.[1] ?? '';
  const show = (answer: ServerResponse, status: number, body: string, fields: Record<string, string> = {}) =>
    void answer.writeHead(status, { 'Content-Type': 'text/html', ...fields }).end(body);

  async function signIn(asked: IncomingMessage, answer: ServerResponse) {
    const typed = new URLSearchParams(await text(asked));
    const password = typed.get('word') ?? '';
    if (password !== 'Passw0rd!' || typed.get('step') !== '1') return show(answer, 200, form);
    const id = randomUUID();
    sessions.set(id, `Basic ${Buffer.from(`${typed.get('who')}:${password}`).toString('base64')}`);
    show(answer, 303, '', { Location: '/owa/', 'Set-Cookie': `front=${id}; Path=/; HttpOnly` });
  }

  function pass(asked: IncomingMessage, answer: ServerResponse, known: string | undefined, clears: boolean) {
    const headers = { ...asked.headers, ...(known && { authorization: known }) };
    const sent = request({ port: backEnd, method: asked.method, path: asked.url, headers }, (back) => {
      const cookies = [...(back.headers['set-cookie'] ?? []), ...(clears ? [CLEARED] : [])];
      back.pipe(answer.writeHead(back.statusCode ?? 0, { ...back.headers, 'set-cookie': cookies }));
    });
    asked.pipe(sent);
  }

  let isOver = false;
  function ask(answer: ServerResponse) {
    const status = isOver ? (afterwards ?? stranger) : stranger;
    if (asks === 'basic') show(answer, 401, '', { 'WWW-Authenticate': 'Basic realm="front"' });
    else show(answer, status, status === 200 ? form : '<h1>Sorry</h1>');
  }

  function end(asked: IncomingMessage, answer: ServerResponse, known: string) {
    isOver = true;
    if (signOut !== 'forgets') sessions.delete(idOf(asked));
    if (signOut === 'ends') show(answer, 200, 'Bye', { 'Set-Cookie': CLEARED });
    else pass(asked, answer, known, true);
  }

  const isOpen = ({ url }: IncomingMessage) => asks === 'nothing' || (open !== undefined && url?.startsWith(open) === true);
  const server = createServer(async (asked, answer) => {
    const known = asks === 'basic' ? asked.headers.authorization : sessions.get(idOf(asked));
    if (looksAfter) await fetch(`http://127.0.0.1:${backEnd}${looksAfter}`);
    if (asked.url === '/in') await signIn(asked, answer);
    else if (isOpen(asked)) pass(asked, answer, known, false);
    else if (known === undefined) ask(answer);
    else if (asked.url === '/owa/logoff.owa' && signOut !== 'misses') end(asked, answer, known);
    else pass(asked, answer, known, false);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}/owa/`;
}
