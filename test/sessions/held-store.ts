import { LabError } from '../../src/errors.ts';
import type { SessionStore, StoreEvent } from '../../src/sessions/session-store.ts';

type Method = 'create' | 'read' | 'replace' | 'destroy';
type Stop = { when: 'before' | 'after'; reached: () => void; goOn: Promise<void> };

/** A store that can be made to wait, to be away, and to tell what a shared one would. */
export type HeldStore = SessionStore & {
  /** The next call of `method` waits, before it acts or when it has: `reached` resolves then, `goOn` lets it go on. */
  stop(method: Method, when: Stop['when']): { reached: Promise<void>; goOn: () => void };
  /** Calls reject with store-away: having done nothing, or what was asked. */
  away: false | 'before' | 'after';
  tell(event: StoreEvent): void;
  /** Calls so far. */
  calls: Record<Method, number>;
};

export function holdStore(inner: SessionStore): HeldStore {
  const stops = new Map<Method, Stop>();
  const hearers: ((event: StoreEvent) => void)[] = [];
  const calls = { create: 0, read: 0, replace: 0, destroy: 0 };

  function held<Args extends unknown[], Result>(method: Method, act: (...args: Args) => Promise<Result>) {
    return async (...args: Args): Promise<Result> => {
      calls[method]++;
      const stop = stops.get(method);
      stops.delete(method);
      const wait = async (when: Stop['when']) => {
        if (stop?.when !== when) return;
        stop.reached();
        await stop.goOn;
      };
      await wait('before');
      const refuse = () => {
        throw new LabError('store-away', 'the store is away');
      };
      if (store.away === 'before') refuse();
      const result = await act(...args);
      if (store.away === 'after') refuse();
      await wait('after');
      return result;
    };
  }

  const store: HeldStore = {
    ...inner,
    create: held('create', inner.create),
    read: held('read', inner.read),
    replace: held('replace', inner.replace),
    destroy: held('destroy', inner.destroy),
    onEvent(hear) {
      hearers.push(hear);
      inner.onEvent(hear);
    },
    stop(method, when) {
      const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      stops.set(method, { when, reached: reached.resolve, goOn: goOn.promise });
      return { reached: reached.promise, goOn: goOn.resolve };
    },
    away: false,
    tell(event) {
      for (const hear of hearers) hear(event);
    },
    calls,
  };
  return store;
}
