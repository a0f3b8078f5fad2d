import { readFileSync } from 'node:fs';

/** A fenced block of a page. Of its info string readers see nothing; its first word colours it, the rest says how the block is tried. */
export type PageBlock = { language: string; options: ReadonlyMap<string, string>; text: string; line: number };

/** What a `sh` block that nothing can try may give as its reason. */
const reasonsNotToRun = ['needs a Docker engine', 'needs a Kubernetes cluster', 'needs an Exchange server'];

/** What the options of a block can be; `file`, `checked`: of any language. */
const known: Readonly<Record<string, readonly string[]>> = {
  sh: ['exits', 'starts', 'also', 'not-run'],
  text: ['output'],
};
const ofAny = ['file', 'checked'];

/** Not tried: pictures have a test of their own, and plain text is an excerpt. */
const pictures = ['mermaid', 'text', ''];

/** The fenced blocks of a page, in order. Throws for one of which nobody could say how it is tried. */
export function blocksOf(page: string): PageBlock[] {
  const markdown = readFileSync(page, 'utf8');
  const fences = markdown.matchAll(/^(`{3,})([^\n`]*)\n([\s\S]*?)^\1$/gm);
  return [...fences].map(({ 2: info = '', 3: text = '', index }) => {
    const [language = '', ...rest] = info.trim().split(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/);
    const options = new Map(rest.map((option) => readOption(option)));
    const line = markdown.slice(0, index).split('\n').length;
    const problem = problemOf(language, options);
    if (problem) throw new Error(`${page}:${line}: ${problem}`);
    return { language, options, text, line };
  });
}

/** The files that a page has its reader write: their text, by the path that it names. */
export function filesOf(page: string): ReadonlyMap<string, string> {
  return new Map(blocksOf(page).flatMap(({ options, text }) => (options.has('file') ? [[options.get('file') ?? '', text]] : [])));
}

function readOption(option: string): [name: string, value: string] {
  const [name = '', ...value] = option.split('=');
  return [name, value.join('=').replace(/^"(.*)"$/, '$1')];
}

function problemOf(language: string, options: ReadonlyMap<string, string>): string | null {
  const names = [...(known[language] ?? []), ...ofAny];
  for (const name of options.keys())
    if (!names.includes(name)) return `there is no "${name}" for ${language || 'plain text'}; there is ${names}`;
  const reason = options.get('not-run');
  if (reason !== undefined && !reasonsNotToRun.includes(reason))
    return `"${reason}" is no reason not to run it: ${reasonsNotToRun}`;
  if (language === 'sh' || pictures.includes(language) || options.size > 0) return null;
  return `nothing tries this ${language}: give it a file=, or checked="title of a test"`;
}
