import type { ExecutionContext } from 'ava';
import { runningClock } from '../../src/clock.ts';
import { type StartedGateway, startGateway } from '../../src/lab/start-gateway.ts';
import { silentLog } from '../../src/log.ts';
import { defaultLimits, type Limits } from '../../src/rules/limits-schema.ts';
import type { BackEnd, PublishingRule, RuleSet } from '../../src/rules/publishing-rule.ts';
import { cheapHash } from '../gateway/gateway-rig.ts';
import { faultsIn } from './invariants.ts';
import { type PublishedServer, startPublishedServer } from './published-server.ts';
import { type WatchedTrace, watchTrace } from './trace.ts';
import { HOST, type Note, PASSWORD, startTraffic, type Traffic } from './traffic.ts';

export const USERS = ['ada', 'ben', 'cem', 'dora', 'emil', 'fay'] as const;
/** Whose sessions a test itself looks after. */
export const WITNESS = 'wim';
const hash = cheapHash(PASSWORD);

export type Site = { gateway: StartedGateway; published: PublishedServer; trace: WatchedTrace; traffic: Traffic };

/** A gateway in this process, the server that it publishes as /app/*, and people at work there; `other`: is published as /other/*. */
export async function startSite(
  t: ExecutionContext,
  { limits, other }: { limits?: Partial<Limits>; other?: string } = {},
): Promise<Site> {
  const published = await startPublishedServer(t);
  const clock = runningClock();
  const trace = watchTrace(clock);
  const rules = rulesFor(`http://127.0.0.1:${published.port}`, limits, other);
  const gateway = await startGateway({
    ...{ rules, port: 0, host: '127.0.0.1', clock, recorder: trace.recorder },
    ...{ log: silentLog(), revealPublishedNames: false },
  });
  t.teardown(() => gateway.close());
  return { gateway, published, trace, traffic: startTraffic(gateway.port, published, USERS) };
}

/** At the end of the day: nobody has noticed anything, but who `mayFail`. `more`: what the test itself asked for. */
export async function isWell(
  t: ExecutionContext,
  { traffic, trace, published }: Site,
  mayFail?: (note: Note) => boolean,
  more: readonly Note[] = [],
): Promise<void> {
  await traffic.stop();
  await trace.settled();
  const { notes, sessions } = traffic;
  const world = { notes: [...notes, ...more], sessions, arrivals: published.journal.arrivals, trace: trace.events() };
  t.deepEqual(faultsIn(world, mayFail).slice(0, 10), []);
}

function rulesFor(app: string, limits?: Partial<Limits>, other?: string): RuleSet {
  const users = [...USERS, WITNESS].map((name) => ({ name, hash }));
  const rules = [ruleFor('app', app), ...(other === undefined ? [] : [ruleFor('other', other)])];
  return {
    listener: {
      name: 'Faults',
      authentication: 'forms',
      cookie: 'cadataTMG',
      bindToClientAddress: true,
      timeouts: { kind: 'idle', public: 600_000, private: 21_600_000 },
      sessions: null,
      limits: { ...defaultLimits, ...limits },
      refusals: 'precise',
      trustedProxies: [],
      tls: null,
      crossSite: { cookie: 'unset', logon: 'allow', logoff: 'allow', framedBy: [] },
      lockout: null,
      validate: { kind: 'users', users },
    },
    rules,
  };
}

function ruleFor(name: string, url: string): PublishingRule {
  const to: BackEnd = { url, ca: null, hostHeader: 'original' };
  return {
    ...{ name, publicNames: [HOST], paths: [`/${name}/*`], to, delegation: 'basic' },
    ...{ clearCookies: [], clearSiteData: [], caching: 'no-store' },
    logoff: {
      ...{ url: `/${name}/bye`, match: 'contains', ignoreCase: true },
      ...{ onLogoff: 'page', redirectTo: null, forwardToBackend: false },
    },
  };
}
