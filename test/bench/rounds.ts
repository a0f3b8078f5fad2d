/** Counts to `count`, or as far as that gets in `budget` ms; to `least` in any case. */
export function* rounds(count: number, budget: number, least = 1): Generator<number> {
  const deadline = performance.now() + budget;
  for (let round = 0; round < count && (round < least || performance.now() < deadline); round++) yield round;
}

/** Does `act` to every item, with `atOnce` of them under way. */
export async function doToEach<Item>(items: readonly Item[], atOnce: number, act: (item: Item) => Promise<unknown>) {
  let next = 0;
  const work = async () => {
    while (next < items.length) await act(items[next++] as Item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Items a second. */
export async function rateOf<Item>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<unknown>,
): Promise<number> {
  const from = performance.now();
  await doToEach(items, atOnce, act);
  return (items.length / (performance.now() - from)) * 1_000;
}
