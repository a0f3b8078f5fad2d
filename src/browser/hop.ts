import { randomBytes } from 'node:crypto';
import { answerChallenges, basicLogin, type Person } from './answer-challenges.ts';
import type { Jar } from './cookie-jar.ts';
import type { Answer, Fetcher } from './fetch-once.ts';
import { jarOf, type Memory } from './memory.ts';
import type { Navigation } from './navigation.ts';

/** One hop, challenges included: sends what the browser remembers for the address, and takes in what the answer brings. */
export type Hop = (request: Navigation, person?: Person) => Promise<Answer>;

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const cnonce = () => randomBytes(12).toString('base64');

/** `jarFor` says which cookies go with a request to an address and take in those of its answer; null: none do. */
export function createHop(memory: Memory, fetcher: Fetcher, jarFor: (url: string) => Jar | null): Hop {
  return async ({ method, url, form }, person) => {
    const { origin } = new URL(url);
    const jar = jarFor(url);
    const send = async (authorization: string | undefined) => {
      const fields = { ...fieldsFor(jar, url, authorization), ...(form === undefined ? {} : FORM) };
      const answer = await fetcher.fetch(method, url, fields, form);
      for (const [name, value] of answer.headers) if (name.toLowerCase() === 'set-cookie') jar?.store(value, url);
      return answer;
    };
    const { answer, login } = await answerChallenges({ method, url, cnonce }, memory.logins.get(origin), person, send);
    if (login) memory.logins.set(origin, login);
    else memory.logins.delete(origin);
    return answer;
  };
}

/** A hop that leaves no trace in the browser. With a person there, Basic needs no challenge. */
export async function probe(memory: Memory, fetcher: Fetcher, { method, url }: Navigation, person?: Person): Promise<Answer> {
  const jar = jarOf(memory, url);
  const remembered = memory.logins.get(new URL(url).origin);
  const login = person ? { ...(remembered ?? basicLogin(person)), person } : remembered;
  const send = (authorization: string | undefined) => fetcher.fetch(method, url, fieldsFor(jar, url, authorization));
  return (await answerChallenges({ method, url, cnonce }, login, person, send)).answer;
}

function fieldsFor(jar: Jar | null, url: string, authorization: string | undefined): Record<string, string> {
  const cookie = jar?.header(url) ?? '';
  return {
    Accept: 'text/html,*/*;q=0.8',
    ...(cookie === '' ? {} : { Cookie: cookie }),
    ...(authorization === undefined ? {} : { Authorization: authorization }),
  };
}
