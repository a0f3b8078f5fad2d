import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a Chromium is, and the shared libraries that it needs and this machine may lack. */
export type FoundChromium = { path: string; libraries: string | null };

/** CHROME_PATH, else the one that comes with the development dependencies (unpacked once), else the system's; null without any. */
export async function findChromium(): Promise<FoundChromium | null> {
  const chosen = process.env['CHROME_PATH'];
  if (chosen) return { path: chosen, libraries: process.env['CHROME_LIBRARIES'] ?? null };
  return (await unpackChromium().catch(() => null)) ?? systemChromium();
}

/** Its package unpacks libraries too when it believes to run in a Lambda function, and unpacks into TMPDIR. */
async function unpackChromium(): Promise<FoundChromium> {
  const folder = fileURLToPath(new URL('../node_modules/.cache/chromium', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const before = { ...process.env };
  process.env['TMPDIR'] = folder;
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs24.x';
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    chromium.setGraphicsMode = false;
    return { path: await chromium.executablePath(), libraries: join(folder, 'al2023', 'lib') };
  } finally {
    process.env = before;
  }
}

function systemChromium(): FoundChromium | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => folders.map((folder) => join(folder, name)));
  const path = paths.find((candidate) => existsSync(candidate));
  return path === undefined ? null : { path, libraries: null };
}
