import type { RuleSet } from '../rules/publishing-rule.ts';

const MOST = 10;

/** What to open in a browser, one line for each public name: its first published path on the port of the gateway. */
export function publishedAddresses({ listener, rules }: RuleSet, port: number): string[] {
  const scheme = listener.tls ? 'https' : 'http';
  const addresses = new Map<string, string>();
  for (const { publicNames, paths } of rules)
    for (const name of publicNames) {
      const path = (paths[0] ?? '/').replace(/\*$/, '');
      if (!addresses.has(name)) addresses.set(name, `  ${scheme}://${name}:${port}${path}`);
    }
  const all = [...addresses.values()];
  return all.length <= MOST ? all : [...all.slice(0, MOST), `  and ${all.length - MOST} more public names`];
}
