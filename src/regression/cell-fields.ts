import {
  type AnyCell,
  type Cell,
  type CellKind,
  type EndsCell,
  type ExchangeCell,
  isOffice365,
  kindOf,
  type Office365Cell,
} from './cell.ts';

type KeyOf<Union> = Union extends unknown ? keyof Union : never;
type CellOf = { exchange: ExchangeCell; office365: Office365Cell; ends: EndsCell };
type If<Kind extends CellKind, Key> = Key extends keyof CellOf[Kind] ? [Kind] : [];

const every = ['exchange', 'office365', 'ends'] as const;

/** The fields of a cell that was judged, in the order of a JSON report, and the kinds of cells that have them. */
const kinds: {
  readonly [Key in Exclude<KeyOf<Cell>, 'trace'>]: readonly [...If<'exchange', Key>, ...If<'office365', Key>, ...If<'ends', Key>];
} = {
  id: every,
  suite: every,
  row: ['office365'],
  step: ['office365'],
  profile: ['exchange', 'office365'],
  frontEnd: ['exchange'],
  vdirAuth: ['exchange', 'ends'],
  app: ['exchange'],
  client: ['exchange'],
  via: ['exchange'],
  action: ['office365'],
  keepMeSignedIn: ['office365'],
  identity: ['office365'],
  ttl: ['office365'],
  steps: ['office365'],
  store: ['ends'],
  replicas: ['ends'],
  balancer: ['ends'],
  at: ['ends'],
  endedBy: ['ends'],
  tried: ['ends'],
  signOutKind: ['exchange', 'office365'],
  signOutKindSource: ['exchange'],
  logoffUrl: ['exchange', 'office365'],
  match: ['exchange'],
  options: every,
  installOrder: ['exchange'],
  clientAction: ['exchange'],
  requests: ['exchange'],
  detected: ['exchange'],
  detectedBy: ['exchange'],
  proxySession: ['exchange'],
  backendSession: ['exchange'],
  before: ['office365'],
  after: ['office365'],
  user: ['office365'],
  userOfOrdinaryWindow: ['office365'],
  newSession: ['office365'],
  toldLogonServer: ['office365'],
  cleanUps: ['office365'],
  adfsSession: ['office365'],
  gatewaySession: ['office365'],
  replayed: ['office365'],
  oldCookie: ['ends'],
  connection: ['ends'],
  lateCookie: ['ends'],
  endRecords: ['ends'],
  reason: ['ends'],
  bobsSession: ['ends'],
  seenAs: ['ends'],
  landing: ['exchange', 'office365'],
  outcome: ['exchange'],
  promptedBy: ['exchange', 'office365'],
  addIn: ['exchange'],
  codes: every,
  because: every,
  expected: every,
  differs: every,
  agrees: every,
};

const nothing = Object.fromEntries(Object.keys(kinds).map((key) => [key, null]));

/** A cell as JSON reports show it: with every field of all kinds, null where it has none. */
export function withEveryField(cell: AnyCell): object {
  const signOutKind = isOffice365(cell) && { feOwa: null, beOwa: cell.signOutKind, beEcp: null };
  return { ...nothing, ...cell, ...(signOutKind && { signOutKind }) };
}

/** The fields that cells of its kind have, of a cell in memory or out of a JSON report; in both of them by the names of the latter. */
export function ownFields(cell: object): object {
  const { signOutKind } = cell as { signOutKind?: { beOwa?: string } | string | null };
  const kind = kindOf(cell);
  const kindsWith: Readonly<Record<string, readonly CellKind[]>> = kinds;
  const own = Object.entries(cell).filter(([key]) => kindsWith[key]?.includes(kind) ?? true);
  const beOwa = typeof signOutKind === 'object' ? (signOutKind?.beOwa ?? null) : signOutKind;
  return { ...Object.fromEntries(own), ...(kind === 'office365' && { signOutKind: { beOwa } }) };
}
