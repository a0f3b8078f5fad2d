/** What a soak has met: outcomes by kind, and those that must not be, the first of them with what they were. */
export type Tally = {
  count(kind: string): void;
  wrong(what: string): void;
  counted(): number;
  kinds(): Readonly<Record<string, number>>;
  wrongs(): { count: number; first: readonly string[] };
};

const SHOWN = 10;

export function createTally(): Tally {
  const kinds: Record<string, number> = {};
  const first: string[] = [];
  let [counted, wrong] = [0, 0];
  return {
    count(kind) {
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      counted++;
    },
    wrong(what) {
      if (wrong++ < SHOWN) first.push(what);
    },
    counted: () => counted,
    kinds: () => ({ ...kinds }),
    wrongs: () => ({ count: wrong, first: [...first] }),
  };
}
