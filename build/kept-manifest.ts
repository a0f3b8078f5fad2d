import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const MANIFEST = 'package.json';
const KEPT = 'package.json.before-pack';

/** Puts `text` in the place of package.json, which is kept beside it. At any moment one of the two is whole. */
export function replaceManifest(text: string): void {
  writeFileSync(`${KEPT}.new`, readFileSync(MANIFEST));
  renameSync(`${KEPT}.new`, KEPT);
  writeFileSync(`${MANIFEST}.new`, text);
  renameSync(`${MANIFEST}.new`, MANIFEST);
}

/** Puts package.json back as it was; false if none is kept. */
export function restoreManifest(): boolean {
  if (!existsSync(KEPT)) return false;
  renameSync(KEPT, MANIFEST);
  return true;
}
