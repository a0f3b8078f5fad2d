import { checkPublicName, publicNameOf } from './public-name.ts';
import { checkPublishedPath, type PublishedPath, publishedPath } from './published-path.ts';
import { quote } from './quote.ts';
import type { Problem } from './rules-error.ts';
import { entriesAtMost, rulesAtMost } from './rules-schema.ts';
import { entriesAt, valueAt } from './value-at.ts';
import type { YamlSource } from './yaml-source.ts';

/** A path that a rule publishes, with its place; `order` counts through all files. */
type Entry = PublishedPath & { source: YamlSource; path: PropertyKey[]; text: string; order: number };

type Site = { folders: Map<string, Entry>; exact: Map<string, Entry>; all: Entry[] };
type Overlap = { later: Entry; earlier: Entry; names: string[] };

/**
 * Each request must belong to one rule: names and rules that stand twice, and paths of one public name of which one is
 * the other or a folder above it (T-20), in all files together. Looks at unchecked values and passes over those that are
 * faulty by themselves.
 */
export function overlaps(sources: readonly YamlSource[]): Problem[] {
  const sites = new Map<string, Site>();
  let order = 0;
  let number = 0;
  for (const source of sources) {
    for (const { path: rule } of entriesAt(source.value, ['rules'], rulesAtMost)) {
      const paths = entriesAt(source.value, [...rule, 'paths'], entriesAtMost).flatMap(({ path, value }): Entry[] => {
        if (typeof value !== 'string' || checkPublishedPath(value) !== null) return [];
        order += 1;
        return [{ ...publishedPath(value), source, path, text: value, order }];
      });
      number += 1;
      const names = namesOf(source, rule);
      // Without a single good name the rule's own paths can still be compared with each other.
      for (const name of names.size > 0 ? names : [`rule number ${number}`]) siteOf(sites, name).all.push(...paths);
    }
  }
  return [...twiceNamed(sources), ...twicePublic(sources), ...overlapsOf(sites).map(problemOf)];
}

function namesOf(source: YamlSource, rule: readonly PropertyKey[]): Set<string> {
  const names = entriesAt(source.value, [...rule, 'publicNames'], entriesAtMost).map(({ value }) => value);
  return new Set(
    names.flatMap((name) => (typeof name === 'string' && checkPublicName(name) === null ? [publicNameOf(name) ?? name] : [])),
  );
}

function siteOf(sites: Map<string, Site>, name: string): Site {
  const site = sites.get(name) ?? { folders: new Map(), exact: new Map(), all: [] };
  sites.set(name, site);
  return site;
}

/** One overlap for each pair of paths, with all the public names for which they overlap. */
function overlapsOf(sites: Map<string, Site>): Overlap[] {
  const pairs = new Map<string, Overlap>();
  for (const [name, site] of sites) {
    for (const [a, b] of pairsOf(site)) {
      const [earlier, later] = a.order < b.order ? [a, b] : [b, a];
      const key = `${earlier.order} ${later.order}`;
      const overlap = pairs.get(key) ?? { earlier, later, names: [] };
      overlap.names.push(name);
      pairs.set(key, overlap);
    }
  }
  return [...pairs.values()];
}

function pairsOf({ folders, exact, all }: Site): [Entry, Entry][] {
  const found: [Entry, Entry][] = [];
  const different: Entry[] = [];
  for (const entry of all) {
    const same = entry.below ? folders : exact;
    const first = same.get(entry.base);
    if (first === undefined) {
      same.set(entry.base, entry);
      different.push(entry);
    } else if (first.order !== entry.order) found.push([first, entry]);
  }
  for (const entry of different) {
    const folder = foldersAbove(entry)
      .map((base) => folders.get(base))
      .find((above) => above !== undefined);
    if (folder !== undefined) found.push([folder, entry]);
  }
  return found;
}

/** Bases of the folders whose `/*` would publish the entry too, nearest first. */
function foldersAbove({ base, below }: Entry): string[] {
  const bases = below ? [] : [base];
  for (let end = base.lastIndexOf('/'); end >= 0; end = end === 0 ? -1 : base.lastIndexOf('/', end - 1))
    bases.push(base.slice(0, end));
  return bases;
}

function problemOf({ earlier, later, names }: Overlap): Problem {
  const [name = '', ...others] = names;
  const sites = others.length === 0 ? name : `${name} and ${others.length} more public name${others.length === 1 ? '' : 's'}`;
  const message =
    `${quote(later.text)} and ${quote(earlier.text)} (${earlier.source.place(earlier.path, 'value')}) publish the same requests of ${sites}; ` +
    'each request must belong to one rule.';
  const hint = 'remove one of the two, or write paths of which none lies below the other';
  return later.source.problem({ path: later.path, at: 'value', message, hint });
}

/** Rules of the same name: logs and pages could not tell them apart. */
function twiceNamed(sources: readonly YamlSource[]): Problem[] {
  const first = new Map<string, string>();
  return sources.flatMap((source) =>
    entriesAt(source.value, ['rules'], rulesAtMost).flatMap(({ path }): Problem[] => {
      const place = [...path, 'name'];
      const name = valueAt(source.value, place);
      if (typeof name !== 'string') return [];
      const other = first.get(name);
      if (other === undefined) first.set(name, source.place(place, 'value'));
      if (other === undefined) return [];
      return [
        source.problem({
          path: place,
          at: 'value',
          message: `${other} has a rule of the name ${quote(name)} already.`,
          hint: 'give each rule a name of its own',
        }),
      ];
    }),
  );
}

/** A public name that one rule lists twice. */
function twicePublic(sources: readonly YamlSource[]): Problem[] {
  return sources.flatMap((source) =>
    entriesAt(source.value, ['rules'], rulesAtMost).flatMap(({ path: rule }) => {
      const seen = new Set<string>();
      return entriesAt(source.value, [...rule, 'publicNames'], entriesAtMost).flatMap(({ path, value }): Problem[] => {
        const name = typeof value === 'string' ? publicNameOf(value) : null;
        if (name === null || !seen.has(name)) {
          if (name !== null) seen.add(name);
          return [];
        }
        return [
          source.problem({
            path,
            at: 'value',
            message: `This rule lists the public name ${quote(name)} twice.`,
            hint: 'remove one of the two',
          }),
        ];
      });
    }),
  );
}
