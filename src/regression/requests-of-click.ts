import type { TraceEvent } from '../trace/trace-event.ts';
import type { ClickRequest } from './cell.ts';

/**
 * What the sign-out caused, in order, up to the hit or to the first document that was shown, as the outermost server received it.
 * `over`: there was one or the other, or an address that leads elsewhere. Pure.
 */
export function requestsOfClick(
  events: readonly TraceEvent[],
  party: TraceEvent['party'],
): { requests: ClickRequest[]; detectedBy: string | null; over: boolean } {
  const requests: ClickRequest[] = [];
  const own = events.filter((event) => event.party === party);
  let shown = false;
  for (const request of own.filter((event) => event.kind === 'request')) {
    const answers = own.filter((event) => event.exchange === request.exchange);
    const response = answers.find((event) => event.kind === 'response');
    const location = response?.headers?.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? null;
    const target = request.target ?? '';
    if (!shown) requests.push({ method: request.method ?? '', target, status: response?.status ?? 0, location });
    if (answers.some((event) => event.kind === 'decision' && event.session?.state === 'ending'))
      return { requests, detectedBy: target, over: response !== undefined };
    shown ||= response?.status === 200 || leadsElsewhere(location, request.host ?? '');
  }
  return { requests, detectedBy: null, over: shown };
}

/** AD FS is asked by the browser itself; what comes back later is its own clean-up. */
function leadsElsewhere(location: string | null, host: string): boolean {
  return location !== null && URL.canParse(location) && new URL(location).host !== host;
}
