/** What was measured of one thing, so many `times`. `p99` is null of fewer than 100. */
export type Summary = { median: number; p99: number | null; least: number; most: number; times: number };

/** `against`: the median as a multiple of what a peer took. */
export type Row = Summary & { what: string; unit: string; against: { peer: string; ratio: number } | null };

/** Something that was counted; with `must`, any other count is a failure. */
export type Count = { what: string; count: number; of: number; must: number | null };

export type Measured = { rows: Row[]; counts?: Count[]; remarks?: string[] };

export type Figure = Required<Measured> & { name: string; title: string };

/** What a figure is measured with. `quick`: few rounds, to see that it works. */
export type Bench = {
  readonly quick: boolean;
  /** Tells whoever waits what is done now. */
  say(what: string): void;
  /** Has `end` done when the figure has been measured, or could not be; the last first. */
  teardown(end: () => unknown): void;
};

export type FigureMaker = { name: string; title(bench: Pick<Bench, 'quick'>): string; measure(bench: Bench): Promise<Measured> };

type Peer = { name: string; row: Row };

export function rowOf(what: string, unit: string, samples: readonly number[], peer?: Peer): Row {
  const summary = summarise(samples);
  return { what, unit, ...summary, against: peer ? { peer: peer.name, ratio: summary.median / peer.row.median } : null };
}

function summarise(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  const times = sorted.length;
  return { median: rank(0.5), p99: times < 100 ? null : rank(0.99), least: rank(0), most: rank(1), times };
}
