/** What is to be done at a time. Its queue alone uses `place`. */
export type Timer = { readonly time: number; readonly act: () => void; readonly order: number; place: number };

/** Timers, the earliest first; of one time, the one that came first. Adding and removing take the logarithm of their number. */
export type TimerQueue = {
  add(time: number, act: () => void): Timer;
  /** Takes a timer out; nothing happens if it has left already. */
  remove(timer: Timer): void;
  first(): Timer | undefined;
};

const GONE = -1;

/** A binary heap in which each timer knows its place: a session that ends early leaves from the middle. */
export function createTimerQueue(): TimerQueue {
  const heap: Timer[] = [];
  let added = 0;

  function put(timer: Timer, place: number): void {
    heap[place] = timer;
    timer.place = place;
  }

  /** Puts it at `place`, or as far above as it is earlier than what stands there. */
  function rise(timer: Timer, place: number): void {
    let at = place;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const parent = heap[above] as Timer;
      if (!isBefore(timer, parent)) break;
      put(parent, at);
      at = above;
    }
    put(timer, at);
  }

  /** Puts it at `place`, or as far below as it is later than what stands there. */
  function sink(timer: Timer, place: number): void {
    let at = place;
    for (;;) {
      const left = 2 * at + 1;
      const [one, other] = [heap[left], heap[left + 1]];
      const child = one && other && isBefore(other, one) ? other : one;
      if (!child || !isBefore(child, timer)) break;
      const below = child.place;
      put(child, at);
      at = below;
    }
    put(timer, at);
  }

  return {
    add(time, act) {
      const timer = { time, act, order: added++, place: heap.length };
      rise(timer, heap.length);
      return timer;
    },
    remove(timer) {
      const { place } = timer;
      if (place === GONE) return;
      timer.place = GONE;
      const last = heap.pop() as Timer;
      if (last === timer) return;
      sink(last, place);
      rise(last, last.place);
    },
    first: () => heap[0],
  };
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.time < other.time || (one.time === other.time && one.order < other.order);
}
