import { runInNewContext } from 'node:vm';

/** What a page's script decides upon an event; null: nothing happens. */
export type Decision = { do: 'navigate'; url: string } | { do: 'dialog'; text: string };

const LONGEST_RUN = 200;

/**
 * Runs the `decide` that a site serves, as Chromium would: the script's own text, in an empty context, with the page's data.
 * Throws if the script fails or decides something that a page cannot do.
 */
export function runDecide(script: string, data: unknown, event: string): Decision | null {
  const call = `JSON.stringify(globalThis.decide(${JSON.stringify(data)}, ${JSON.stringify(event)}) ?? null)`;
  const options = { timeout: LONGEST_RUN, contextCodeGeneration: { strings: false, wasm: false } } as const;
  const decided: unknown = JSON.parse(String(runInNewContext(`${script}\n;${call}`, Object.create(null), options)));
  if (decided === null) return null;
  const { do: deed, url, text } = decided as Record<string, unknown>;
  if (deed === 'navigate' && typeof url === 'string') return { do: 'navigate', url };
  if (deed === 'dialog' && typeof text === 'string') return { do: 'dialog', text };
  throw new Error(`a page's script decided ${JSON.stringify(decided)}; expected navigate with a url, or dialog with a text`);
}
