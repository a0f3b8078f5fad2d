import { writeSync } from 'node:fs';
import { openManager } from './open-manager.ts';
import { realisticSession } from './realistic-session.ts';

/** `fill-memory.ts LIMIT EVERY` logs people on until memory is over, or LIMIT of them; says how many after every EVERY, in JSON. */
export type Filled = { sessions: number; bytes: number };

const [limit = 0, every = 1] = process.argv.slice(2).map(Number);
const { manager } = await openManager(`memory?limit=${limit}`);
for (let sessions = 1; sessions <= limit; sessions++) {
  await manager.create(realisticSession(sessions));
  if (sessions % every !== 0) continue;
  const { heapUsed, external } = process.memoryUsage();
  writeSync(1, `${JSON.stringify({ sessions, bytes: heapUsed + external } satisfies Filled)}\n`);
}
process.exit();
