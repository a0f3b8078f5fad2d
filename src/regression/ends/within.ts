/** For a step of the set-up, and for the instruments. */
const LONGEST_WAIT = 10_000;
/** For what the gateway owes: it comes in milliseconds, but for a frozen store, which it waits a second for. */
const LONGEST_PATIENCE = 5_000;

/** What a promise resolves to. Rejects if that takes too long, so that a cell ends as one that did not run. */
export async function must<Value>(coming: Promise<Value>, what: string): Promise<Value> {
  const late = Symbol('late');
  const value = await orLate(coming, LONGEST_WAIT, late);
  if (value === late) throw new Error(`${what} did not come about within ${LONGEST_WAIT / 1000} s`);
  return value as Value;
}

/** Waits for what the gateway owes. False if it does not come: that is for the judge, and no fault of the set-up. */
export async function comes(coming: Promise<unknown>): Promise<boolean> {
  const late = Symbol('late');
  return (await orLate(coming, LONGEST_PATIENCE, late)) !== late;
}

async function orLate<Value>(coming: Promise<Value>, milliseconds: number, late: symbol): Promise<Value | symbol> {
  const { promise, resolve } = Promise.withResolvers<symbol>();
  const deadline = setTimeout(resolve, milliseconds, late);
  try {
    return await Promise.race([coming, promise]);
  } finally {
    clearTimeout(deadline);
  }
}
