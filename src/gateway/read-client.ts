import { isIP } from 'node:net';
import type { HeaderFields } from '../header-fields.ts';
import { networkMatcher } from '../rules/network.ts';
import type { Listener } from '../rules/publishing-rule.ts';

/** Where a request comes from. `forwardedFor`: X-Forwarded-For as it goes on. */
export type Client = { clientAddress: string; secure: boolean; forwardedFor: string };

/** Made once for each listener: a listener does not change, a reload makes another. */
const matchers = new WeakMap<object, (address: string) => boolean>();

/**
 * The client behind the peer. Of a trusted proxy, X-Forwarded-For is believed up to the first address, from the right, that is not
 * itself a trusted proxy's: what stands further to the left that one has written itself. X-Forwarded-Proto is believed whole. Of
 * anybody else neither says anything. What nobody has said is the connection's own: `overTls`. A `problem` where a trusted proxy's fields cannot be read.
 */
export function readClient(
  listener: Pick<Listener, 'trustedProxies'>,
  address: string,
  fields: HeaderFields,
  overTls: boolean,
): Client | { problem: string } {
  const peer = plain(address);
  const trusted = matcherOf(listener);
  if (!trusted(peer)) return { clientAddress: peer, secure: overTls, forwardedFor: peer };
  const chain = listOf(fields, 'x-forwarded-for').map(plain);
  if (!chain.every((one) => isIP(one) !== 0 && !one.includes('%')))
    return { problem: 'Expected X-Forwarded-For to be a list of addresses, without ports.' };
  const schemes = new Set(listOf(fields, 'x-forwarded-proto').map((scheme) => scheme.toLowerCase()));
  const [scheme = overTls ? 'https' : 'http', another] = schemes;
  if (another !== undefined || !/^https?$/.test(scheme))
    return { problem: 'Expected X-Forwarded-Proto to be http or https, everywhere the same.' };
  return {
    clientAddress: chain.findLast((one) => !trusted(one)) ?? chain[0] ?? peer,
    secure: scheme === 'https',
    forwardedFor: [...chain, peer].join(', '),
  };
}

function matcherOf(listener: Pick<Listener, 'trustedProxies'>): (address: string) => boolean {
  const matcher = matchers.get(listener) ?? networkMatcher(listener.trustedProxies);
  matchers.set(listener, matcher);
  return matcher;
}

/** All values of all fields of this very name; the spelling with `_` is no proxy's. */
function listOf(fields: HeaderFields, wanted: string): string[] {
  const values = fields.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  return values.flatMap((value) => value.split(',').map((one) => one.trim()));
}

/** One spelling for one address: a session may be bound to it. */
function plain(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
}
