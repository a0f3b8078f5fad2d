import { type AnyCell, type Cell, isOffice365 } from './cell.ts';

type KeyOf<Union> = Union extends unknown ? keyof Union : never;
type KindOf<Key> = Key extends keyof Extract<Cell, { suite: 'office365' }>
  ? Key extends keyof Exclude<Cell, { suite: 'office365' }>
    ? 'both'
    : 'office365'
  : 'exchange';

/** The fields of a cell that was judged, in the order of a JSON report, and which kind of cell has them. */
const kinds: { readonly [Key in Exclude<KeyOf<Cell>, 'trace'>]: KindOf<Key> } = {
  id: 'both',
  suite: 'both',
  row: 'office365',
  step: 'office365',
  profile: 'both',
  frontEnd: 'exchange',
  vdirAuth: 'exchange',
  app: 'exchange',
  client: 'exchange',
  via: 'exchange',
  action: 'office365',
  keepMeSignedIn: 'office365',
  identity: 'office365',
  ttl: 'office365',
  steps: 'office365',
  signOutKind: 'both',
  signOutKindSource: 'exchange',
  logoffUrl: 'both',
  match: 'exchange',
  options: 'both',
  installOrder: 'exchange',
  clientAction: 'exchange',
  requests: 'exchange',
  detected: 'exchange',
  detectedBy: 'exchange',
  proxySession: 'exchange',
  backendSession: 'exchange',
  before: 'office365',
  after: 'office365',
  user: 'office365',
  userOfOrdinaryWindow: 'office365',
  newSession: 'office365',
  toldLogonServer: 'office365',
  cleanUps: 'office365',
  adfsSession: 'office365',
  gatewaySession: 'office365',
  replayed: 'office365',
  landing: 'both',
  outcome: 'exchange',
  promptedBy: 'both',
  addIn: 'exchange',
  codes: 'both',
  because: 'both',
  expected: 'both',
  differs: 'both',
  agrees: 'both',
};

const nothing = Object.fromEntries(Object.keys(kinds).map((key) => [key, null]));

/** A cell as JSON reports show it: with every field of both kinds, null where it has none. */
export function withEveryField(cell: AnyCell): object {
  const signOutKind = isOffice365(cell) ? { feOwa: null, beOwa: cell.signOutKind, beEcp: null } : cell.signOutKind;
  return { ...nothing, ...cell, signOutKind };
}

/** The fields that cells of its kind have, of a cell in memory or out of a JSON report; in both of them by the names of the latter. */
export function ownFields(cell: object): object {
  const { suite, signOutKind } = cell as { suite?: string; signOutKind?: { beOwa?: string } | string | null };
  const foreign = suite === 'office365' ? 'exchange' : 'office365';
  const own = Object.entries(cell).filter(([key]) => (kinds as Record<string, string>)[key] !== foreign);
  const beOwa = typeof signOutKind === 'object' ? (signOutKind?.beOwa ?? null) : signOutKind;
  return { ...Object.fromEntries(own), ...(suite === 'office365' && { signOutKind: { beOwa } }) };
}
