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

type Place = Pick<Context, 'host'>;

const LONGEST_CONTEXT = 2_048;
const LONGEST_ADDRESS = 8_192;

/** The query of a request. */
export function queryOf({ querystring }: Pick<Context, 'querystring'>): URLSearchParams {
  return new URLSearchParams(querystring);
}

/** Reads `wa=wsignin1.0`. Throws bad-request for what cannot be. */
export function readSignIn(ctx: Place, query: URLSearchParams): SignIn {
  const asked = single(query);
  const { wa, wreply, wctx = '', whr = '' } = asked;
  if (wa !== 'wsignin1.0')
    throw refusal(`Expected wa=wsignin1.0 or wa=wsignout1.0, got ${wa === undefined ? 'no wa' : quote(wa)}.`);
  if (wctx.length > LONGEST_CONTEXT) throw refusal(`wctx has ${wctx.length} characters. Expected at most ${LONGEST_CONTEXT}.`);
  const to = serviceAt(ctx, wreply);
  return { ...to, wctx, realm: whr.toLowerCase(), query: new URLSearchParams(asked).toString() };
}

/**
 * Reads `/logout.srf` or `wa=wsignout1.0`: which service asks, null if none says so, and where to go afterwards. Throws bad-request
 * for what cannot be.
 */
export function readSignOut(ctx: Place, query: URLSearchParams): { host: HostName | null; wreply: string } {
  const { wreply } = single(query);
  if (wreply === undefined) return { host: null, wreply: `${originOf('portal.office.localhost', ctx)}/` };
  return serviceAt(ctx, wreply);
}

/**
 * The service that an address to come back to belongs to; nothing else may get a token or a redirect. The address is written out anew:
 * a browser that reads it on a page of ours must not come to another meaning.
 */
function serviceAt(ctx: Place, wreply: string | undefined): { host: HostName; wreply: string } {
  if (!wreply) throw refusal(`The request lacks wreply. Expected the address of a service: ${serviceOrigins(ctx)}.`);
  if (wreply.length > LONGEST_ADDRESS)
    throw refusal(`wreply has ${wreply.length} characters. Expected at most ${LONGEST_ADDRESS}.`);
  const host = hostOf(wreply, ctx);
  if (host === null || hosts[host] === 'logon-server')
    throw refusal(
      `wreply leads to ${quote(wreply)}, which is no service of this lab. Expected an address at ${serviceOrigins(ctx)}.`,
    );
  return { host, wreply: new URL(wreply).href };
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

/** The value of each parameter. Throws bad-request for one that is there twice: one reader would take the first, another the last. */
export function single(query: URLSearchParams): Record<string, string> {
  for (const name of query.keys()) {
    const { length } = query.getAll(name);
    if (length > 1) throw refusal(`${quote(name)} is there ${length} times. Expected each parameter once.`);
  }
  return Object.fromEntries(query);
}

/** Throws bad-request unless the form or its address says wa=wsignin1.0, and neither says anything else. */
export function expectSignIn(form: URLSearchParams, query: URLSearchParams): void {
  const said = [...form.getAll('wa'), ...query.getAll('wa')];
  const other = said.find((wa) => wa !== 'wsignin1.0');
  if (said.length === 0 || other !== undefined)
    throw refusal(
      `Expected wa=wsignin1.0 with a token, got ${other === undefined ? 'no wa' : quote(other)}. Nobody was signed in.`,
    );
}
