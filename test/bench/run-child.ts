import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { atExit } from '../../src/regression/ends/at-exit.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';

/**
 * Runs a script of this folder in a process of its own until that ends, however it does, or `budget` ms are over; resolves to the
 * lines of JSON that it said.
 */
export async function runChild<Line>(
  script: string,
  nodeArgs: readonly string[],
  args: readonly string[],
  budget: number,
): Promise<Line[]> {
  // A process that dies of memory may leave a core there.
  const folder = makeTemporaryFolder('bench');
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [...nodeArgs, path, ...args], { cwd: folder.path, stdio: ['ignore', 'pipe', 'pipe'] });
  const callOff = atExit(() => child.kill('SIGKILL'));
  const deadline = setTimeout(() => child.kill('SIGKILL'), budget);
  const ended = new Promise((resolve) => child.once('close', resolve));
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaint = (complaint + chunk).slice(0, 4_096);
  });
  const lines: Line[] = [];
  for await (const line of createInterface({ input: child.stdout })) if (line.endsWith('}')) lines.push(JSON.parse(line) as Line);
  await ended;
  clearTimeout(deadline);
  callOff();
  folder.remove();
  if (lines.length === 0) throw new Error(`${script} said nothing, but complained:\n${complaint}`);
  return lines;
}
