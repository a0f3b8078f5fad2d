import { type NotRunOffice365Cell, type Office365Cell, services } from '../cell.ts';
import { describeInputs, varies, verdictColumns } from './columns.ts';
import { hasRun } from './describe-cell.ts';
import { type Numbers, SIGN_WIDTH, signOf, underHeadings } from './lay-out-rows.ts';
import { alignColumns, clip, columnWidths, wrap } from './lay-out-text.ts';
import { office365Columns, serviceOutcomes } from './office365-columns.ts';
import { type Paint, paintSign } from './paint.ts';

type AnyOffice365Cell = Office365Cell | NotRunOffice365Cell;

/** An action gets as many columns, whatever else must give way. */
const LEAST_ACTION = 20;

const outcomeTitles = [...services, ...verdictColumns.map(({ title }) => title)];

function outcomesOf(cell: AnyOffice365Cell): string[] {
  if (!hasRun(cell)) return services.map(() => '–');
  return [...services.map((name) => serviceOutcomes[cell.after[name]].word), ...verdictColumns.map(({ show }) => show(cell))];
}

/** A pair that is too long for a line is broken behind its equals sign. */
function linesOf(action: string, width: number): string[] {
  const breakable = action.replace(/\S+/g, (word) => (word.length > width - 2 ? word.replace('=', '= ') : word));
  return wrap(breakable, width)
    .split('\n')
    .map((line) => clip(line, width));
}

/**
 * A row for each of Office 365's cells: what was done, in as many lines as it takes, and what each service had for the user then. The
 * profile is said once above if all share it; if it does not fit beside the rest it becomes a heading over its rows.
 */
export function rowsOfOffice365(cells: readonly AnyOffice365Cell[], numbers: Numbers, width: number, paint: Paint): string {
  if (!cells[0]) return '';
  const { suite, profile, row, action } = office365Columns;
  const several = varies(profile, cells);
  const roomBeside = (inputs: readonly (typeof profile | typeof row)[]) => {
    const rest = cells.map((cell) => [...inputs.map(({ show }) => show(cell)), ...outcomesOf(cell)]);
    const widths = [SIGN_WIDTH, ...columnWidths([[...inputs.map(({ title }) => title), ...outcomeTitles], ...rest])];
    return width - widths.reduce((sum, each) => sum + each + 2, 0);
  };
  const inputs = several && roomBeside([profile, row]) >= LEAST_ACTION ? [profile, row] : [row];
  const headings = several && inputs.length === 1 ? [profile] : [];
  const most = Math.max(LEAST_ACTION, roomBeside(inputs));

  const rows = cells.flatMap((cell) => {
    const [first = '', ...more] = linesOf(action.show(cell), most);
    const left = [signOf(cell, numbers), ...inputs.map(({ show }) => show(cell))];
    const lines = [[...left, first, ...outcomesOf(cell)], ...more.map((line) => [...left.map(() => ''), line])];
    return lines.map((line) => ({ line, heading: describeInputs(headings, cell) }));
  });
  const head = [' '.repeat(SIGN_WIDTH), ...inputs.map(({ title }) => title), action.title, ...outcomeTitles];
  const [titles, ...lines] = alignColumns([head, ...rows.map(({ line }) => line)]) as [string, ...string[]];
  const painted = lines.map((line) => paintSign(line, paint));
  const above = rows.map(({ heading }) => heading);
  const caption = describeInputs(several ? [suite] : [suite, profile], cells[0]);
  return [wrap(caption, width), paint('bold', titles), ...underHeadings(above, painted, width, paint)].join('\n');
}
