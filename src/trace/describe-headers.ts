import type { TraceEvent } from './trace-event.ts';

/** Fields whose values are secrets or may hold some: cookies, credentials, and whatever calls itself so. */
const secret = /cookie|auth|token|secret|passw|api-?key|canary/i;

/** Header fields as a trace may show them: in order, secret values null. */
export function describeHeaders(fields: readonly (readonly [string, string])[]): NonNullable<TraceEvent['headers']> {
  return fields.map(([name, value]) => [name, secret.test(name) ? null : /^host$/i.test(name) ? shownHost(value) : value]);
}

/** A host as a trace may show it: people put credentials before it, as in an address. */
export function shownHost(host: string): string {
  return host.replace(/^.*@/s, '…@');
}

/** Names of the cookies that a request sends or an answer sets or clears; never their values. */
export function describeCookies(fields: readonly (readonly [string, string])[]): NonNullable<TraceEvent['cookies']> {
  const cookies: NonNullable<TraceEvent['cookies']> = [];
  for (const [name, value] of fields) {
    if (name.toLowerCase() === 'cookie') {
      for (const pair of value.split(';')) cookies.push({ name: nameOf(pair), did: 'sent' });
    }
    if (name.toLowerCase() === 'set-cookie') cookies.push({ name: nameOf(value), did: isDeletion(value) ? 'cleared' : 'set' });
  }
  return cookies;
}

/** A pair without a name is all value, and not shown. */
function nameOf(pair: string): string {
  const at = (pair.split(';', 1)[0] as string).indexOf('=');
  return at < 1 ? '(nameless)' : pair.slice(0, at).trim();
}

function isDeletion(setCookie: string): boolean {
  return /;\s*(max-age=(0|-)|expires=thu, 01[ -]jan[ -]1970)/i.test(setCookie);
}
