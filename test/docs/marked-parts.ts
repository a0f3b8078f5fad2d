import { readFileSync, writeFileSync } from 'node:fs';

const part = /(<!-- begin ([\w-]+) -->\n)([\s\S]*?)(<!-- end \2 -->)/g;

/** The parts of a page that the program makes, by name. */
export function readParts(file: string): ReadonlyMap<string, string> {
  return new Map([...readFileSync(file, 'utf8').matchAll(part)].map(([, , name, text]) => [name as string, text as string]));
}

/** Puts the parts in between their marks. */
export function writeParts(file: string, parts: ReadonlyMap<string, string>): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace(part, (_, begin: string, name: string, old: string, end: string) => begin + (parts.get(name) ?? old) + end),
  );
}

/** A Markdown table. A bar would end the cell, a line break the row. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`;
  return `${[head, head.map(() => '---'), ...rows].map(line).join('\n')}\n`;
}
