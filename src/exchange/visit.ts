import type { Middleware, ParameterizedContext } from 'koa';
import type { Person } from './directory.ts';
import type { UserContext } from './sessions.ts';
import type { SignOutSetting } from './sign-out.ts';

/** A public name of the mock: its first label, and the server that answers there. */
export type Site = SignOutSetting & { label: string };

/** What the mock learns about one request. */
export type Visit = {
  site: Site;
  exchangeId: string;
  /** Who the front end says it is; null on anonymous pages. */
  person: Person | null;
  /** The `cadata` cookie of a forms logon, to end it by. */
  logonToken: string | undefined;
  context: UserContext | null;
  /** This request ended it. */
  contextEnded: boolean;
  /** Facts that the answer rests on, for the journal. */
  facts: string[];
};

export type Step = Middleware<Visit>;
export type VisitContext = ParameterizedContext<Visit>;

/** `http(s)://host:port` as the client named it; https only when the gateway says that its side is TLS. */
export function originOf(ctx: VisitContext): string {
  const https = ctx.get('Front-End-Https').toLowerCase() === 'on' || 'encrypted' in ctx.req.socket;
  return `${https ? 'https' : 'http'}://${ctx.host}`;
}
