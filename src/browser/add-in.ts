import type { Clock } from '../clock.ts';
import { createJar } from './cookie-jar.ts';
import { createFetcher } from './fetch-once.ts';
import type { Person } from './scripted-browser.ts';

/** What a third-party add-in met when it signed out: the path on which its chain of redirects ended. */
export type AddInRun = { landing: string | null };

const MOST_HOPS = 10;

/**
 * A third-party add-in: a small HTTP client, not a browser. Logs on at Exchange's form, works, requests the sign-out and follows it
 * to its end. `base` is an origin. What it makes of the end is the add-in's own affair.
 */
export async function runAddIn(
  clock: Clock,
  base: string,
  person: Person,
  beforeSignOut: () => Promise<void>,
): Promise<AddInRun> {
  const jar = createJar(clock);
  const fetcher = createFetcher();

  async function ask(method: string, url: string, form?: string) {
    const cookie = jar.header(url);
    const type = form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await fetcher.fetch(method, url, { ...(cookie === '' ? {} : { Cookie: cookie }), ...type }, form);
    for (const [name, value] of answer.headers) if (name.toLowerCase() === 'set-cookie') jar.store(value, url);
    return { status: answer.status, location: answer.headers.find(([name]) => name.toLowerCase() === 'location')?.[1] };
  }

  try {
    const { user, password } = person;
    const fields = { destination: `${base}/owa/`, flags: '4', forcedownlevel: '0', username: user, password, isUtf8: '1' };
    const logon = await ask('POST', `${base}/owa/auth.owa`, new URLSearchParams(fields).toString());
    const mail = await ask('GET', `${base}/owa/`);
    if (logon.status !== 302 || mail.status !== 200)
      throw new Error(`set-up: the add-in could not log on at ${base} (${mail.status})`);
    await beforeSignOut();
    let url = `${base}/owa/logoff.owa`;
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const { status, location } = await ask('GET', url);
      if (status === 200) return { landing: new URL(url).pathname };
      if (location === undefined) return { landing: null };
      url = new URL(location, url).href;
    }
    return { landing: null };
  } finally {
    fetcher.close();
  }
}
