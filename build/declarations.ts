import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Relative imports of a declaration file; TypeScript leaves the `.ts` in them as it was written. */
const imported = /((?:\bfrom |\bimport\()['"])(\.{1,2}\/[^'"]+)\.ts(?=['"])/g;

/** Keeps the declarations that `entry` leads to, and lets them name each other as the compiled modules do. */
export function keepDeclarations(folder: string, entry: string): void {
  const kept = new Set<string>();
  const follow = (file: string) => {
    if (kept.has(file)) return;
    kept.add(file);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(imported, '$1$2.js'));
    for (const [, , path = ''] of text.matchAll(imported)) follow(join(dirname(file), `${path}.d.ts`));
  };
  follow(join(folder, entry));
  for (const file of globSync(join(folder, '**/*.d.ts'))) if (!kept.has(file)) rmSync(file);
}
