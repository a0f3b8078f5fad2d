import type { Clock } from '../clock.ts';
import type { Person } from './directory.ts';

/** A forms logon: what the five `cadata*` cookies stand for (E-33). */
export type FormsLogon = { person: Person; site: string; trusted: boolean; renewedAt: number };

/** A user context: the mailbox server's session, what the `UC` cookie stands for (E-34). `publicId` names it in the journal. */
export type UserContext = { id: string; publicId: string; person: Person; site: string; canary: string };

/** Forms time-outs: public 15 minutes, private 8 hours (E-35). */
const MINUTE = 60_000;
const limit = (logon: FormsLogon) => (logon.trusted ? 8 * 60 : 15) * MINUTE;
const MOST = 20_000;

/** Everything that the mock remembers between requests; `clear` forgets it. */
export function createExchangeSessions(clock: Clock, random: (bytes: number) => Buffer) {
  const logons = new Map<string, FormsLogon>();
  const contexts = new Map<string, UserContext>();
  let count = 0;

  return {
    logOn(person: Person, site: string, trusted: boolean): string {
      const token = random(72).toString('base64url');
      bound(logons).set(token, { person, site, trusted, renewedAt: clock.now() });
      return token;
    },
    /** The logon that a `cadata` cookie stands for. Written for 1.5 × the limit, renewed by use after 0.5 × (E-35). */
    findLogon(token: string | undefined, site: string): { state: 'valid'; logon: FormsLogon } | { state: 'expired' | 'none' } {
      const logon = token === undefined ? undefined : logons.get(token);
      if (token === undefined || logon?.site !== site) return { state: 'none' };
      const age = clock.now() - logon.renewedAt;
      if (age >= 1.5 * limit(logon)) return { state: 'expired' };
      if (age >= 0.5 * limit(logon)) logons.set(token, { ...logon, renewedAt: clock.now() });
      return { state: 'valid', logon };
    },
    logOff(token: string | undefined): void {
      if (token !== undefined) logons.delete(token);
    },
    openContext(person: Person, site: string): UserContext {
      const id = random(24).toString('base64url');
      const context = { id, publicId: `uc-${++count}`, person, site, canary: random(24).toString('base64url') };
      bound(contexts).set(id, context);
      return context;
    },
    /** The context that a cookie stands for, if it is this person's at this site. */
    findContext(id: string | undefined, site: string, person: Person): UserContext | null {
      const context = id === undefined ? undefined : contexts.get(id);
      return context?.site === site && context.person.account === person.account ? context : null;
    },
    closeContext(context: UserContext): void {
      contexts.delete(context.id);
    },
    /** Forgets what belongs to one site. */
    forget(site: string): void {
      for (const map of [logons, contexts]) for (const [key, value] of map) if (value.site === site) map.delete(key);
    },
    clear(): void {
      logons.clear();
      contexts.clear();
    },
  };
}

export type ExchangeSessions = ReturnType<typeof createExchangeSessions>;

/** Makes room for one more by forgetting the oldest. */
function bound<Value>(map: Map<string, Value>): Map<string, Value> {
  if (map.size >= MOST) map.delete(map.keys().next().value as string);
  return map;
}
