import { publicNameOf } from './public-name.ts';
import { type PublishedPath, publishedPath } from './published-path.ts';
import type { PublishingRule } from './publishing-rule.ts';

/** `rules`: all of the public name, whatever their paths. */
export type Selection =
  | { kind: 'rule'; rule: PublishingRule; rules: PublishingRule[] }
  | { kind: 'unknown-host' }
  | { kind: 'unpublished-path'; rules: PublishingRule[] };

type Site = { rules: PublishingRule[]; paths: (PublishedPath & { rule: PublishingRule })[] };

/** Derived once from each list of rules, which does not change: a reload makes a new list. */
const sitesOf = new WeakMap<readonly PublishingRule[], Map<string, Site>>();

/**
 * The rule that publishes a request. `host` is the Host header's value, whose port, case and trailing dot do not count; `path`
 * the normalised path of the request target without its query, compared without regard to case as the published servers (IIS) do.
 * Rules that were loaded never overlap; of rules made otherwise the first one wins.
 */
export function selectRule(list: readonly PublishingRule[], host: string, path: string): Selection {
  const name = publicNameOf(host);
  const site = name === null ? undefined : indexed(list).get(name);
  if (site === undefined) return { kind: 'unknown-host' };
  const lower = path.toLowerCase();
  const hit = site.paths.find(
    ({ base, below }) => lower === base || (below && lower.startsWith(base) && lower[base.length] === '/'),
  );
  const rules = [...site.rules];
  return hit === undefined ? { kind: 'unpublished-path', rules } : { kind: 'rule', rule: hit.rule, rules };
}

function indexed(rules: readonly PublishingRule[]): Map<string, Site> {
  const known = sitesOf.get(rules);
  if (known !== undefined) return known;
  const sites = new Map<string, Site>();
  for (const rule of rules) {
    const paths = rule.paths.map((path) => ({ ...publishedPath(path), rule }));
    for (const name of new Set(rule.publicNames)) {
      const site = sites.get(name) ?? { rules: [], paths: [] };
      site.rules.push(rule);
      site.paths.push(...paths);
      sites.set(name, site);
    }
  }
  sitesOf.set(rules, sites);
  return sites;
}
