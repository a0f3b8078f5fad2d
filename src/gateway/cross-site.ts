import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of another site made the browser send this. Fetch Metadata says it (OWASP, "Cross-Site Request Forgery Prevention Cheat
 * Sheet"); browsers without it, and all over plain HTTP, say where a POST comes from in Origin. Who sends neither is no browser, or a
 * browser that was not asked by a page. (The algorithm of CrossOriginProtection in Go's net/http.)
 */
export function comesFromAnotherSite(headers: IncomingHttpHeaders, secure: boolean): boolean {
  const site = headers['sec-fetch-site'];
  // `same-site` is another one, too: a neighbour under the same domain may be anybody's.
  if (site) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  return origin !== undefined && origin !== URL.parse(`${secure ? 'https' : 'http'}://${host}`)?.origin;
}

/** Whether a page can be shown in answer: not to an image, a frame, a script or a WebSocket. */
export function opensPage(headers: IncomingHttpHeaders): boolean {
  const destination = headers['sec-fetch-dest'];
  return destination === undefined || destination === 'document';
}
