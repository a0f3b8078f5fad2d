import { type Cookie, CookieJar } from 'tough-cookie';
import type { Clock } from '../clock.ts';

/** The cookies of one browser. Expiry is judged by the lab's clock, not by the jar's own. */
export type Jar = {
  /** The Cookie field for a request; '' without cookies. */
  header(url: string): string;
  /** Takes in one Set-Cookie field; what a browser would reject is ignored. */
  store(setCookie: string, url: string): void;
  /** A copy that goes its own way. */
  copy(): Jar;
};

export function createJar(clock: Clock, cookies = newJar()): Jar {
  const alive = (cookie: Cookie) => {
    const expiry = cookie.expiryTime(cookie.creation instanceof Date ? cookie.creation : undefined);
    return expiry === undefined || expiry > clock.now();
  };
  return {
    header(url) {
      const all = cookies.getCookiesSync(url, { expire: false });
      return all
        .filter(alive)
        .map((cookie) => cookie.cookieString())
        .join('; ');
    },
    store(setCookie, url) {
      cookies.setCookieSync(setCookie, url, { now: new Date(clock.now()), ignoreError: true, loose: true });
    },
    copy: () => createJar(clock, cookies.cloneSync()),
  };
}

function newJar(): CookieJar {
  return new CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: true, allowSpecialUseDomain: true });
}
