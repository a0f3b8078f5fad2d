import { setImmediate } from 'node:timers/promises';

const AT_ONCE = 500;

/** The items in order, with a turn of the event loop now and then: others are served while a hundred thousand sessions are looked at. */
export async function* turnByTurn<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (let at = 0; at < items.length; at += AT_ONCE) {
    if (at > 0) await setImmediate();
    yield* items.slice(at, at + AT_ONCE);
  }
}
