import type { ExchangeCell } from '../../src/regression/cell.ts';
import { installOrders, poolAt } from '../../src/scenarios/install-orders.ts';
import { diagramsOf } from './diagrams.ts';
import { markdownTable } from './marked-parts.ts';
import { drawn, isAddIn, isCoExistence, isLogoffString, isThreeFiles } from './shown-cells.ts';

/** Everything between marks in `docs/story.md`. */
export async function storyParts(cells: readonly ExchangeCell[]): Promise<ReadonlyMap<string, string>> {
  const named = new Map(cells.map((cell) => [cell.id, cell]));
  const diagrams = await diagramsOf(Object.values(drawn).map((id) => named.get(id) as ExchangeCell));
  return new Map([
    ...Object.entries(drawn).map(([name, id]) => [name, captioned(id, diagrams.get(id) ?? '')] as const),
    ['three-files', threeFiles(cells.filter(isThreeFiles))],
    ['install-orders', installOrderTables(cells)],
    ['add-ins', addInTable(cells.filter(isAddIn))],
    ['co-existence', coExistenceTable(cells.filter(isCoExistence))],
    ['logoff-strings-basic', stringsTable(cells.filter((cell) => isLogoffString(cell) && cell.vdirAuth === 'basic'))],
    ['logoff-strings-fba', stringsTable(cells.filter((cell) => isLogoffString(cell) && cell.vdirAuth === 'fba'))],
  ]);
}

function captioned(id: string, diagram: string): string {
  return `${diagram}\nCell \`${id}\`\n`;
}

const fileName = (path: string | null) => (path ?? '').replace(/^.*\//, '');
const kindOf = (value: string | null) => (value === null ? 'none' : 'Legacy');

/** Where a sign-out without a gateway ends. */
function ends({ clientAction, landing }: ExchangeCell): string {
  return clientAction === 'dialog' ? '**dialog**' : fileName(landing);
}

function threeFiles(cells: readonly ExchangeCell[]): string {
  const rows = [...Map.groupBy(cells, ({ signOutKind }) => Object.values(signOutKind).map(kindOf).join(' '))];
  const columns = [
    ['OWA, FBA on', 'owa', 'fba'],
    ['OWA, FBA off', 'owa', 'basic'],
    ['ECP, FBA on', 'ecp', 'fba'],
    ['ECP, FBA off', 'ecp', 'basic'],
  ] as const;
  return markdownTable(
    ['feOwa', 'beOwa', 'beEcp', ...columns.map(([title]) => title)],
    rows.map(([kinds, group]) => [
      ...kinds.split(' '),
      ...columns.map(([, app, auth]) => {
        const cell = group.find((one) => one.app === app && one.vdirAuth === auth);
        return cell ? ends(cell) : '';
      }),
    ]),
  );
}

/** Whether a sign-out without a gateway ended on a page that is none. */
export function isFaulty({ landing }: ExchangeCell): boolean {
  return !/\/(logon|signout)\.aspx$/.test(landing ?? '');
}

/** The cells of one order at one step, each a member of the pool and a mailbox server. */
export function cellsAt(cells: readonly ExchangeCell[], order: string, step: number): ExchangeCell[] {
  return cells.filter(({ installOrder, via }) => via === 'direct' && installOrder?.order === order && installOrder.step === step);
}

function installOrderTables(cells: readonly ExchangeCell[]): string {
  return installOrders
    .map((order) => {
      const rows = [null, ...order.upgrades].map((upgrade, step) => {
        const faults = cellsAt(cells, order.name, step).filter(isFaulty);
        const did = upgrade === null ? 'nothing yet' : `${upgrade.server} to ${upgrade.to === '2013-cu7' ? 'CU7' : 'CU9'}`;
        return [String(step), did, poolAt(order, step).join(', '), faults.length > 0 ? pairs(faults) : 'none'];
      });
      return `**${order.title}** (\`${order.name}\`)\n\n${markdownTable(['Step', 'Upgraded', 'Pool', 'Sign-out ends in an error'], rows)}`;
    })
    .join('\n');
}

/** `mailboxes on mbx-1, mbx-2 through cas-1, cas-2`: mailbox servers with the same members of the pool are told together. */
function pairs(faults: readonly ExchangeCell[]): string {
  const placed = faults.flatMap(({ installOrder }) => installOrder ?? []);
  const through = [...Map.groupBy(placed, ({ mailboxServer }) => mailboxServer)].map(
    ([server, group]) => [server, group.map(({ member }) => member).join(', ')] as const,
  );
  return [...Map.groupBy(through, ([, members]) => members)]
    .map(([members, servers]) => `mailboxes on ${servers.map(([server]) => server).join(', ')} through ${members}`)
    .join('; ');
}

function kindsInWords({ signOutKindSource, signOutKind }: ExchangeCell): string {
  if (signOutKindSource === 'shipped') return 'as shipped';
  return signOutKind.beOwa === null ? 'key removed' : 'LegacyLogOff set';
}

function addInTable(cells: readonly ExchangeCell[]): string {
  const rows = [...Map.groupBy(cells, (cell) => `${cell.profile}|${kindsInWords(cell)}`)];
  return markdownTable(
    ['Build', 'Files', 'Ends on', 'Add-in that wants logon.aspx', 'Add-in that takes both'],
    rows.map(([key, [first, second]]) => [
      ...key.split('|'),
      fileName(first?.landing ?? null),
      first?.addIn ?? '',
      second?.addIn ?? '',
    ]),
  );
}

function coExistenceTable(cells: readonly ExchangeCell[]): string {
  return markdownTable(
    ['Mailbox on', 'Through', 'Files', 'Click on Sign out', 'Detected'],
    cells.map((cell) => [
      cell.profile,
      cell.frontEnd === '2007' ? 'a name and a farm of its own' : cell.frontEnd,
      cell.profile === '2013-cu8' || cell.signOutKindSource === 'changed' ? kindsInWords(cell) : 'as shipped',
      cell.clientAction === 'dialog' ? 'dialog, no request' : cell.requests.map(({ target }) => target).join(' → '),
      cell.detected ? 'yes' : 'no',
    ]),
  );
}

const ordinals = ['1st request', '2nd request', '3rd request', '4th request'];

/** Which request a string catches. */
function caught({ detected, clientAction, requests }: ExchangeCell): string {
  if (clientAction === null) return 'at logon';
  if (clientAction === 'dialog') return 'dialog';
  return detected ? `**${ordinals[requests.length - 1]}**` : 'missed';
}

/** A row for builds that follow each other and do the same. */
function stringsTable(cells: readonly ExchangeCell[]): string {
  const strings = [...new Set(cells.map(({ logoffUrl }) => logoffUrl as string))];
  const rows: { builds: string[]; results: string[] }[] = [];
  for (const [build, group] of Map.groupBy(cells, ({ profile }) => profile)) {
    const results = strings.map((url) => group.filter(({ logoffUrl }) => logoffUrl === url).map(caught)[0] ?? '');
    const last = rows.at(-1);
    if (last?.results.join() === results.join()) last.builds.push(build);
    else rows.push({ builds: [build], results });
  }
  return markdownTable(
    ['Build', ...strings.map((url) => `\`${url}\``)],
    rows.map(({ builds, results }) => [fromTo(builds), ...results]),
  );
}

function fromTo(builds: readonly string[]): string {
  return builds.length > 3 ? `${builds[0]} … ${builds.at(-1)}` : builds.join(', ');
}
