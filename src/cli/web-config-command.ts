import { readFile, stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { LabError } from '../errors.ts';
import { loadProfiles } from '../exchange/profile.ts';
import { webConfigBytesAtMost } from '../exchange/web-config/decode.ts';
import { explainWebConfig } from '../exchange/web-config/explain-web-config.ts';
import { readWebConfig } from '../exchange/web-config/read-web-config.ts';
import type { SignOutKindParser } from '../exchange/web-config/web-config.ts';
import { printable } from '../rules/quote.ts';
import { facts } from '../scenarios/facts.ts';
import type { CommandContext } from './command-context.ts';

const examples = `
Copy the file from the server first; this command changes nothing. It is one of:
  %ExchangeInstallPath%\\FrontEnd\\HttpProxy\\OWA\\web.config   on a server with the Client Access role
  %ExchangeInstallPath%\\ClientAccess\\OWA\\web.config         on a server with the Mailbox role
  %ExchangeInstallPath%\\ClientAccess\\ECP\\web.config         on a server with the Mailbox role

Examples:
  npx logoff-lab web-config web.config
  npx logoff-lab web-config --parser literal web.config

Exit codes: 0, or 2 for a file that cannot be read.`;

export function webConfigCommand(_context: CommandContext): Command {
  return new Command('web-config')
    .description('what a web.config of Exchange says about sign-out, and what comes of it')
    .argument('<file>', 'a web.config, in UTF-8 or UTF-16')
    .addOption(
      new Option('--parser <parser>', 'enum: case and blanks do not matter; literal: only exactly LegacyLogOff is legacy')
        .choices(['enum', 'literal'])
        .default('enum'),
    )
    .addHelpText('after', examples)
    .action(async (file: string, { parser }: { parser: SignOutKindParser }) => {
      const config = readWebConfig(await readBytes(file), file);
      const lines = explainWebConfig(file, config, (await loadProfiles()).values(), parser);
      const { isTTY, columns } = process.stdout;
      const width = isTTY ? Math.min(columns || 80, 120) : Number.POSITIVE_INFINITY;
      process.stdout.write(`${lines.map((line) => wrap(withMarks(line), width)).join('\n')}\n`);
    });
}

const reasons: Partial<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
};

/** The bytes of a copy of a web.config. Throws usage. Looks before it opens: opening a pipe would wait for ever. */
export async function readBytes(file: string): Promise<Uint8Array> {
  const refuse = (reason: string, cause?: unknown) =>
    new LabError('usage', `${printable(file)} cannot be read: ${reason}; expected a copy of a web.config`, { cause });
  try {
    const info = await stat(file);
    if (info.isDirectory()) throw refuse('it is a folder, not a file');
    if (!info.isFile()) throw refuse('it is not a regular file');
    if (info.size > webConfigBytesAtMost) throw refuse('it is larger than 2 MiB');
    return await readFile(file);
  } catch (error) {
    if (error instanceof LabError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw refuse(reasons[code ?? ''] ?? message, error);
  }
}

/** `[E-16]` with how well that is known: `[E-16 seen]`. */
function withMarks(line: string): string {
  const mark = (id: string) => facts.find((fact) => fact.id === id)?.mark;
  return line.replace(/\[E-[^\]]*\]/g, (cited) => cited.replace(/E-\d+/g, (id) => (mark(id) ? `${id} ${mark(id)}` : id)));
}

/** Breaks a line at blanks; what follows is indented by two more than the line itself. */
function wrap(line: string, width: number): string {
  const indent = line.startsWith('  ') ? '  ' : '';
  const rows: string[] = [];
  let row = indent;
  for (const word of line.trim().split(' ')) {
    const longer = row.trim() === '' ? row + word : `${row} ${word}`;
    if (longer.length > width && row.trim() !== '') {
      rows.push(row);
      row = `${indent}  ${word}`;
    } else row = longer;
  }
  return [...rows, row].join('\n');
}
