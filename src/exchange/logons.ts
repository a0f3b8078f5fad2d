import type { Clock } from '../clock.ts';
import type { Person } from './directory.ts';

/** A logon by form or by AD FS: what the five `cadata*` cookies, or `TimeWindow`, stand for (E-33, E-04). */
export type Logon = { person: Person; trusted: boolean; renewedAt: number };

/** Forms time-outs: public 15 minutes, private 8 hours (E-35). */
const MINUTE = 60_000;
const limit = (logon: Logon) => (logon.trusted ? 8 * 60 : 15) * MINUTE;
const MOST = 20_000;

/** The logons of one public name; its front ends share them. */
export function createLogons(clock: Clock, random: (bytes: number) => Buffer) {
  const logons = new Map<string, Logon>();
  return {
    add(person: Person, trusted: boolean): string {
      const token = random(72).toString('base64url');
      if (logons.size >= MOST) logons.delete(logons.keys().next().value as string);
      logons.set(token, { person, trusted, renewedAt: clock.now() });
      return token;
    },
    /**
     * The logon that a cookie stands for. Written for 1.5 × the limit, renewed after 0.5 × by what a user does; polling is no such
     * thing (E-35).
     */
    find(token: string | undefined, userActivity: boolean): { state: 'valid'; logon: Logon } | { state: 'expired' | 'none' } {
      const logon = token === undefined ? undefined : logons.get(token);
      if (token === undefined || !logon) return { state: 'none' };
      const age = clock.now() - logon.renewedAt;
      if (age >= 1.5 * limit(logon)) return { state: 'expired' };
      if (userActivity && age >= 0.5 * limit(logon)) logons.set(token, { ...logon, renewedAt: clock.now() });
      return { state: 'valid', logon };
    },
    end(token: string | undefined): void {
      if (token !== undefined) logons.delete(token);
    },
    clear: () => logons.clear(),
  };
}

export type Logons = ReturnType<typeof createLogons>;
