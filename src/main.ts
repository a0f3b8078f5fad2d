#!/usr/bin/env -S node --disable-warning=DEP0060

// In a container this is process 1, which no signal ends unless somebody listens. A command that serves takes over (cli/serve.ts).
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const)
  process.on(signal, () => process.exit(128 + number));

const { run } = await import('./cli/run.ts');
process.exitCode = await run(process.argv.slice(2), process.env);
