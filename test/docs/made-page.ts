import test from 'ava';
import { readParts, writeParts } from './marked-parts.ts';

/** A test that what stands between marks on a page is what the program makes. UPDATE_DOCS=1 writes it anew. */
export function testMadePage(page: string, parts: ReadonlyMap<string, string>): void {
  test(`${page} shows what the program makes (UPDATE_DOCS=1 writes it anew)`, (t) => {
    if (process.env['UPDATE_DOCS']) writeParts(page, parts);
    const shown = readParts(page);
    t.deepEqual([...shown.keys()].sort(), [...parts.keys()].sort());
    for (const [name, text] of parts) t.is(shown.get(name), text, `${page}: ${name}`);
  });
}
