import { type AnyCell, type CellKind, type ClickRequest, kindOf, type MatrixReport, services } from './cell.ts';
import type { EarlierCell, EarlierReport } from './earlier-report.ts';
import { comparedEnds } from './ends/judge-ends.ts';
import { fieldAt } from './field-at.ts';
import { compared } from './judge.ts';
import { comparedOffice365 } from './office365/judge-office365.ts';
import { fitsOnly, type Only } from './only.ts';
import { grouped } from './report/lay-out-text.ts';

/** One field of a cell, then and now, as people read it. */
export type FieldChange = { field: string; before: string; now: string };

export type CellChange = { id: string; fields: readonly FieldChange[]; because: string | null };

export type ReportComparison = {
  same: number;
  changed: readonly CellChange[];
  /** Ids of cells that only one of the two reports has. */
  appeared: readonly string[];
  gone: readonly string[];
};

const office365Fields = ['before', ...comparedOffice365, 'codes'].flatMap((field) => {
  if (field === 'before' || field === 'after') return services.map((service) => `${field}.${service}`);
  return field === 'replayed' ? [...services, 'logonServer'].map((tier) => `${field}.${tier}`) : [field];
});
const fieldsOfKind: Readonly<Record<CellKind, readonly string[]>> = {
  exchange: [...compared, 'codes'],
  office365: office365Fields,
  ends: [...comparedEnds, 'codes'],
};

/**
 * Compares a run with an earlier report, cell by cell. A cell that ran in one and not in the other has changed; one that ran in
 * neither is the same. Gone is what the earlier report has, `only` would have selected, and the run does not have.
 */
export function compareReports(
  before: EarlierReport,
  now: Pick<MatrixReport, 'cells'>,
  only: Only = new Map(),
): ReportComparison {
  const earlier = new Map(before.cells.map((cell) => [cell.id, cell]));
  const ids = new Set(now.cells.map(({ id }) => id));
  const known = now.cells.filter(({ id }) => earlier.has(id));
  const changed = known
    .map((cell) => compareCells(earlier.get(cell.id) as EarlierCell, cell))
    .filter((cell) => cell.fields.length > 0);
  return {
    same: known.length - changed.length,
    changed,
    appeared: now.cells.filter(({ id }) => !earlier.has(id)).map(({ id }) => id),
    gone: before.cells.filter((cell) => !ids.has(cell.id) && fitsOnly(cell, only)).map(({ id }) => id),
  };
}

export function isDifferent({ changed, appeared, gone }: ReportComparison): boolean {
  return changed.length + appeared.length + gone.length > 0;
}

function compareCells(before: EarlierCell, now: AnyCell): CellChange {
  const because = 'notRun' in now ? null : now.because;
  return { id: now.id, fields: changesOf(before, now), because };
}

function changesOf(before: EarlierCell, now: AnyCell): FieldChange[] {
  const [didNotRun, doesNotRun] = [describeNotRun(before), describeNotRun(now)];
  if (didNotRun !== null || doesNotRun !== null) {
    const oneRan = didNotRun === null || doesNotRun === null;
    return oneRan ? [{ field: 'run', before: didNotRun ?? 'ran', now: doesNotRun ?? 'ran' }] : [];
  }
  return fieldsOfKind[kindOf(now)]
    .map((field) => ({ field, before: describeField(before, field), now: describeField(now, field) }))
    .filter((change) => change.before !== change.now);
}

function describeNotRun(cell: EarlierCell | AnyCell): string | null {
  return 'notRun' in cell && cell.notRun ? `did not run: ${cell.notRunBecause}` : null;
}

/** A field that an older version did not write is null. */
function describeField(cell: EarlierCell | AnyCell, field: string): string {
  const value = fieldAt(cell, field);
  return field === 'requests' ? describeRequests(value as readonly ClickRequest[]) : JSON.stringify(value);
}

function describeRequests(requests: readonly ClickRequest[]): string {
  if (requests.length === 0) return '(none)';
  return requests
    .map(({ method, target, status, location }) =>
      [`${method} ${withoutPorts(target)} → ${status}`, ...(location === null ? [] : [withoutPorts(location)])].join(' '),
    )
    .join(', then ');
}

/**
 * `http://mail.localhost:40123/` → `http://mail.localhost:<port>/`: the lab runs on free ports. Colons and slashes may be escaped
 * for a query, with % or with the logon form's Z, and more than once.
 */
function withoutPorts(text: string): string {
  return text
    .replace(/([?&]canary=)[\w-]+/gi, '$1…')
    .replace(/(https?(?::|[%Z](?:25)*3A)(?:\/|[%Z](?:25)*2F){2}[\w.-]+?(?::|[%Z](?:25)*3A))\d{1,5}/gi, '$1<port>');
}

/** The comparison for people: `- before`, `+ now`, then what is new and what is gone, then the counts. */
export function formatComparison(comparison: ReportComparison, file: string): string {
  const { same, changed, appeared, gone } = comparison;
  const blocks = changed.map(({ id, fields: changes, because }) =>
    [id, ...changeLines(changes), ...(because === null ? [] : [`  now: ${because}`])].join('\n'),
  );
  const counts = `${grouped(same)} same, ${grouped(changed.length)} changed, ${grouped(appeared.length)} new, ${grouped(gone.length)} gone`;
  return [
    ...blocks,
    ...appeared.map((id) => `+ ${id} (new: ${file} does not have it)`),
    ...gone.map((id) => `- ${id} (gone: only ${file} has it)`),
    `Compared with ${file}, which stands in for the committed expectations: ${counts}`,
  ].join('\n');
}

/** `- field: before` and `+ field: now`. */
export function changeLines(changes: readonly FieldChange[]): string[] {
  return changes.flatMap(({ field, before, now }) => [`  - ${field}: ${before}`, `  + ${field}: ${now}`]);
}
