/**
 * An address as errors say it: without a query, for a form that is sent by GET has the password in it under whatever name, and without
 * credentials.
 */
export function shownAddress(url: string): string {
  const { protocol, host, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname}${search && '?…'}`;
}
