import { setTimeout as pause } from 'node:timers/promises';
import type { Recorder } from '../../trace/recorder.ts';
import type { EventStream } from '../event-stream.ts';
import { listShown, type SessionsOwner, type ShownSession } from './sessions-api.ts';
import { changeInWords, clockNow, sessionsSection } from './sessions-view.ts';

/** At most so often is the table made, ms: a page is watched while hundreds of requests come in a second. */
const AT_MOST_EVERY = 100;
const MINUTE = 60_000;

/** Keeps one reader's sessions page up to date until it goes: whenever something happens, and with each minute of the clock. */
export async function followSessions(stream: EventStream, owner: SessionsOwner, recorder: Recorder): Promise<void> {
  const { signal } = stream;
  const show = createShow(stream, owner);
  let due = Promise.withResolvers<void>();
  const wake = () => due.resolve();
  const unfollow = recorder.follow(wake);
  signal.addEventListener('abort', wake, { once: true });
  try {
    while (!signal.aborted) {
      // Made before the list is: what happens meanwhile is a reason to look again.
      due = Promise.withResolvers<void>();
      const cancel = owner.clock.at(nextMinute(owner.clock.now()), wake);
      await show();
      await stream.drained();
      if (!signal.aborted) await due.promise;
      cancel();
      if (!signal.aborted) await pause(AT_MOST_EVERY, undefined, { ref: false });
    }
  } finally {
    unfollow();
  }
}

function nextMinute(now: number): number {
  return (Math.floor(now / MINUTE) + 1) * MINUTE;
}

/** Sends what has become different since the last time, and to a new reader everything. */
function createShow(stream: EventStream, { gateway, clock }: SessionsOwner): () => Promise<void> {
  const sent = new Map<string, string>();
  let before: readonly ShownSession[] | null = null;
  const put = (key: string, markup: string) => {
    if (sent.get(key) === markup) return;
    sent.set(key, markup);
    stream.send('put', { key, into: 'content', html: markup });
  };
  return async () => {
    const sessions = await listShown({ gateway, clock }).catch(() => null);
    put('sessions', sessionsSection(sessions, clock.now()).text);
    put('clock-now', clockNow(clock.now()).text);
    const change = before && sessions && changeInWords(before, sessions);
    if (change) stream.send('say', change);
    before = sessions ?? before;
  };
}
