import { readFileSync } from 'node:fs';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../find-chromium.ts';
import type { Bench } from './figure.ts';

const inPage = readFileSync(new URL('in-page.js', import.meta.url), 'utf8');

/** A Chromium without a profile; null if there is none on this machine. */
export async function openChromium(bench: Bench): Promise<BrowserContext | null> {
  const found = await findChromium();
  if (!found) return null;
  const env = { ...process.env, ...(found.libraries !== null && { LD_LIBRARY_PATH: found.libraries }) };
  const browser = await chromium.launch({ executablePath: found.path, env, args: ['--no-sandbox', '--disable-gpu'] });
  bench.teardown(() => browser.close());
  return browser.newContext({ viewport: { width: 1_280, height: 800 } });
}

/** Opens a page in which `globalThis.bench` is what in-page.js has. */
export async function openPage(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await page.evaluate(inPage);
  return page;
}
