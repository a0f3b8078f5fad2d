/** What each folder of src is, in the words of the picture in CONTRIBUTING.md. */
const words: Readonly<Record<string, string>> = {
  cli: 'one file a command, settings',
  api: 'for other people’s tests',
  console: 'pages and admin API',
  runs: 'runs that people watch',
  regression: 'cells, judge, reports',
  lab: 'puts the rest together',
  gateway: 'the stand-in for TMG',
  exchange: 'mock Exchange and AD FS',
  office365: 'mock Office 365',
  browser: 'the scripted browser',
  scenarios: 'facts, cases, expectations: data',
  rules: 'what a publishing rule is',
  sessions: 'stores and lifetimes',
  metrics: 'what is counted',
  trace: 'what happened, and its files',
};

/** The order of imports as a Mermaid flowchart: an arrow to each folder that is not reached by way of another. */
export function drawImports(allowed: Readonly<Record<string, readonly string[]>>): string {
  const nodes = Object.keys(allowed).map((name) => {
    const text = words[name];
    if (text === undefined) throw new Error(`test/docs/draw-imports.ts has no words for src/${name}`);
    return `    ${name}["<b>${name}</b><br/>${text}"]`;
  });
  const direct = (from: string, to: string) => !allowed[from]?.some((by) => allowed[by]?.includes(to));
  const arrows = Object.entries(allowed).flatMap(([from, all]) =>
    all.filter((to) => direct(from, to)).map((to) => `    ${from} --> ${to}`),
  );
  return `\`\`\`mermaid\nflowchart TD\n${[...nodes, ...arrows].join('\n')}\n\`\`\`\n`;
}
