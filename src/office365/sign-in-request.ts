import type { Context } from 'koa';
import { LabError } from '../errors.ts';
import { type HostName, hostOf, hosts, originOf, serviceHosts } from './hosts.ts';

/** A service's request that somebody be signed in. */
export type SignIn = {
  host: HostName;
  /** Where the token goes: an address of that host. */
  wreply: string;
  /** What the service gets back with it. */
  wctx: string;
  /** Home realm, '' if none is named. */
  realm: string;
  /** The request as a query, to be asked again. */
  query: string;
};

type Query = Readonly<Record<string, string | string[] | undefined>>;
type Place = Pick<Context, 'host'>;

const LONGEST_CONTEXT = 2_048;
const LONGEST_ADDRESS = 8_192;

/** Reads `wa=wsignin1.0`. Throws bad-request for what cannot be. */
export function readSignIn(ctx: Place, query: Query): SignIn {
  const asked = first(query);
  const { wa, wreply, wctx = '', whr = '' } = asked;
  if (wa !== 'wsignin1.0')
    throw refusal(`Expected wa=wsignin1.0 or wa=wsignout1.0, got ${wa === undefined ? 'no wa' : quote(wa)}.`);
  if (wctx.length > LONGEST_CONTEXT) throw refusal(`wctx has ${wctx.length} characters. Expected at most ${LONGEST_CONTEXT}.`);
  const host = serviceAt(ctx, wreply);
  return { host, wreply: wreply as string, wctx, realm: whr.toLowerCase(), query: new URLSearchParams(asked).toString() };
}

/**
 * Reads `/logout.srf` or `wa=wsignout1.0`: which service asks, null if none says so, and where to go afterwards. Throws bad-request
 * for what cannot be.
 */
export function readSignOut(ctx: Place, query: Query): { host: HostName | null; wreply: string } {
  const { wreply } = first(query);
  if (wreply === undefined) return { host: null, wreply: `${originOf('portal.office.localhost', ctx)}/` };
  return { host: serviceAt(ctx, wreply), wreply };
}

/** The service that an address to come back to belongs to; nothing else may get a token or a redirect. */
function serviceAt(ctx: Place, wreply: string | undefined): HostName {
  if (!wreply) throw refusal(`The request lacks wreply. Expected the address of a service: ${serviceOrigins(ctx)}.`);
  if (wreply.length > LONGEST_ADDRESS)
    throw refusal(`wreply has ${wreply.length} characters. Expected at most ${LONGEST_ADDRESS}.`);
  const name = hostOf(wreply, ctx);
  if (name === null || hosts[name] === 'logon-server')
    throw refusal(
      `wreply leads to ${quote(wreply)}, which is no service of this lab. Expected an address at ${serviceOrigins(ctx)}.`,
    );
  return name;
}

function refusal(sentence: string): LabError {
  return new LabError('bad-request', sentence);
}

function serviceOrigins(ctx: Place): string {
  return serviceHosts.map((name) => originOf(name, ctx)).join(', ');
}

function quote(text: string): string {
  return `"${text.length > 100 ? `${text.slice(0, 100)}…` : text}"`;
}

/** The first value of each parameter. */
export function first(query: Query): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat()[0] ?? '']])),
  );
}
