import type { SitePlan } from '../exchange/site-plan.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabChange } from '../lab/lab-setting.ts';
import { buildsAt, installOrders } from '../scenarios/install-orders.ts';
import type { ExchangeInput } from './cell.ts';

const ALICE = 'lab\\alice';
const BOB = 'lab\\bob';
/** Options of a cell that are the gateway's, or the run's own; the others are the mock's. */
const NOT_THE_MOCKS = ['match', 'ignoreCase', 'onLogoff', 'forwardToBackend', 'recycled', 'addIn'];

/** Puts behind the lab's switched name what a cell tries. */
export async function configureFor(lab: Lab, cell: ExchangeInput): Promise<void> {
  const { options, vdirAuth, logoffUrl } = cell;
  const mocks = Object.entries(options ?? {}).filter(([name]) => !NOT_THE_MOCKS.includes(name));
  const change: LabChange = {
    profile: cell.profile,
    frontEnd: cell.frontEnd,
    mailboxes: neighboursOf(cell),
    vdirAuth,
    logoffUrl,
    match: cell.match ?? 'contains',
    ignoreCase: options?.['ignoreCase'] !== 'false',
    onLogoff: (options?.['onLogoff'] ?? 'page') as NonNullable<LabChange['onLogoff']>,
    forwardToBackend: options?.['forwardToBackend'] === 'true',
    // What is left at the back end is seen with the browser's own cookies, and nothing says that TMG took them away.
    clearCookies: false,
    options: Object.fromEntries(mocks),
  };
  const plan = cell.installOrder && farmAt(cell.installOrder);
  const kinds = cell.signOutKindSource === 'changed' && options?.['autoRecycle'] === undefined ? cell.signOutKind : {};
  await lab.configure({ ...change, signOutKind: kinds, ...(plan && { plan }) });
  if (options?.['autoRecycle'] === 'false') editWithoutRecycling(lab, options['recycled'] === 'by-hand');
}

/** In co-existence bob's mailbox is on the other version, behind the same front end; 2007 has a farm of its own. */
function neighboursOf({ suite, profile }: ExchangeInput): Record<string, string> {
  if (suite !== 'co-existence' || profile === '2007') return {};
  return { [BOB]: profile === '2010' ? '2013-cu8' : '2010' };
}

/** The key is taken out of the three files of a running server; what it does then depends on the pool (E-02). */
function editWithoutRecycling({ exchange }: Lab, recycleAfterwards: boolean): void {
  for (const file of ['feOwa', 'beOwa', 'beEcp'] as const) exchange.saveWebConfig('mail', file, 'absent');
  if (recycleAfterwards) exchange.recycle('mail');
}

function farmAt({ order, step, member, mailboxServer }: NonNullable<ExchangeInput['installOrder']>): SitePlan {
  const found = installOrders.find(({ name }) => name === order);
  if (!found) throw new RangeError(`there is no install order "${order}"`);
  const builds = buildsAt(found, step);
  return {
    servers: found.servers.map(({ name, roles }) => ({ name, roles, profile: builds.get(name) as string })),
    pool: [member],
    mailboxes: { [ALICE]: mailboxServer },
  };
}
