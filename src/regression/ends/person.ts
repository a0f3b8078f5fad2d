import { createJar, type Jar } from '../../browser/cookie-jar.ts';
import type { Answer, Asked } from './ask.ts';
import type { EndsLab } from './ends-lab.ts';
import { HELD_NAME, PASSWORD } from './ends-rules.ts';
import type { Replica } from './replica.ts';

/** Somebody at a browser, on the site of the held server. */
export type Person = {
  /** Asks a replica with the cookies that the browser has, and takes in what the answer sets. */
  ask(replica: Replica, path: string, form?: Asked['form']): Promise<Answer>;
  /** Signs in at the gateway. Throws if that is refused. */
  signIn(replica: Replica, user: string, computer: 'public' | 'private'): Promise<void>;
  /** The Cookie field of now. */
  cookies(): string;
};

/** What a cookie opens: the page behind it, the gateway's form, or an error page while nobody can say. */
export type Opens = 'accepted' | 'refused' | 'unavailable';

export const PAGE = '/app/page';

export function openBrowser(lab: EndsLab, jar: Jar = createJar(lab.clock)): Person {
  const site = `http://${HELD_NAME}:${lab.port}/`;
  const person: Person = {
    async ask(replica, path, form) {
      const method = form ? 'POST' : 'GET';
      const asked = { method, host: HELD_NAME, path, cookie: jar.header(site), ...(form && { form }) } as const;
      const answer = await lab.askAt(replica, asked);
      for (const cookie of answer.cookies) jar.store(cookie, site);
      return answer;
    },
    async signIn(replica, user, computer) {
      const trusted = computer === 'private' ? '4' : '0';
      const fields = { curl: 'Z2FappZ2Fpage', flags: '0', trusted, username: user, password: PASSWORD };
      const { status, location } = await person.ask(replica, '/CookieAuth.dll?Logon', fields);
      if (status !== 302 || location !== PAGE)
        throw new Error(`set-up: ${user} is not signed in, but led to ${location} (${status})`);
    },
    cookies: () => jar.header(site),
  };
  return person;
}

/** What a page comes to. Throws for an answer that is none of the three. */
export function opens({ status, location }: Pick<Answer, 'status' | 'location'>): Opens {
  if (status === 200) return 'accepted';
  if (status === 302 && location?.startsWith('/CookieAuth.dll?GetLogon')) return 'refused';
  if (status === 503) return 'unavailable';
  throw new Error(`the page was answered with ${status}${location === null ? '' : ` and leads to ${location}`}`);
}

/** Sends a copy of cookies to a replica, in nobody's name. */
export async function tryCookies(lab: EndsLab, replica: Replica, cookie: string): Promise<Opens> {
  return opens(await lab.askAt(replica, { host: HELD_NAME, path: PAGE, cookie }));
}
