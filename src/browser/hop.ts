import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { answerChallenges, basicLogin, type Login, type Person } from './answer-challenges.ts';
import type { Jar } from './cookie-jar.ts';
import type { Answer, Fetcher } from './fetch-once.ts';
import type { ScriptCache } from './script-cache.ts';

/** What a browser remembers; the logins by origin. */
export type Memory = { clock: Clock; jar: Jar; logins: Map<string, Login>; cache: ScriptCache };

/** A request that may lead to a page. `form` is an urlencoded body. */
export type Navigation = { method: string; url: string; form?: string };

/** One hop, challenges included: sends what the browser remembers for the address, and takes in what the answer brings. */
export type Hop = (request: Navigation, person?: Person) => Promise<Answer>;

export const MOST_HOPS = 20;

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const cnonce = () => randomBytes(12).toString('base64');

export function createHop(memory: Memory, fetcher: Fetcher): Hop {
  return async ({ method, url, form }, person) => {
    const { origin } = new URL(url);
    const send = async (authorization: string | undefined) => {
      const fields = { ...fieldsFor(memory.jar, url, authorization), ...(form === undefined ? {} : FORM) };
      const answer = await fetcher.fetch(method, url, fields, form);
      for (const [name, value] of answer.headers) if (name.toLowerCase() === 'set-cookie') memory.jar.store(value, url);
      return answer;
    };
    const { answer, login } = await answerChallenges({ method, url, cnonce }, memory.logins.get(origin), person, send);
    if (login) memory.logins.set(origin, login);
    else memory.logins.delete(origin);
    return answer;
  };
}

/** A hop that leaves no trace in the browser. With a person there, Basic needs no challenge. */
export async function probe(
  { jar, logins }: Memory,
  fetcher: Fetcher,
  { method, url }: Navigation,
  person?: Person,
): Promise<Answer> {
  const remembered = logins.get(new URL(url).origin);
  const login = person ? { ...(remembered ?? basicLogin(person)), person } : remembered;
  const send = (authorization: string | undefined) => fetcher.fetch(method, url, fieldsFor(jar, url, authorization));
  return (await answerChallenges({ method, url, cnonce }, login, person, send)).answer;
}

/** Where a redirect leads; null if the answer is none. Only 307 and 308 keep method and body. */
export function redirectOf(request: Navigation, { status, headers }: Answer): Navigation | null {
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  if (status < 300 || status >= 400 || location === undefined) return null;
  const url = new URL(location, request.url).href;
  return status === 307 || status === 308 ? { ...request, url } : { method: 'GET', url };
}

function fieldsFor(jar: Jar, url: string, authorization: string | undefined): Record<string, string> {
  const cookie = jar.header(url);
  return {
    Accept: 'text/html,*/*;q=0.8',
    ...(cookie === '' ? {} : { Cookie: cookie }),
    ...(authorization === undefined ? {} : { Authorization: authorization }),
  };
}
