import type { Step } from '../browser/scripted-browser.ts';
import type { ClickRequest } from '../regression/cell.ts';
import { describeCookies } from '../trace/describe-headers.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { withoutSecrets } from '../trace/without-secrets.ts';

/** A step of the browser as a request of the click: addresses without the secrets that they may hold, and no fields. Pure. */
export function clickRequest({ method, url, status, headers }: Step): ClickRequest {
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? null;
  return { method, target: withoutSecrets(targetOf(url)), status, location: location && withoutSecrets(location) };
}

/**
 * Which step made a proxy end its session, by its number. Concluded: the first that takes from the browser a cookie which the back end
 * has not, else the first that never came to the back end, else the last. Null without steps. Pure.
 */
export function requestThatEndedIt(way: readonly Step[], heard: readonly TraceEvent[]): number | null {
  const taking = way.findIndex((step) =>
    cleared(describeCookies(step.headers)).some((name) => !clearedBy(step, heard).includes(name)),
  );
  if (taking >= 0) return taking;
  const withheld = way.findIndex((step) => eventsOf(step, heard).length === 0);
  if (withheld >= 0) return withheld;
  return way.length > 0 ? way.length - 1 : null;
}

/** Whether what the browser was shown is the back end's answer. A proxy may ask it for this or that by itself. Pure. */
export function isAnswerOf(step: Step | undefined, heard: readonly TraceEvent[]): boolean {
  return step !== undefined && eventsOf(step, heard).some(({ status }) => status === step.status);
}

function clearedBy(step: Step, heard: readonly TraceEvent[]): string[] {
  return eventsOf(step, heard).flatMap(({ cookies = [] }) => cleared(cookies));
}

function eventsOf({ method, url }: Step, heard: readonly TraceEvent[]): TraceEvent[] {
  const target = withoutSecrets(targetOf(url));
  return heard.filter((event) => event.method === method && event.target === target);
}

function cleared(cookies: NonNullable<TraceEvent['cookies']>): string[] {
  return cookies.filter(({ did }) => did === 'cleared').map(({ name }) => name);
}

function targetOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
