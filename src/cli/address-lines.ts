import { publishedAddresses } from '../rules/entrance.ts';
import type { RuleSet } from '../rules/publishing-rule.ts';

const MOST = 10;

/** Lines for the start: what to open in a browser. */
export function addressLines(ruleSet: RuleSet, port: number): string[] {
  const all = publishedAddresses(ruleSet, port);
  const lines = all.slice(0, MOST).map((address) => `  ${address}`);
  return all.length <= MOST ? lines : [...lines, `  and ${all.length - MOST} more public names`];
}
