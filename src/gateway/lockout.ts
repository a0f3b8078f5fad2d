import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Lockout } from '../rules/publishing-rule.ts';

/** Who is locked out after wrong passwords, by name, known or not, case ignored (T-17). Times are ms of the lab clock. */
export type LockoutCounts = {
  /** Whether somebody who tries to log on now is locked out. With `prolong`, trying makes the lock begin anew. */
  refuses(name: string, now: number): boolean;
  /** Counts a wrong password; true if the lock begins with it. */
  failed(name: string, now: number): boolean;
  /** The right password outside of a lock: the count begins anew. */
  succeeded(name: string): void;
};

type Failures = { count: number; lastAt: number };

const MOST_NAMES = 100_000;

/** Counts for a listener, of the `limit` names that were tried last. */
export function createLockout({ threshold, resetTime, whileLocked }: Lockout, limit = MOST_NAMES): LockoutCounts {
  // A size of one each, for `max` would set aside room for all of them at once.
  const names = new LRUCache<string, Failures>({ maxSize: limit, sizeCalculation: () => 1 });

  /** The failures that still count: each at most `resetTime` after the last. */
  function current(name: string, now: number): Failures | null {
    const failures = names.get(keyOf(name));
    return failures && now - failures.lastAt <= resetTime ? failures : null;
  }

  return {
    refuses(name, now) {
      const failures = current(name, now);
      if (!failures || failures.count <= threshold) return false;
      if (whileLocked === 'prolong') failures.lastAt = now;
      return true;
    },
    failed(name, now) {
      const count = (current(name, now)?.count ?? 0) + 1;
      names.set(keyOf(name), { count, lastAt: now });
      return count === threshold + 1;
    },
    succeeded: (name) => void names.delete(keyOf(name)),
  };
}

/** Of one length, however long the name that somebody makes up. */
function keyOf(name: string): string {
  return hash('sha256', name.toLowerCase(), 'base64');
}
