import type { ExchangeCase } from './exchange-case.ts';
import { installCases } from './install-orders.ts';

/** The published server logoff URLs that are tried, by the name that they have in a cell's id. */
export const logoffUrls: Readonly<Record<string, string>> = {
  cmd: '?Cmd=logoff',
  'aspx-cmd': '/owa/auth/logoff.aspx?Cmd=logoff',
  'any-logoff': '/logoff.owa',
  'owa-logoff': '/owa/logoff.owa',
  signout: '/owa/auth/signout.aspx',
  logon: '/owa/auth/logon.aspx',
  'owa-logoff-capitals': '/OWA/Logoff.owa',
};
const sixUrls = ['cmd', 'aspx-cmd', 'any-logoff', 'owa-logoff', 'signout', 'logon'];
const twoUrls = ['owa-logoff', 'signout'];

/** Builds from the one with SP1 on know AD FS. */
const sp1AndLater = [
  ...['2013-cu4', '2013-cu5', '2013-cu6', '2013-cu7', '2013-cu8', '2013-cu9-announced', '2013-cu9-shipped'],
  ...[10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23].map((cu) => `2013-cu${cu}`),
  ...['2016-rtm', '2016-cu23', '2019-cu12', 'se'],
];
const profiles = ['2007', '2010', '2013-rtm', '2013-cu1', '2013-cu2', '2013-cu3', ...sp1AndLater];

type Kinds = NonNullable<ExchangeCase['signOutKind']>;
const allFiles = (value: string | null): Kinds => ({ feOwa: value, beOwa: value, beEcp: value });
const removed = allFiles(null);
const LEGACY = 'LegacyLogOff';

const owa = { app: 'owa', client: 'premium' } as const;
const ecp = { app: 'ecp', client: 'premium' } as const;
const clients = [
  owa,
  { app: 'owa', client: 'light' },
  { app: 'owa', client: 'explicit' },
  { app: 'owa', client: 'typed' },
  { app: 'owa', client: 'password-change' },
  ecp,
] as const;

const base = { suite: 'exchange', signOutKind: null, signOutKindSource: 'shipped', options: null, installOrder: null } as const;

type Part = Pick<ExchangeCase, 'profile' | 'vdirAuth' | 'app' | 'client'> & Partial<ExchangeCase>;

/** The same sign-out without a gateway, and through one that watches for each of the URLs. */
const everyWay = (part: Part, urls: readonly string[]): ExchangeCase[] => [
  { ...base, frontEnd: part.profile, ...part, via: 'direct', logoffUrl: null, match: null },
  ...urls.map((url) => watched(part, url)),
];
const watched = (part: Part, url: string, match: ExchangeCase['match'] = 'contains'): ExchangeCase => ({
  ...base,
  frontEnd: part.profile,
  ...part,
  via: 'gateway',
  logoffUrl: logoffUrls[url] as string,
  match,
});
const changed = (signOutKind: Kinds) => ({ signOutKind, signOutKindSource: 'changed' }) as const;

/** Every build as it is shipped, with every authentication and client. */
const shipped = profiles.flatMap((profile) =>
  clients
    .filter(({ app }) => app === 'owa' || profile !== '2007')
    .flatMap((client) => [
      ...(['fba', 'basic', 'windows', 'digest'] as const).flatMap((vdirAuth) =>
        everyWay({ profile, vdirAuth, ...client }, sixUrls),
      ),
      ...(client.client === 'premium' && sp1AndLater.includes(profile)
        ? everyWay({ profile, vdirAuth: 'adfs', ...client }, sixUrls)
        : []),
    ]),
);

/** What each of the three files decides: every combination but the shipped one. */
const kinds = [LEGACY, null].flatMap((feOwa) =>
  [LEGACY, null].flatMap((beOwa) => [LEGACY, null].map((beEcp): Kinds => ({ feOwa, beOwa, beEcp }))),
);
const changedFiles = ['2013-cu7', '2013-cu8', '2013-cu9-announced', '2013-cu9-shipped', '2016-rtm'].flatMap((profile) => {
  const asShipped = profile === '2013-cu9-announced' ? null : LEGACY;
  return kinds
    .filter((kind) => Object.values(kind).some((value) => value !== asShipped))
    .flatMap((kind) =>
      (['fba', 'basic'] as const).flatMap((vdirAuth) =>
        [owa, ecp].flatMap((client) => everyWay({ profile, vdirAuth, ...client, ...changed(kind) }, twoUrls)),
      ),
    );
});

/** How a value is read (E-01). */
const parserRows = [
  'legacylogoff',
  ' LegacyLogOff ',
  '1',
  'DefaultSignOut, LegacyLogOff',
  'DefaultSignOut',
  '0',
  '',
  'Legacy',
].flatMap((value) =>
  [null, { signOutKindParser: 'literal' }].map((options) =>
    watched({ profile: '2013-cu8', vdirAuth: 'basic', ...owa, ...changed(allFiles(value)), options }, 'owa-logoff'),
  ),
);

const cu8 = { profile: '2013-cu8', vdirAuth: 'basic', ...owa } as const;
/** What an exact match makes of a logoff page with and without &src=exch. */
const exactly = watched(
  {
    profile: '2010',
    vdirAuth: 'basic',
    ...owa,
    options: { match: 'exact', logoffPageSource: 'none' },
  },
  'aspx-cmd',
  'exact',
);
const gatewayOptions = ['2010', '2013-cu9-announced'].flatMap((profile): ExchangeCase[] => {
  const part = { profile, vdirAuth: 'basic', ...owa } as const;
  return [
    ...(['query', 'exact'] as const).flatMap((match) =>
      ['cmd', 'owa-logoff', 'aspx-cmd'].map((url) => watched({ ...part, options: { match } }, url, match)),
    ),
    ...['true', 'false'].map((ignoreCase) => watched({ ...part, options: { ignoreCase } }, 'owa-logoff-capitals')),
    ...[{ onLogoff: 'redirect' }, { onLogoff: 'pass-through', forwardToBackend: 'true' }, { forwardToBackend: 'true' }].map(
      (options) => watched({ ...part, options: options as Record<string, string> }, 'owa-logoff'),
    ),
  ];
});

/** Each named option where it makes a difference. */
const options: ExchangeCase[] = [
  ...(['fba', 'basic'] as const).flatMap((vdirAuth) =>
    everyWay({ profile: '2013-cu7', vdirAuth, ...owa, ...changed(removed), options: { signoutPage: 'present' } }, twoUrls),
  ),
  ...['2013-cu1', '2013-cu8', '2013-cu9-announced'].flatMap((profile) =>
    (['basic', 'windows'] as const).flatMap((vdirAuth) =>
      everyWay({ profile, vdirAuth, ...owa, options: { legacyForcedRequest: 'on' } }, sixUrls),
    ),
  ),
  ...['2013-cu1', '2013-cu8'].flatMap((profile) =>
    everyWay({ profile, vdirAuth: 'fba', ...ecp, options: { ecpThirdHop: 'blog' } }, sixUrls),
  ),
  ...['2016-cu23', '2019-cu12', 'se'].flatMap((profile) =>
    (['fba', 'basic'] as const).flatMap((vdirAuth) =>
      [owa, ecp].flatMap((client) => everyWay({ profile, vdirAuth, ...client, options: { landing: 'signout' } }, sixUrls)),
    ),
  ),
  watched({ ...cu8, ...changed(allFiles(LEGACY)), options: { autoRecycle: 'false' } }, 'owa-logoff'),
  watched({ ...cu8, ...changed(removed), options: { autoRecycle: 'false', recycled: 'by-hand' } }, 'owa-logoff'),
  ...gatewayOptions,
  exactly,
];

/** A mailbox server behind a front end of another build (E-22). Removed keys are removed on the mailbox server alone. */
const farms = ['2013-cu6', '2013-cu7', '2013-cu8'].flatMap((frontEnd) => {
  const onMailbox = changed({ feOwa: frontEnd === '2013-cu6' ? null : LEGACY, beOwa: null, beEcp: null });
  const mailboxes = [
    { profile: '2013-cu9-announced' },
    { profile: '2013-cu9-shipped' },
    { profile: '2013-cu9-shipped', ...onMailbox },
    { profile: '2013-cu8', ...onMailbox },
  ];
  return mailboxes
    .filter(({ profile }) => profile !== frontEnd)
    .flatMap((mailbox) =>
      (['fba', 'basic'] as const).flatMap((vdirAuth) =>
        [owa, ecp].flatMap((client) => everyWay({ ...mailbox, frontEnd, vdirAuth, ...client }, twoUrls)),
      ),
    );
});
const loop = everyWay(
  {
    profile: '2013-cu9-announced',
    frontEnd: '2013-cu6',
    vdirAuth: 'fba',
    ...owa,
    options: { mixedFarm: 'logon-then-logoff-loop' },
  },
  twoUrls,
);

/** A reader's question under BLOG: 2010 and 2013 mailboxes behind one listener; and 2007 on its legacy name (E-24). */
const coExistence = [
  watched({ suite: 'co-existence', ...cu8, profile: '2010', frontEnd: '2013-cu8' }, 'owa-logoff'),
  watched({ suite: 'co-existence', ...cu8 }, 'owa-logoff'),
  watched({ suite: 'co-existence', ...cu8, profile: '2010', frontEnd: '2013-cu8', ...changed(removed) }, 'owa-logoff'),
  watched({ suite: 'co-existence', ...cu8, ...changed(removed) }, 'owa-logoff'),
  watched({ suite: 'co-existence', profile: '2007', vdirAuth: 'basic', ...owa }, 'owa-logoff'),
];

/** Two third-party add-ins (E-26). */
const addIns = [
  ...['2013-cu1', '2013-cu8', '2013-cu9-announced', '2013-cu9-shipped'].map((profile) => ({ profile })),
  { profile: '2013-cu9-announced', ...changed(allFiles(LEGACY)) },
  { profile: '2013-cu8', ...changed(removed) },
].flatMap((part) =>
  ['expects-logon', 'accepts-both'].flatMap((addIn) =>
    everyWay({ ...part, suite: 'add-in', vdirAuth: 'fba', app: 'owa', client: 'add-in', options: { addIn } }, []),
  ),
);

/** Everything that is tried. */
export const exchangeCases: readonly ExchangeCase[] = [
  ...shipped,
  ...changedFiles,
  ...parserRows,
  ...options,
  ...farms,
  ...loop,
  ...installCases,
  ...coExistence,
  ...addIns,
];
