import type { RuleSet } from './publishing-rule.ts';

/** The address to enter a published path by: `/owa/*` is entered at `/owa/`. */
export function entrance(path: string | undefined): string {
  return path === undefined ? '/' : path.replace(/\*$/, '');
}

/** What to open in a browser: each public name, once, with the first path that it publishes, on the port of the gateway. */
export function publishedAddresses({ listener, rules }: RuleSet, port: number): string[] {
  const scheme = listener.tls ? 'https' : 'http';
  const addresses = new Map<string, string>();
  for (const { publicNames, paths } of rules)
    for (const name of publicNames)
      if (!addresses.has(name)) addresses.set(name, `${scheme}://${name}:${port}${entrance(paths[0])}`);
  return [...addresses.values()];
}
