import { closeSync, openSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { LabError } from '../errors.ts';
import { parseOnly } from '../regression/only.ts';
import { formatReport, type ReportFormat, summaryLine } from '../regression/report.ts';
import { runMatrix } from '../regression/run-matrix.ts';
import { type CommandContext, say } from './command-context.ts';

const examples = `
Examples:
  npx logoff-lab matrix
  npx logoff-lab matrix --only profile=2013-cu1 --only vdirAuth=basic
  npx logoff-lab matrix --format json --output matrix.json

Keys of --only are those of a cell: id, suite, profile, frontEnd, vdirAuth, app, client, via, logoffUrl, match, signOutKind.beOwa …
The same key twice means or, different keys mean and.`;

export function matrixCommand({ env, exitWith }: CommandContext): Command {
  return new Command('matrix')
    .description('every combination: sign in, sign out, and compare what came of it with what is documented')
    .addOption(new Option('--format <format>', 'how to print the report').choices(['table', 'json', 'markdown']).default('table'))
    .option(
      '--only <key=value>',
      'only the cells that fit (may be repeated)',
      (pair: string, before: string[]) => [...before, pair],
      [],
    )
    .option('--output <file>', 'write the report there instead of to standard output')
    .addHelpText('after', examples)
    .action(async ({ format, only, output }: { format: ReportFormat; only: string[]; output?: string }) => {
      if (output !== undefined) mustBeWritable(output);
      const progress = progressLine();
      const report = await runMatrix({
        only: parseOnly(only),
        onCell: (cell, done, of) => progress.show(`${done}/${of} ${cell.id}`),
      });
      progress.clear();
      const colour = output === undefined && process.stdout.isTTY && !env['NO_COLOR'];
      const text = formatReport(report, format, colour);
      if (output === undefined) process.stdout.write(text);
      else writeFileSync(output, text);
      if (output !== undefined || format !== 'table') say(summaryLine(report.summary));
      const { differ, notRun } = report.summary;
      exitWith(differ > 0 || (notRun > 0 && env['CI'] === 'true') ? 1 : 0);
    });
}

/** Asked before the run, so that no report is lost. */
function mustBeWritable(file: string): void {
  try {
    closeSync(openSync(file, 'a'));
  } catch (cause) {
    throw new LabError('usage', `--output: ${file} cannot be written (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

/** One line that is written over, on a terminal only. */
function progressLine(): { show: (text: string) => void; clear: () => void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { show: () => {}, clear: () => {} };
  const write = (text: string) => stderr.write(`\r\x1b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
  return { show: write, clear: () => write('') };
}
