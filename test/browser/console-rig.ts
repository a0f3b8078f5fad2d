import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ExecutionContext } from 'ava';
import type { BrowserContext, Page } from 'playwright-core';
import { createConsole } from '../../src/console/console.ts';
import type { Lab } from '../../src/lab/lab.ts';

/** The console of a lab, and its address under the name that may show the lab's sites in a frame. */
export async function startConsoleOf(t: ExecutionContext, lab: Lab): Promise<string> {
  const console = createConsole({ sessions: lab.sessions, admin: lab, lab });
  t.teardown(() => console.close());
  return `http://console.mail.localhost:${await console.listen(0, '127.0.0.1')}`;
}

/** The card of a preset. */
export function preset(page: Page, title: string) {
  return page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with a page: rule, and the elements. */
export async function violationsOf(page: Page): Promise<string[]> {
  // The page's policy lets no script in that is not its own, so the debugger brings it.
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<Result> } }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
  return found;
}

type Result = { violations: { id: string; nodes: { html: string }[] }[] };

/** Every address that the context's pages ask for. */
export function requestsOf(context: BrowserContext): string[] {
  const seen: string[] = [];
  context.on('request', (sent) => seen.push(sent.url()));
  return seen;
}
