import type { Hop, Party } from './hop.ts';

export type AlignedHops = [left: Hop | null, right: Hop | null];

/** What is compared takes time and memory by its square. */
const MOST_COMPARED = 500;

/**
 * Two runs side by side: hops that are the same step stand together, the others alone, those of the left before those of the right. Noise is
 * left out. Behind the first 500 hops of either that differ, nothing is put together any more.
 */
export function alignHops(left: readonly Hop[], right: readonly Hop[]): AlignedHops[] {
  const [ours, theirs] = [left, right].map((hops) => hops.filter(({ isNoise }) => !isNoise)) as [Hop[], Hop[]];
  const [a, b] = [ours.map(stepOf), theirs.map(stepOf)];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const pair = (at: number, other: number): AlignedHops => [ours[at] as Hop, theirs[other] as Hop];
  return [
    ...Array.from({ length: start }, (_, at) => pair(at, at)),
    ...alignMiddle([ours.slice(start, ours.length - end), theirs.slice(start, theirs.length - end)]),
    ...Array.from({ length: end }, (_, at) => pair(ours.length - end + at, theirs.length - end + at)),
  ];
}

function alignMiddle([ours, theirs]: [Hop[], Hop[]]): AlignedHops[] {
  const [a, b] = [ours.slice(0, MOST_COMPARED).map(stepOf), theirs.slice(0, MOST_COMPARED).map(stepOf)];
  const common = lengthsOf(a, b);
  const aligned: AlignedHops[] = [];
  let [at, other] = [0, 0];
  while (at < a.length && other < b.length) {
    const length = (i: number, j: number) => common[i]?.[j] ?? 0;
    if (a[at] === b[other]) aligned.push([ours[at++] as Hop, theirs[other++] as Hop]);
    else if (length(at + 1, other) >= length(at, other + 1)) aligned.push([ours[at++] as Hop, null]);
    else aligned.push([null, theirs[other++] as Hop]);
  }
  const alone = [
    ours.slice(at).map((hop): AlignedHops => [hop, null]),
    theirs.slice(other).map((hop): AlignedHops => [null, hop]),
  ];
  return [...aligned, ...alone.flat()];
}

/** For each pair of beginnings: the length of the longest common subsequence of what follows. */
function lengthsOf(a: readonly string[], b: readonly string[]): Uint16Array[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    const [row, below] = [lengths[i] as Uint16Array, lengths[i + 1] as Uint16Array];
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? (below[j + 1] as number) + 1 : Math.max(below[j] as number, row[j + 1] as number);
    }
  }
  return lengths;
}

/** Parties that are a place of their own; with the others it makes no difference whether a gateway stands before them. */
const places: ReadonlySet<Party> = new Set(['adfs', 'logon-server', 'portal', 'owa', 'sharepoint']);

/** Says what is being done, apart from ids, builds and addresses to come back to: the part of a query that commands. */
const commanding = /^(wa|cmd)=/i;

/** What a hop is a step of: equal where two runs do the same, whatever their hosts, ports, ids and builds. */
function stepOf({ legs }: Hop): string {
  const [outermost] = legs;
  const place = legs.find(({ party }) => places.has(party))?.party ?? '';
  if (!outermost || outermost.method === '') {
    const news = legs.map(({ party, session, notes }) => `${party} ${session?.state ?? notes[0]?.kind} ${session?.reason ?? ''}`);
    return news.join('\n');
  }
  const [path = '', ...query] = outermost.target.split('?');
  const command = query
    .join('?')
    .split(/[?&]/)
    .filter((part) => (part !== '' && !part.includes('=')) || commanding.test(part));
  return [place, outermost.method, withoutIds(path), ...command].join(' ').toLowerCase();
}

/** Builds, numbers, mail addresses and long ids of a path. */
function withoutIds(path: string): string {
  return path
    .split('/')
    .map((part) => (/^\d+(\.\d+)*$|@|^[\da-f-]{12,}$/i.test(part) ? '…' : part))
    .join('/');
}
