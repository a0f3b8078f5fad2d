import { Cookie, CookieJar, getPublicSuffix, type SerializedCookieJar } from 'tough-cookie';
import type { Clock } from '../clock.ts';

/** Cookies with a date of expiry only, or session cookies too. */
export type WhichCookies = 'persistent-only' | 'any-cookie';

/** Cookies that are kept together. Expiry is judged by the lab's clock, not by the jar's own. */
export type Jar = {
  /** The Cookie field for a request; '' without cookies. */
  header(url: string, which?: WhichCookies): string;
  /** Takes in one Set-Cookie field; what a browser would reject is ignored. */
  store(setCookie: string, url: string): void;
  /** A copy, of the cookies asked for, that goes its own way. */
  copy(which?: WhichCookies): Jar;
};

/** The last time that a date can hold, ms (ECMA-262, Time Values). */
const END_OF_TIME = 8.64e15;

export function createJar(clock: Clock, cookies = newJar()): Jar {
  return {
    header(url, which = 'any-cookie') {
      const all = cookies.getCookiesSync(url, { expire: false });
      return all
        .filter((cookie) => isAlive(cookie, clock.now()) && (which === 'any-cookie' || cookie.isPersistent()))
        .map((cookie) => cookie.cookieString())
        .join('; ');
    },
    store(setCookie, url) {
      const cookie = Cookie.parse(setCookie, { loose: true });
      if (!cookie) return;
      // tough-cookie would count a renewed cookie's Max-Age from when the first of that name was set.
      if (typeof cookie.maxAge === 'number') {
        cookie.setExpires(new Date(Math.min(clock.now() + Math.max(cookie.maxAge, 0) * 1_000, END_OF_TIME)));
        cookie.maxAge = null;
      }
      cookies.setCookieSync(cookie, url, { now: new Date(clock.now()), ignoreError: true });
    },
    copy(which = 'any-cookie') {
      if (which === 'any-cookie') return createJar(clock, cookies.cloneSync());
      const saved = cookies.serializeSync() as SerializedCookieJar;
      const persistent = saved.cookies.filter((cookie) => Cookie.fromJSON(cookie)?.isPersistent());
      return createJar(clock, CookieJar.deserializeSync({ ...saved, cookies: persistent }));
    },
  };
}

function isAlive(cookie: Cookie, now: number): boolean {
  const expiry = cookie.expiryTime();
  return expiry === undefined || expiry > now;
}

function newJar(): CookieJar {
  return new CookieJar(undefined, { rejectPublicSuffixes: true, allowSpecialUseDomain: true });
}

/** The domain that somebody can register and set cookies for; below `localhost` the lab's names count so. Undefined for an address of numbers. */
export function registrableDomain(host: string): string | undefined {
  return getPublicSuffix(host, { allowSpecialUseDomain: true });
}
