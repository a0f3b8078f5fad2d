import type { Answer } from './fetch-once.ts';

/** A request that may lead to a page. `form` is an urlencoded body. */
export type Navigation = { method: string; url: string; form?: string };

export const MOST_HOPS = 20;

/** Where a redirect leads; null if the answer is none. Only 307 and 308 keep method and body. */
export function redirectOf(request: Navigation, { status, headers }: Answer): Navigation | null {
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  if (status < 300 || status >= 400 || location === undefined) return null;
  const url = new URL(location, request.url).href;
  return status === 307 || status === 308 ? { ...request, url } : { method: 'GET', url };
}
