import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { LabError } from '../errors.ts';
import type { MatrixReport, NotRunCell } from '../regression/cell.ts';
import {
  changeLines,
  compareReports,
  formatComparison,
  isDifferent,
  type ReportComparison,
} from '../regression/compare-reports.ts';
import { readEarlierReport } from '../regression/earlier-report.ts';
import { faultyCells } from '../regression/faulty-cells.ts';
import { type Only, parseOnly } from '../regression/only.ts';
import { differingCells, findingOf } from '../regression/report/describe-cell.ts';
import { githubAnnotations, type Problem } from '../regression/report/github-annotations.ts';
import { formatReport, type ReportFormat, reportFormats } from '../regression/report/report.ts';
import { summaryLine } from '../regression/report/summary-line.ts';
import { runMatrix } from '../regression/run-matrix.ts';
import { type CommandContext, say } from './command-context.ts';
import { createProgress } from './progress-line.ts';

const examples = `
Examples:
  npx logoff-lab matrix
  npx logoff-lab matrix --only profile=2013-cu8 --only vdirAuth=basic      few cells: each with the reason, in words
  npx logoff-lab matrix --only suite=office365 --only row=10               a row of Office 365's, all its steps
  npx logoff-lab matrix --format junit --output matrix.xml                 in CI: a test case for each cell
  npx logoff-lab matrix --format json --output before.json                 before a change, and after it …
  npx logoff-lab matrix --expect before.json                               … what came out differently

Keys of --only are those of a cell: id, suite, profile, frontEnd, vdirAuth, app, client, via, logoffUrl, match, signOutKind.beOwa …
and of Office 365 (suite=office365) also row, step, action, keepMeSignedIn, identity, ttl.owaIdle …;
of ends of sessions (suite=ends) store, replicas, balancer, at, endedBy, tried, vdirAuth.
The same key twice means or, different keys mean and.

--expect puts an earlier report in the place of the committed expectations: these are still shown, but what counts is whether a
cell has changed, is new, or is gone although --only selects it. Ports do not count: they are free ones.

Exit codes: 0 as expected, 1 not as expected, or a cell did not run, 2 usage. Cells of the suite ends need redis-server, haproxy
and nginx; that these are not on this machine does not count, unless CI=true.
With GITHUB_ACTIONS=true the first ten cells that are not as expected become annotations of the build.`;

type Flags = { format: ReportFormat; only?: string[]; expect?: string; output?: string };

export function matrixCommand({ env, exitWith }: CommandContext): Command {
  return new Command('matrix')
    .description('every combination: sign in, sign out, and compare what came of it with what is documented')
    .addOption(new Option('--format <format>', 'how to print the report').choices(reportFormats).default('table'))
    .addOption(
      new Option('--only <key=value>', 'only the cells that fit (may be repeated)').argParser(
        (pair: string, before: string[] | undefined) => [...(before ?? []), pair],
      ),
    )
    .option('--expect <file>', 'compare with this earlier JSON report (default: the committed expectations)')
    .option('--output <file>', 'write the report there instead of to standard output')
    .addHelpText('after', examples)
    .action(async ({ format, only: pairs = [], expect, output }: Flags) => {
      const only = parseOnly(pairs);
      const earlier = expect === undefined ? null : readEarlierReport(expect);
      if (output !== undefined) mustBeWritable(output);
      const report = await runAndShow(only);
      print(report, format, output, env);
      const comparison = earlier && compareReports(earlier, report, only);
      if (comparison) say(formatComparison(comparison, expect as string));
      const faulty = faultyCells(report.cells, env['CI'] === 'true');
      if (env['GITHUB_ACTIONS'] === 'true') githubAnnotations(problemsOf(report, faulty, comparison)).forEach(say);
      const differs = comparison ? isDifferent(comparison) : report.summary.differ > 0;
      exitWith(differs || faulty.length > 0 ? 1 : 0);
    });
}

/** Asked before the run, so that no report is lost. */
function mustBeWritable(file: string): void {
  const isNew = !existsSync(file);
  try {
    closeSync(openSync(file, 'a'));
    if (isNew) rmSync(file);
  } catch (cause) {
    throw new LabError('usage', `--output: ${file} cannot be written (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

async function runAndShow(only: Only): Promise<MatrixReport> {
  const progress = createProgress(process.stderr, () => performance.now());
  try {
    return await runMatrix({ only, onCell: (_cell, done, of) => progress.show(done, of) });
  } finally {
    progress.clear();
  }
}

/** Prints or writes the report; whoever does not see its last line gets it on standard error. */
function print(report: MatrixReport, format: ReportFormat, output: string | undefined, env: CommandContext['env']): void {
  const { isTTY, columns } = process.stdout;
  const toTerminal = output === undefined && isTTY;
  const width = toTerminal ? Math.max(80, Math.min(columns, 160)) : undefined;
  const text = formatReport(report, format, { colour: toTerminal && !env['NO_COLOR'], ...(width && { width }) });
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
  if (output !== undefined || format !== 'table') say(summaryLine(report));
}

/** What makes the exit code 1, for whoever looks at the build. */
function problemsOf(report: MatrixReport, faulty: readonly NotRunCell[], comparison: ReportComparison | null): Problem[] {
  if (!comparison)
    return [
      ...differingCells(report.cells).map((cell) => {
        const { id, differences, because } = findingOf(cell);
        return { title: id, message: [...differences, because].join('\n') };
      }),
      ...faulty.map(({ id, notRunBecause }) => ({ title: id, message: `did not run: ${notRunBecause}` })),
    ];
  const { changed, appeared, gone } = comparison;
  return [
    ...changed.map(({ id, fields }) => ({ title: id, message: changeLines(fields).join('\n') })),
    ...appeared.map((id) => ({ title: id, message: 'a cell that the earlier report does not have' })),
    ...gone.map((id) => ({ title: id, message: 'a cell that only the earlier report has' })),
  ];
}
