import { types } from 'node:util';
import { runInNewContext } from 'node:vm';
import { LabError } from '../errors.ts';

/** What a page's script decides upon an event; null: nothing happens. */
export type Decision = { do: 'navigate'; url: string } | { do: 'submit'; form: string } | { do: 'dialog'; text: string };

/** Milliseconds of wall time: a machine under load must not make an honest script late. */
const LONGEST_RUN = 10_000;

/**
 * Runs the `decide` that a site serves, as Chromium would: the script's own text, in an empty context, with the page's data.
 * Throws if the script fails, takes more than `longest` ms, or decides something that a page cannot do.
 */
export function runDecide(script: string, data: unknown, event: string, longest = LONGEST_RUN): Decision | null {
  // A rejected import() would hand an object of this realm to the script.
  if (/\bimport\b/.test(script)) throw new LabError('backend-broken', 'a page’s script may not import');
  const decided = decideIn(script, `${JSON.stringify(data)}, ${JSON.stringify(event)}`, longest);
  if (decided === null) return null;
  const { do: deed, url, form, text } = decided as Record<string, unknown>;
  if (deed === 'navigate' && typeof url === 'string') return { do: 'navigate', url };
  if (deed === 'submit' && typeof form === 'string') return { do: 'submit', form };
  if (deed === 'dialog' && typeof text === 'string') return { do: 'dialog', text };
  const expected = 'navigate with a url, submit with a form, or dialog with a text';
  throw new LabError('backend-broken', `a page’s script decided ${JSON.stringify(decided)}; expected ${expected}`);
}

function decideIn(script: string, args: string, timeout: number): unknown {
  const call = `JSON.stringify(globalThis.decide(${args}) ?? null)`;
  const limits = {
    timeout,
    contextCodeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  } as const;
  let text: unknown;
  try {
    text = runInNewContext(`${script}\n;${call}`, Object.create(null), limits);
  } catch (error) {
    throw new LabError(
      'backend-broken',
      timedOut(error) ? `a page’s script timed out after ${timeout} ms` : 'a page’s script failed',
    );
  }
  if (typeof text !== 'string') throw new LabError('backend-broken', 'a page’s script decided nothing that can be read');
  return JSON.parse(text);
}

/** Looks at nothing that could run the script's code again, as the message of what it threw might. */
function timedOut(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || types.isProxy(error)) return false;
  return Object.getOwnPropertyDescriptor(error, 'code')?.value === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
