import { LabError } from '../errors.ts';
import type { Answer } from './fetch-once.ts';
import { shownAddress } from './shown-address.ts';

/** A request that may lead to a page. `form` is an urlencoded body. */
export type Navigation = { method: string; url: string; form?: string };

export const MOST_HOPS = 20;

/** Where a redirect leads; null if the answer is none. Only 307 and 308 keep method and body. */
export function redirectOf(request: Navigation, { status, headers }: Answer): Navigation | null {
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  if (status < 300 || status >= 400 || location === undefined) return null;
  const url = resolveAddress(location, request.url);
  return status === 307 || status === 308 ? { ...request, url } : { method: 'GET', url };
}

/** An address in a page or answer of `base`. Throws backend-broken, without the address, for one that cannot be read. */
export function resolveAddress(address: string, base: string): string {
  const url = URL.parse(address, base);
  if (url) return url.href;
  throw new LabError('backend-broken', `${shownAddress(base)} leads to an address that cannot be read`);
}
