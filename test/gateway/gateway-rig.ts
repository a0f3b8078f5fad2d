import { randomBytes, scryptSync } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { type Clock, standingClock } from '../../src/clock.ts';
import { startGateway } from '../../src/lab/start-gateway.ts';
import { type Logger, silentLog } from '../../src/log.ts';
import { idleMeter, type Meter } from '../../src/metrics/meter.ts';
import { defaultLimits, type Limits } from '../../src/rules/limits-schema.ts';
import type { BackEnd, Listener, LogoffSetting, PublishingRule } from '../../src/rules/publishing-rule.ts';
import { createMemoryStore } from '../../src/sessions/memory-store.ts';
import { createSessionManager, type SessionManager } from '../../src/sessions/session-manager.ts';
import { createRecorder, type Recorder } from '../../src/trace/recorder.ts';
import { holdStore } from '../sessions/held-store.ts';

export type Answer = { status: number; headers: IncomingMessage['headers']; cookies: string[]; body: string };
export type Change = {
  limits?: Partial<Limits>;
  listener?: Partial<Listener>;
  rule?: Partial<PublishingRule>;
  to?: Partial<BackEnd>;
  logoff?: Partial<LogoffSetting>;
  lab?: boolean;
  /** Ask by TLS, for site.test, and take this authority's certificates. */
  ca?: string;
  log?: Logger;
  meter?: Meter;
  sessions?: (clock: Clock) => SessionManager;
  /** So many sessions at most. */
  limit?: number;
};
export type Rig = Awaited<ReturnType<typeof startRig>>;

/** A hash that takes no time to verify. */
export function cheapHash(password: string): string {
  const salt = randomBytes(8);
  return `scrypt$2$8$1$${salt.toString('base64')}$${scryptSync(password, salt, 16, { N: 2, r: 8, p: 1 }).toString('base64')}`;
}

const hash = cheapHash('secret pass');
const logoff: LogoffSetting = {
  url: '/bye',
  match: 'contains',
  ignoreCase: true,
  onLogoff: 'page',
  redirectTo: null,
  forwardToBackend: false,
};

/** A gateway for `site.test` in front of any HTTP server, which remembers what reached it. */
export async function startRig(
  t: ExecutionContext,
  change: Change = {},
  respond: RequestListener = (_, response) => response.end('content'),
) {
  const seen: IncomingMessage[] = [];
  const backEnd = createServer((incoming, response) => {
    seen.push(incoming);
    respond(incoming, response);
  });
  const backEndPort = await new Promise<number>((resolve) =>
    backEnd.listen(0, '127.0.0.1', () => resolve((backEnd.address() as AddressInfo).port)),
  );
  const to: BackEnd = { url: `http://127.0.0.1:${backEndPort}`, ca: null, hostHeader: 'original', ...change.to };
  const listener: Listener = {
    name: 'Test',
    authentication: 'forms',
    cookie: 'cadataTMG',
    bindToClientAddress: true,
    timeouts: { kind: 'idle', public: 600_000, private: 21_600_000 },
    sessions: null,
    limits: { ...defaultLimits, ...change.limits },
    refusals: 'precise',
    trustedProxies: [],
    tls: null,
    crossSite: { cookie: 'unset', logon: 'allow', logoff: 'allow', framedBy: [] },
    lockout: null,
    validate: { kind: 'users', users: ['corp\\anna', 'corp\\bert'].map((name) => ({ name, hash })) },
    ...change.listener,
  };
  const rule: PublishingRule = {
    name: 'Site',
    publicNames: ['site.test', 'other.test'],
    paths: ['/app/*'],
    to,
    delegation: 'basic',
    clearCookies: [],
    clearSiteData: [],
    caching: 'no-store',
    logoff: { ...logoff, ...change.logoff },
    ...change.rule,
  };
  const clock = standingClock();
  const recorder = createRecorder(clock);
  const rules = { listener, rules: [rule] };
  const store = holdStore(createMemoryStore(clock, change.limit));
  const sessions = change.sessions?.(clock) ?? createSessionManager({ store, clock, random: randomBytes });
  const gateway = await startGateway({
    ...{ rules, port: 0, host: '127.0.0.1', clock, recorder, sessions },
    ...{ log: change.log ?? silentLog(), meter: change.meter ?? idleMeter, revealPublishedNames: change.lab ?? false },
  });
  t.teardown(async () => {
    await gateway.close();
    backEnd.closeAllConnections();
    backEnd.close();
  });
  const ask = (method: string, path: string, headers: Record<string, string | string[]> = {}, body?: string) =>
    askOnce({ port: gateway.port, ca: change.ca }, method, path, headers, body);
  return { ask, seen, rules, clock, recorder, store, gateway, backEnd, port: gateway.port, ...signingIn(ask) };
}

function signingIn(ask: (method: string, path: string, headers?: Record<string, string>, body?: string) => Promise<Answer>) {
  const post = (fields: Record<string, string>, path = '/CookieAuth.dll?Logon', headers: Record<string, string> = {}) =>
    ask(
      'POST',
      path,
      { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      new URLSearchParams(fields).toString(),
    );
  /** Logs anna on; resolves to the Cookie field of her session. */
  const logOn = async (fields: Record<string, string> = {}, headers: Record<string, string> = {}) => {
    const anna = { curl: 'Z2FappZ2F', flags: '0', username: 'corp\\anna', password: 'secret pass' };
    const { cookies } = await post({ ...anna, ...fields }, '/CookieAuth.dll?Logon', headers);
    return (cookies.find((cookie) => cookie.startsWith('cadataTMG=')) ?? '').split(';', 1)[0] as string;
  };
  return { post, logOn };
}

/** What the trace says of the ends of a user's sessions. */
export function endsOf(recorder: Recorder, user: string) {
  const ends = recorder.read().events.filter((event) => event.kind === 'session' && event.session?.state === 'ended');
  return ends.filter((event) => event.identity === user);
}

function askOnce(
  { port, ca }: { port: number; ca: string | undefined },
  method: string,
  path: string,
  headers: Record<string, string | string[]>,
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const to = { host: '127.0.0.1', port, method, path, headers: { Host: 'site.test', ...headers }, agent: false } as const;
    const sent = (ca ? tlsRequest : request)({ ...to, ...(ca && { ca, servername: 'site.test' }) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          cookies: answer.headers['set-cookie'] ?? [],
          body: text,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
