import { registrableDomain } from './cookie-jar.ts';

/**
 * Whether what a page embeds belongs to another site than the page: another registrable domain; scheme and port do not matter. This
 * is all that decides about cookies of embedded things: the browsers of that time knew no SameSite, so the attribute is ignored.
 */
export function isThirdParty(url: string, page: string): boolean {
  return siteOf(url) !== siteOf(page);
}

/** An address of numbers has no domain and is a site of its own. */
function siteOf(url: string): string {
  const { hostname } = new URL(url);
  return registrableDomain(hostname) ?? hostname;
}
