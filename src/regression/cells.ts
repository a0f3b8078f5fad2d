import type { Profile } from '../exchange/profile.ts';
import type { EndsCase } from '../scenarios/ends-case.ts';
import { endsCases } from '../scenarios/ends-cases.ts';
import type { ExchangeCase } from '../scenarios/exchange-case.ts';
import { exchangeCases, logoffUrls } from '../scenarios/exchange-cases.ts';
import type { Office365Case } from '../scenarios/office365-case.ts';
import { office365Cases } from '../scenarios/office365-cases.ts';
import { type CellCase, type CellInput, type EndsInput, type ExchangeInput, isExchange, type Office365Input } from './cell.ts';
import { endsInputs } from './ends/ends-inputs.ts';
import { office365Inputs } from './office365/office365-inputs.ts';

/** Every cell there is. */
export function allCells(profiles: ReadonlyMap<string, Profile>): CellInput[] {
  const exchange = exchangeCases.map((tried) => ({
    id: idOf(tried),
    ...tried,
    signOutKind: tried.signOutKind ?? shippedKinds(profiles, tried),
  }));
  return [...exchange, ...office365Inputs(office365Cases), ...endsInputs(endsCases)];
}

/** The case that a cell's expectation is looked up by: as shipped, what is in Exchange's files follows from the builds. */
export function caseOf(cell: ExchangeInput): ExchangeCase;
export function caseOf(cell: Office365Input): Office365Case;
export function caseOf(cell: EndsInput): EndsCase;
export function caseOf(cell: CellInput): CellCase;
export function caseOf(cell: CellInput): CellCase {
  if (!isExchange(cell)) return cell;
  return { ...cell, signOutKind: cell.signOutKindSource === 'shipped' ? null : cell.signOutKind };
}

/** The keys of files as they come: the front end's is that of its build, the other two are the mailbox server's. Throws RangeError for an unknown build. */
export function shippedKinds(
  profiles: ReadonlyMap<string, Profile>,
  { profile, frontEnd }: Pick<ExchangeCase, 'profile' | 'frontEnd'>,
): ExchangeInput['signOutKind'] {
  const [mailbox, front] = [profile, frontEnd].map((name) => {
    const found = profiles.get(name);
    if (!found) throw new RangeError(`a case tries the profile "${name}", which is not in profiles/`);
    return found.signOutKind;
  }) as [Profile['signOutKind'], Profile['signOutKind']];
  const value = (key: string) => (key === 'LegacyLogOff' ? key : null);
  return { feOwa: value(front.feOwa), beOwa: value(mailbox.beOwa), beEcp: value(mailbox.beEcp) };
}

/**
 * `exchange/<profile>[@<frontEnd>]/<auth>/<app>/<client>/<via>/<shipped | fe-be-ecp kinds>[/<logoff URL's name>][/option=value …]`;
 * an install order's cells name the order, the step, the pool's member and the mailbox server instead. A logoff URL that no cell of the
 * matrix tries stands there itself, escaped.
 */
export function idOf(tried: ExchangeCase): string {
  const { suite, profile, frontEnd, vdirAuth, app, client, via, signOutKind, logoffUrl, options, installOrder } = tried;
  const named = Object.entries(logoffUrls).find(([, value]) => value === logoffUrl)?.[0];
  const url = logoffUrl === null ? undefined : (named ?? encodeURIComponent(logoffUrl));
  const end = [via, ...(url === undefined ? [] : [url])];
  if (installOrder) {
    const { order, step, member, mailboxServer } = installOrder;
    return [suite, order, `step-${step}`, `${member}-to-${mailboxServer}`, ...end].join('/');
  }
  const servers = frontEnd === profile ? profile : `${profile}@${frontEnd}`;
  const kinds = signOutKind ? Object.values(signOutKind).map(kindName).join('-') : 'shipped';
  const chosen = Object.entries(options ?? {}).map(([name, value]) => `${name}=${value}`);
  return [suite, servers, vdirAuth, app, client, via, kinds, ...end.slice(1), ...chosen].join('/');
}

function kindName(value: string | null): string {
  return value === null ? 'absent' : value === '' ? 'empty' : encodeURIComponent(value);
}
