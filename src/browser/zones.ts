import { LabError } from '../errors.ts';
import type { Answer } from './fetch-once.ts';
import { type Navigation, redirectOf } from './navigation.ts';

/**
 * The hosts in Internet Explorer's two lists: names, or `*.` and a domain, which then stands for itself and all below it. A port is
 * ignored, in an entry as in an address.
 */
export type ZoneLists = { trustedSites: readonly string[]; localIntranet: readonly string[] };

export type ZoneList = 'trusted-sites' | 'local-intranet';

/** The zones that have cookies of their own: hosts in either list, and all others. */
export type Zone = 'trusted' | 'internet';

/** A request on its way, with the zone whose cookies it carries. */
export type ZonedRequest = { request: Navigation; zone: Zone };

/** A copy of the lists, which nobody else changes. Throws on an entry that could never match. */
export function readZoneLists({ trustedSites, localIntranet }: ZoneLists): ZoneLists {
  return { trustedSites: trustedSites.map(readEntry), localIntranet: localIntranet.map(readEntry) };
}

function readEntry(entry: string): string {
  const host = /^((?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::\d+)?$/i.exec(entry)?.[1];
  if (host !== undefined) return host.toLowerCase();
  throw new LabError('usage', `a zone list holds "${entry}"; expected a host as in "login.idp.localhost" or "*.idp.localhost"`);
}

export function withoutEntries(lists: ZoneLists, list: ZoneList): ZoneLists {
  return list === 'trusted-sites' ? { ...lists, trustedSites: [] } : { ...lists, localIntranet: [] };
}

export function zoneOf(url: string, { trustedSites, localIntranet }: ZoneLists): Zone {
  const { hostname } = new URL(url);
  const holds = (entry: string) => (entry.startsWith('*.') ? `.${hostname}`.endsWith(entry.slice(1)) : hostname === entry);
  return trustedSites.some(holds) || localIntranet.some(holds) ? 'trusted' : 'internet';
}

/** A new navigation: it starts in the zone of its address. */
export function startInZone(request: Navigation, lists: ZoneLists): ZonedRequest {
  return { request, zone: zoneOf(request.url, lists) };
}

/**
 * What a navigation requests next; null if the answer is what the browser shows. This is rule Z (O-05 [infer]): redirects keep the
 * zone in which the navigation started, and a document of the other zone is fetched again as a navigation of its own.
 */
export function nextInZone({ request, zone }: ZonedRequest, answer: Answer, lists: ZoneLists): ZonedRequest | null {
  const redirect = redirectOf(request, answer);
  if (redirect) return { request: redirect, zone };
  // By GET, whatever led there: the server has received a posted form already, and a browser does not post it twice by itself.
  const again = startInZone({ method: 'GET', url: request.url }, lists);
  return again.zone !== zone && isDocument(answer) ? again : null;
}

/** An error's page is shown, and so is in a zone, as well as a page of status 200; 204 and 205 show nothing (RFC 9110 §15.3.5). */
function isDocument({ status }: Answer): boolean {
  return status !== 204 && status !== 205;
}
