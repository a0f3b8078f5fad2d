import type { Clock } from '../clock.ts';
import type { Login } from './answer-challenges.ts';
import { createJar, type Jar } from './cookie-jar.ts';
import { createScriptCache, type ScriptCache } from './script-cache.ts';
import { readZoneLists, type Zone, type ZoneLists, zoneOf } from './zones.ts';

export type BrowserOptions = {
  /** May be shared by many browsers: each script that a site lets them keep is then asked for once. */
  cache?: ScriptCache;
  /** Gives hosts in these lists cookies of their own (rule Z); without lists all cookies are kept together. */
  zones?: ZoneLists;
  /** Whether a page's images, frames and scripts of another site get and set cookies; default `allowed`. */
  thirdPartyCookies?: 'allowed' | 'blocked';
};

/** What a browser remembers and how it is set: cookies by zone, logins by origin in whatever zone. */
export type Memory = {
  clock: Clock;
  cache: ScriptCache;
  zones: ZoneLists;
  thirdPartyCookies: 'allowed' | 'blocked';
  jars: Record<Zone, Jar>;
  logins: Map<string, Login>;
};

export function createMemory(clock: Clock, options: BrowserOptions): Memory {
  const { cache = createScriptCache(), zones = { trustedSites: [], localIntranet: [] }, thirdPartyCookies = 'allowed' } = options;
  return { clock, cache, zones: readZoneLists(zones), thirdPartyCookies, jars: emptyJars(clock), logins: new Map() };
}

/** The cookies of the zone that an address is in. */
export function jarOf({ jars, zones }: Memory, url: string): Jar {
  return jars[zoneOf(url, zones)];
}

/** The same memory and settings for a browser that goes its own way. */
export function copyMemory(memory: Memory): Memory {
  const { trusted, internet } = memory.jars;
  return { ...memory, jars: { trusted: trusted.copy(), internet: internet.copy() }, logins: new Map(memory.logins) };
}

/** The same settings, with nothing remembered but scripts, which are public. */
export function privateMemory(memory: Memory): Memory {
  return { ...memory, jars: emptyJars(memory.clock), logins: new Map() };
}

export function forgetCookies(memory: Memory): void {
  memory.jars = emptyJars(memory.clock);
}

/** What a closed browser keeps is persistent cookies. */
export function forgetOnClose(memory: Memory): void {
  const { trusted, internet } = memory.jars;
  memory.jars = { trusted: trusted.copy('persistent-only'), internet: internet.copy('persistent-only') };
  memory.logins.clear();
}

function emptyJars(clock: Clock): Record<Zone, Jar> {
  return { trusted: createJar(clock), internet: createJar(clock) };
}
