#!/usr/bin/env -S node --disable-warning=DEP0060

// In a container this is process 1, which no signal ends unless somebody listens. A command that serves takes over (cli/serve.ts).
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const)
  process.on(signal, () => process.exit(128 + number));

// Before anything is imported that an older Node cannot read. build/packed-manifest.ts tells npm the same.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`logoff-lab: Node 22.19 or later is needed, and this is ${process.versions.node}\n`);
  process.exit(2);
}

const { run } = await import('./cli/run.ts');
process.exitCode = await run(process.argv.slice(2), process.env);
