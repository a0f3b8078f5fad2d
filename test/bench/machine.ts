import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { findProgram, programs } from '../../src/regression/ends/find-program.ts';

/** What the figures were measured on, in words. A load above 0 before they begin says that somebody else is at work there. */
export function describeMachine(): string {
  const cores = availableParallelism();
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return `${cores} ${cores === 1 ? 'core' : 'cores'}, Node ${process.version}, ${redisVersion()}; load before the run: ${load}`;
}

function redisVersion(): string {
  const path = findProgram(...programs.redis.names);
  if (path === null) return 'no Redis';
  const said = execFileSync(path, ['--version'], { encoding: 'utf8' });
  const [, name = 'Redis', version = ''] = /^(\w+) server v=(\S+)/i.exec(said) ?? [];
  return `${name} ${version}`;
}
