import type { Middleware, ParameterizedContext } from 'koa';
import type { Recorder } from '../trace/recorder.ts';
import type { Adfs } from './adfs/adfs.ts';
import type { Asker } from './ask.ts';
import type { createChallenges } from './challenge.ts';
import type { JournalState, Person } from './directory.ts';
import type { Logons } from './logons.ts';
import type { ExchangeOptions } from './options.ts';
import type { ExchangeServer } from './server.ts';
import type { VdirAuth } from './sign-out.ts';

/** A public name of the mock, as its servers see it. Settings can change between two requests. */
export type Site = {
  vdirAuth(): VdirAuth;
  options(): ExchangeOptions;
  /** Logons by form or AD FS. */
  readonly logons: Logons;
  /** The server that holds somebody's mailbox; without a person, the first. */
  mailboxOf(person: Person | null): MailboxServer;
};

/** A mailbox server as a front end reaches it, on 127.0.0.1. */
export type MailboxServer = { readonly server: ExchangeServer; port(): number };

/** What every front end of the mock works with. */
export type FrontEndTools = {
  recorder: Recorder;
  challenge: ReturnType<typeof createChallenges>;
  asker: Asker;
  /** Shown to mailbox servers. */
  secret: string;
  adfs: Adfs;
  /** Address of AD FS's sign-in and sign-out. */
  issuer: () => string;
};

/** What a Client Access server learns about one request. */
export type FrontEndVisit = JournalState & {
  /** The cookie value of a logon, to end it by. */
  logonToken?: string | undefined;
};

export type Step = Middleware<FrontEndVisit>;
export type VisitContext = ParameterizedContext<FrontEndVisit>;

/** `http(s)://host:port` as the client named it; https only when the gateway says that its side is TLS. */
export function originOf(ctx: Pick<VisitContext, 'get' | 'host' | 'req'>): string {
  const https = ctx.get('Front-End-Https').toLowerCase() === 'on' || 'encrypted' in ctx.req.socket;
  return `${https ? 'https' : 'http'}://${ctx.host}`;
}
