import type { TraceEvent } from '../../trace/trace-event.ts';
import type { EndsLab } from './ends-lab.ts';

type Gateways = Pick<EndsLab, 'replicas'>;

/** Public id of the session that somebody has begun last. */
export function publicIdOf(lab: Gateways, user: string): string {
  const started = eventsOf(lab).findLast(({ identity, session }) => identity === user && session?.state === 'started');
  if (!started?.session) throw new Error(`set-up: no gateway has recorded a logon of ${user}`);
  return started.session.id;
}

/** Reasons of the end records that a session has, at all gateways together. */
export function endReasons(lab: Gateways, publicId: string): string[] {
  return eventsOf(lab)
    .filter(isEndOf(publicId))
    .map(({ session }) => session?.reason ?? '');
}

/** Resolves when a session has an end record at any gateway: time-outs are found by whoever looks first. */
export function endRecorded({ replicas }: Gateways, publicId: string): Promise<void> {
  return Promise.race(replicas.map(({ recorder }) => recorder.seen(isEndOf(publicId))));
}

function eventsOf({ replicas }: Gateways): TraceEvent[] {
  return replicas.flatMap(({ recorder }) => recorder.read().events).filter(({ kind }) => kind === 'session');
}

function isEndOf(publicId: string): (event: TraceEvent) => boolean {
  return ({ kind, session }) => kind === 'session' && session?.state === 'ended' && session.id === publicId;
}
