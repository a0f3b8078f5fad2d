import type { AnyCell, Cell, CellInput, ExchangeCell, ExchangeInput } from '../cell.ts';

/** One thing that a cell tries, as a column. A dash stands for what does not apply. */
export type InputColumn<Input extends CellInput> = { title: string; show: (cell: Input) => string };

export const NONE = '–';
const SAME = 'same';

/** What Exchange's cells can differ in, the most general first. */
export const inputColumns = {
  suite: { title: 'suite', show: ({ suite }) => suite },
  profile: { title: 'Exchange', show: ({ profile }) => profile },
  frontEnd: { title: 'front end', show: ({ profile, frontEnd }) => (frontEnd === profile ? SAME : frontEnd) },
  installOrder: { title: 'install order', show: ({ installOrder }) => installOrder?.order ?? NONE },
  step: { title: 'upgraded', show: ({ installOrder }) => (installOrder ? `${installOrder.step}: ${installOrder.server}` : NONE) },
  path: {
    title: 'path',
    show: ({ installOrder }) => (installOrder ? `${installOrder.member} → ${installOrder.mailboxServer}` : NONE),
  },
  vdirAuth: { title: 'vdir', show: ({ vdirAuth }) => vdirAuth },
  app: { title: 'app', show: ({ app }) => app },
  client: { title: 'client', show: ({ client }) => client },
  kinds: { title: 'SignOutKind', show: describeKinds },
  options: { title: 'options', show: describeOptions },
  logoffUrl: { title: 'logoff URL', show: (cell) => describeUrl(cell, (url) => url) },
} as const satisfies Record<string, InputColumn<ExchangeInput>>;

/** The published server logoff URL as `show` prints it, and how it is matched if that is not the usual way. */
export function describeUrl({ via, logoffUrl, match }: ExchangeInput, show: (url: string) => string): string {
  if (via === 'direct') return '(no gateway)';
  if (logoffUrl === null) return '(none)';
  return match === null || match === 'contains' ? show(logoffUrl) : `${show(logoffUrl)} (${match})`;
}

function describeKinds({ signOutKind: { feOwa, beOwa, beEcp }, signOutKindSource }: ExchangeInput): string {
  return signOutKindSource === 'shipped' ? 'shipped' : [feOwa, beOwa, beEcp].map(describeKind).join('/');
}

/** The two values that are known get short names; any other is shown as it stands in the file. */
function describeKind(value: string | null): string {
  if (value === null) return 'absent';
  if (value === 'LegacyLogOff') return 'Legacy';
  return value === 'DefaultSignOut' ? 'Default' : JSON.stringify(value);
}

function describeOptions({ options }: CellInput): string {
  const pairs = Object.entries(options ?? {}).map(([name, value]) => `${name}=${value}`);
  return pairs.length > 0 ? pairs.join(' ') : NONE;
}

/** What a row of any kind ends with: the codes, and how well it is known what is expected. */
export const verdictColumns: readonly { title: string; show: (cell: Cell) => string }[] = [
  { title: 'SO', show: ({ codes }) => codes.map((code) => code.replace('SO-', '')).join(' ') },
  { title: 'known', show: ({ expected }) => (expected ? `[${expected.mark}]` : '') },
];

/** `vdir basic · client light`: what the columns say of a cell; those with nothing to say only if `all` are wanted. */
export function describeInputs<Input extends CellInput>(
  columns: readonly InputColumn<Input>[],
  cell: Input,
  all = false,
): string {
  const said = columns.filter(({ show }) => all || ![NONE, SAME].includes(show(cell)));
  return said.map(({ title, show }) => `${title} ${show(cell)}`).join(' · ');
}

/** Whether the cells differ in a column. */
export function varies<Input extends CellInput>({ show }: Pick<InputColumn<Input>, 'show'>, cells: readonly Input[]): boolean {
  const first = cells[0] && show(cells[0]);
  return cells.some((cell) => show(cell) !== first);
}

/** What the sign-out did, `shorten` being how much of a target is shown; the request that the gateway took for it is in brackets. */
export function describeClick(cell: ExchangeCell, shorten: (target: string) => string, brackets = true): string {
  const last = cell.requests.length - 1;
  const chain = cell.requests
    .map(({ target }, at) => (brackets && cell.detectedBy !== null && at === last ? `[${shorten(target)}]` : shorten(target)))
    .join(' → ');
  if (cell.clientAction === null) return chain === '' ? 'never got there' : `at logon: ${chain}`;
  return cell.clientAction === 'dialog' ? 'dialog, no request' : chain;
}

/** What a fresh visit in the same browser met, in short, and what that means. */
export const nextVisits = {
  'signed out': 'the gateway asks for credentials',
  'still in': 'the same session goes on',
  'silently in': 'a new session, without asking',
  'Exchange asks': 'Exchange shows its own form',
} as const;

export function nextVisitOf({ outcome, promptedBy }: Pick<ExchangeCell, 'outcome' | 'promptedBy'>): keyof typeof nextVisits {
  if (outcome === 'prompt') return promptedBy === 'gateway' ? 'signed out' : 'Exchange asks';
  return outcome === 'session-alive' ? 'still in' : 'silently in';
}

/** Cells that `keyOf` calls the same, in the order in which they first come. */
export function groupCells<Item extends AnyCell>(cells: readonly Item[], keyOf: (cell: Item) => string): [string, Item[]][] {
  return [...Map.groupBy(cells, keyOf)];
}
