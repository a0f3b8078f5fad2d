import type { Answer } from './fetch-once.ts';
import { type Decision, runDecide } from './page-script.ts';

/**
 * The scripts that a site lets browsers keep, and what scripts have decided. May be shared by many browsers, which then ask for each
 * script once.
 */
export type ScriptCache = {
  /** The script, null if it is not kept or no longer fresh at `now` (ms). */
  read(url: string, now: number): string | null;
  /** Keeps what an answer of status 200 allows everybody to keep: `Cache-Control: public, max-age=N`. */
  keep(url: string, answer: Answer, now: number): void;
  /** Runs a script, or says what it decided before upon the same data and event: `decide` is pure (DESIGN decision 6). */
  decide(script: string, data: unknown, event: string): Decision | null;
};

const MOST_ENTRIES = 1_000;

export function createScriptCache(): ScriptCache {
  const scripts = new Map<string, { body: string; from: number; until: number }>();
  const decisions = new Map<string, Decision | null>();

  return {
    read(url, now) {
      const script = scripts.get(url);
      // A clock may be another lab's: what was kept in the future is as old as what has expired.
      return script && script.from <= now && now < script.until ? script.body : null;
    },
    keep(url, { status, headers, body }, now) {
      const seconds = publicFor(headers.filter(([name]) => name.toLowerCase() === 'cache-control').map(([, value]) => value));
      if (status === 200 && seconds > 0) put(scripts, url, { body, from: now, until: now + seconds * 1_000 });
    },
    decide(script, data, event) {
      const key = JSON.stringify([event, data, script]);
      const known = decisions.get(key);
      if (known !== undefined) return known;
      // Almost a millisecond: a context of its own, and a thread that watches the time.
      const decision = runDecide(script, data, event);
      put(decisions, key, decision);
      return decision;
    },
  };
}

function put<Value>(entries: Map<string, Value>, key: string, value: Value): void {
  if (entries.size >= MOST_ENTRIES) entries.clear();
  entries.set(key, value);
}

/** Seconds for which anybody may keep the answer. */
function publicFor(fields: string[]): number {
  const directives = fields.flatMap((field) => field.toLowerCase().split(',')).map((directive) => directive.trim());
  if (!directives.includes('public') || directives.some((directive) => /^(no-store|no-cache|private)\b/.test(directive)))
    return 0;
  const seconds = directives.map((directive) => /^max-age="?(\d+)"?$/.exec(directive)?.[1]).find((found) => found !== undefined);
  return Number(seconds ?? 0);
}
