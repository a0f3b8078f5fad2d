import { execFileSync } from 'node:child_process';
import { namesOf, settingNames } from '../../src/cli/settings.ts';
import { descriptions } from '../../src/cli/with-settings.ts';
import { errorCodes, LabError } from '../../src/errors.ts';
import { markdownTable } from './marked-parts.ts';

type Help = { command: string; text: string };

/** Everything between marks in `docs/reference/cli.md`. */
export function cliParts(): ReadonlyMap<string, string> {
  const helps = helpsBelow([]);
  return new Map([
    ['settings', settingsTable(helps)],
    ['exit-codes', exitCodeTable(helps[0]?.text ?? '')],
    ['commands', helps.map(({ command, text }) => `### ${command}\n\n\`\`\`text\n${text}\`\`\`\n`).join('\n')],
  ]);
}

/** What a command, and each one below it, says to `--help`. */
function helpsBelow(words: readonly string[]): Help[] {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const text = execFileSync(process.execPath, ['src/main.ts', ...words, '--help'], { encoding: 'utf8', env });
  const listed = /^Commands:\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? '';
  const names = [...listed.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name as string).filter((name) => name !== 'help');
  const own = { command: ['logoff-lab', ...words].join(' '), text };
  return [own, ...names.flatMap((name) => helpsBelow([...words, name]))];
}

function settingsTable(helps: readonly Help[]): string {
  const rows = settingNames.map((name) => {
    const { flag, env, file, value } = namesOf(name);
    const [argument, description] = descriptions[name];
    const takers = helps.filter(({ text }) => flag !== null && new RegExp(`^ {2}${flag}\\b`, 'm').test(text));
    return [
      flag === null ? '' : `\`${flag} ${argument}\``,
      [env, file ?? []].flat().map(code).join(', '),
      value === null ? '' : code(value),
      description,
      takers.map(({ command }) => code(command.replace('logoff-lab ', ''))).join(', '),
    ];
  });
  return markdownTable(['Flag', 'Variable', 'Default', 'For', 'Commands'], rows);
}

const code = (text: string) => `\`${text}\``;

/** The sentence of the help, beside the errors that end a command so. What only answers requests ends none. */
function exitCodeTable(help: string): string {
  const sentence = /^Exit codes: (.*)\.$/m.exec(help)?.[1] ?? '';
  const errors = errorCodes.map((name) => new LabError(name, '')).filter(isOfCommands);
  const rows = [...sentence.matchAll(/(\d) ([^,]+)/g)].map(([, exit = '', meaning = '']) => {
    const names = errors.filter(({ exitCode }) => String(exitCode) === exit).map((error) => code(error.code));
    return [exit, meaning, names.join(', ')];
  });
  return markdownTable(['Exit code', 'Means', 'Errors'], rows);
}

function isOfCommands({ code: name, status }: LabError): boolean {
  return status === 500 || name === 'configuration';
}

/** The errors that answer a request, by status, for `docs/reference/admin-api.md`. */
export function statusTable(): string {
  const errors = errorCodes.map((name) => new LabError(name, '')).filter(({ status }) => status !== 500);
  const groups = [...Map.groupBy(errors, ({ status }) => status)].sort(([a], [b]) => a - b);
  return markdownTable(
    ['Status', 'Errors'],
    groups.map(([status, some]) => [String(status), some.map((error) => code(error.code)).join(', ')]),
  );
}
