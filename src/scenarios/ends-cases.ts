import type { EndedBy, EndsCase, Tried } from './ends-case.ts';

type Place = Pick<EndsCase, 'store' | 'replicas' | 'balancer' | 'at'>;

const memory: Place = { store: 'memory', replicas: 1, balancer: 'none', at: 'same-replica' };
const redis: Place = { store: 'redis', replicas: 1, balancer: 'none', at: 'same-replica' };
const besideTheOther: Place = { store: 'redis', replicas: 2, balancer: 'haproxy', at: 'same-replica' };
const atTheOther: Place = { ...besideTheOther, at: 'second-replica' };
const atTheOtherOfNginx: Place = { ...atTheOther, balancer: 'nginx' };
/** Two gateways of which each knows its own sessions only: what a balancer without affinity must not be put in front of. */
const twoMemories: Place = { ...atTheOther, store: 'memory' };

const shared = [redis, besideTheOther, atTheOther, atTheOtherOfNginx];

const connections: readonly Tried[] = ['in-flight', 'long-poll', 'websocket', 'sse', 'download', 'upload'];
const everything: readonly Tried[] = ['replay', 'second-tab', ...connections];
/** The browser has a new cookie then: another tab of it is signed in. */
const unlessSignedInAnew: readonly Tried[] = ['replay', ...connections];
const withoutTheStore: readonly Tried[] = ['replay', ...connections];

const base = { suite: 'ends', vdirAuth: null, options: null } as const;
const cases = (place: Place, endedBy: EndedBy, tries: readonly Tried[], more: Partial<EndsCase> = {}): EndsCase[] =>
  tries.map((tried) => ({ ...base, ...place, endedBy, tried, ...more }));

const everywhere: readonly EndedBy[] = [
  ...(['nothing', 'logoff', 'idle-time-out', 'session-time-out', 'admin', 'admin-user', 'admin-all'] as const),
  ...(['user-removed', 'password-changed', 'rule-removed', 'restart'] as const),
];

const ordinary = [memory, ...shared].flatMap((place) => [
  ...everywhere.flatMap((endedBy) => cases(place, endedBy, everything)),
  ...cases(place, 'new-logon', unlessSignedInAnew),
]);

const withTwoMemories = [...cases(twoMemories, 'nothing', ['replay']), ...cases(twoMemories, 'logoff', ['replay'])];

const evicted = cases(memory, 'eviction', everything);

const beforeLogoff = { options: { snapshot: 'before-logoff' } };

const storeTroubles = shared.flatMap((place) => [
  ...cases(place, 'store-restart', withoutTheStore),
  ...cases(place, 'store-restart', ['replay'], beforeLogoff),
  ...cases(place, 'store-away', withoutTheStore),
  ...cases(place, 'store-frozen', withoutTheStore),
]);

const switchEnds: readonly EndedBy[] = ['logoff', 'idle-time-out', 'admin', 'new-logon'];

const identitySwitches = [memory, atTheOther].flatMap((place) =>
  switchEnds.flatMap((endedBy) =>
    (['fba', 'basic'] as const).flatMap((vdirAuth) => [
      ...cases(place, endedBy, ['identity-switch'], { vdirAuth }),
      ...cases(place, endedBy, ['identity-switch'], { vdirAuth, options: { clearCookies: 'false' } }),
    ]),
  ),
);

/** Everything that is tried. */
export const endsCases: readonly EndsCase[] = [
  ...ordinary,
  ...withTwoMemories,
  ...evicted,
  ...storeTroubles,
  ...identitySwitches,
];
