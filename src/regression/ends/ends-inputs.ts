import type { EndsCase } from '../../scenarios/ends-case.ts';
import type { EndsInput } from '../cell.ts';

/** Cells with ids: `ends/<store>-<replicas>[-<balancer>]/<same | second>/<endedBy>/<tried>[/<vdirAuth>][/option=value …]`. */
export function endsInputs(cases: readonly EndsCase[]): EndsInput[] {
  return cases.map((tried) => ({ id: idOf(tried), ...tried }));
}

function idOf({ suite, store, replicas, balancer, at, endedBy, tried, vdirAuth, options }: EndsCase): string {
  const place = [store, replicas, ...(balancer === 'none' ? [] : [balancer])].join('-');
  const where = at === 'same-replica' ? 'same' : 'second';
  const named = Object.entries(options ?? {}).map(([name, value]) => `${name}=${value}`);
  return [suite, place, where, endedBy, tried, ...(vdirAuth === null ? [] : [vdirAuth]), ...named].join('/');
}
