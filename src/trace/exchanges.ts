import type { TraceEvent } from './trace-event.ts';

type Party = TraceEvent['party'];

/** How far from the client a party stands: who has the lower rank asks who has the higher. */
export const ranks: Readonly<Record<Party, number>> = {
  gateway: 1,
  'front-end': 2,
  adfs: 2,
  'logon-server': 2,
  portal: 2,
  owa: 2,
  sharepoint: 2,
  mailbox: 3,
};

const unseen = /\.(css|gif|ico|jpe?g|js|map|png|svg|webmanifest|woff2?)$|\/(healthcheck\.htm|livez|readyz)$/i;
/** What pages ask for again and again, and the style of the gateway's own (T-09, T-15). */
const polling = /\/(sessiondata\.ashx|keepalive\.owa|ping\.owa|ev\.owa)(\?|$)|\/CookieAuth\.dll\?GetPic\b/i;

/** What nobody wants to see: scripts, styles, pictures and the questions of those who watch over a server. */
export function isUnseen(target: string): boolean {
  return unseen.test(pathOf(target));
}

/** What a page loads and asks by itself: that, and polling. */
export function isNoise(target: string): boolean {
  return isUnseen(target) || polling.test(target);
}

/** A target without its query. */
export function pathOf(target: string): string {
  return target.replace(/\?.*$/s, '');
}

/**
 * Finds for one event after the other what is kept of its exchange; for the first of an exchange `begin` makes that. Events of no exchange
 * stand alone. Of exchanges the newest `limit` are remembered.
 */
export function exchangeFinder<Kept>(
  begin: (event: TraceEvent) => Kept,
  limit = Number.POSITIVE_INFINITY,
): (event: TraceEvent) => Kept {
  const open = new Map<string, { kept: Kept; answered: Set<Party> }>();
  return (event) => {
    if (event.exchange === '') return begin(event);
    let found = open.get(event.exchange);
    // An id is the client's to choose, so it may come back: then a party that has answered is asked once more.
    if (!found || (event.kind === 'request' && found.answered.has(event.party))) {
      found = { kept: begin(event), answered: new Set() };
      open.delete(event.exchange);
      open.set(event.exchange, found);
      if (open.size > limit) open.delete(open.keys().next().value as string);
    }
    if (event.kind === 'response') found.answered.add(event.party);
    return found.kept;
  };
}

/** Events of the same exchange together, in the order in which the exchanges began. */
export function exchangesOf(events: readonly TraceEvent[]): TraceEvent[][] {
  const exchanges: TraceEvent[][] = [];
  const find = exchangeFinder(() => {
    const begun: TraceEvent[] = [];
    exchanges.push(begun);
    return begun;
  });
  for (const event of events) find(event).push(event);
  return exchanges;
}
