import type { ExchangeCase } from './exchange-case.ts';

/** One machine of a farm, and the order in which a farm is brought from CU6 to CU9 as announced (E-25). */
export type FarmServer = { name: string; roles: readonly ('client-access' | 'mailbox')[] };
export type InstallOrder = {
  name: string;
  title: string;
  servers: readonly FarmServer[];
  /** One upgrade after the other: which server, to which build. */
  upgrades: readonly { server: string; to: string }[];
  /** Whom the balancing pool sends clients to: every front end, or those alone that have been brought to CU9 (once there are any). */
  pool: 'all' | 'upgraded';
};

const BEFORE = '2013-cu6';
const OVER = '2013-cu7';
const AFTER = '2013-cu9-announced';

/** The farm of a reader's comment: two Client Access and four mailbox servers. */
const separate: readonly FarmServer[] = [
  ...['cas-1', 'cas-2'].map((name) => ({ name, roles: ['client-access'] as const })),
  ...['mbx-1', 'mbx-2', 'mbx-3', 'mbx-4'].map((name) => ({ name, roles: ['mailbox'] as const })),
];
const multiRole: readonly FarmServer[] = ['ex-1', 'ex-2', 'ex-3'].map((name) => ({
  name,
  roles: ['client-access', 'mailbox'] as const,
}));
const to = (build: string, servers: readonly string[]) => servers.map((server) => ({ server, to: build }));

export const installOrders: readonly InstallOrder[] = [
  {
    name: 'front-ends-first',
    title: 'Separate roles: all front ends first, then the mailbox servers',
    servers: separate,
    upgrades: to(AFTER, ['cas-1', 'cas-2', 'mbx-1', 'mbx-2', 'mbx-3', 'mbx-4']),
    pool: 'all',
  },
  {
    name: 'front-ends-first-reversed',
    title: 'Separate roles: all front ends first, then the mailbox servers in another order',
    servers: separate,
    upgrades: to(AFTER, ['cas-1', 'cas-2', 'mbx-4', 'mbx-3', 'mbx-2', 'mbx-1']),
    pool: 'all',
  },
  {
    name: 'mailboxes-first',
    title: 'Separate roles: mailbox servers first (not recommended: the negative control)',
    servers: separate,
    upgrades: to(AFTER, ['mbx-1', 'mbx-2', 'mbx-3', 'mbx-4', 'cas-1', 'cas-2']),
    pool: 'all',
  },
  {
    name: 'all-to-cu7-first',
    title: 'Multi-role servers: all of them to CU7 first',
    servers: multiRole,
    upgrades: [...to(OVER, ['ex-1', 'ex-2', 'ex-3']), ...to(AFTER, ['ex-1', 'ex-2', 'ex-3'])],
    pool: 'all',
  },
  {
    name: 'accept-the-window',
    title: 'Multi-role servers: one after the other, accepting what breaks in between',
    servers: multiRole,
    upgrades: to(AFTER, ['ex-1', 'ex-2', 'ex-3']),
    pool: 'all',
  },
  {
    name: 'rolling-pool',
    title: 'Multi-role servers: rolling, with the pool on upgraded servers only',
    servers: multiRole,
    upgrades: to(AFTER, ['ex-1', 'ex-2', 'ex-3']),
    pool: 'upgraded',
  },
];

/** The build of each server after so many upgrades. */
export const buildsAt = ({ servers, upgrades }: InstallOrder, step: number): ReadonlyMap<string, string> =>
  new Map([
    ...servers.map(({ name }) => [name, BEFORE] as const),
    ...upgrades.slice(0, step).map(({ server, to: build }) => [server, build] as const),
  ]);

/** Names of the front ends in the pool after so many upgrades. */
export const poolAt = (order: InstallOrder, step: number): readonly string[] => {
  const frontEnds = order.servers.filter(({ roles }) => roles.includes('client-access')).map(({ name }) => name);
  const upgraded = frontEnds.filter((name) => buildsAt(order, step).get(name) === AFTER);
  return order.pool === 'upgraded' && upgraded.length > 0 ? upgraded : frontEnds;
};

/** At each step, through each member of the pool, to a mailbox on each server: a sign-out without a gateway and through two. */
export const installCases: readonly ExchangeCase[] = installOrders.flatMap((order) =>
  [...order.upgrades.keys(), order.upgrades.length].flatMap((step) => {
    const builds = buildsAt(order, step);
    const holders = order.servers.filter(({ roles }) => roles.includes('mailbox')).map(({ name }) => name);
    return poolAt(order, step).flatMap((member) =>
      holders.flatMap((mailboxServer) =>
        [null, '/owa/logoff.owa', '/owa/auth/signout.aspx'].map(
          (logoffUrl): ExchangeCase => ({
            suite: 'install-order',
            profile: builds.get(mailboxServer) as string,
            frontEnd: builds.get(member) as string,
            vdirAuth: 'fba',
            app: 'owa',
            client: 'premium',
            via: logoffUrl === null ? 'direct' : 'gateway',
            logoffUrl,
            match: logoffUrl === null ? null : 'contains',
            signOutKind: null,
            signOutKindSource: 'shipped',
            options: null,
            installOrder: { order: order.name, step, server: order.upgrades[step - 1]?.server ?? 'none', member, mailboxServer },
          }),
        ),
      ),
    );
  }),
);
