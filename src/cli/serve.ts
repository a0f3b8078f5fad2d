import { type Command, Option } from 'commander';
import { type ConsoleParts, createConsole } from '../console/console.ts';
import { LabError } from '../errors.ts';
import { type CommandContext, say } from './command-context.ts';
import { accessSentences, consoleAccess } from './console-access.ts';
import { type FlagName, namesOf, readSettings, type SettingName, type Settings } from './settings.ts';

/** What each setting is for, and what its flag takes. */
export const descriptions: Record<SettingName, readonly [argument: string, description: string]> = {
  port: ['<port>', 'published sites'],
  consolePort: ['<port>', 'console: pages, admin API, /livez and /readyz'],
  adminApi: ['[true|false]', 'list and end sessions on the console port too'],
  exchangePort: ['<port>', 'mock Exchange'],
  office365Port: ['<port>', 'mock Office 365'],
  office365Profile: ['<name>', 'how Office 365 signs people out: zones, literal, single-sign-out or third-party-cookies-blocked'],
  host: ['<address>', 'address to listen on; 0.0.0.0 for every one'],
  consoleHost: [
    '<address>',
    'address for the console to listen on; anything but this machine’s own asks for a token: the one in LOGOFF_LAB_CONSOLE_TOKEN, or in the file that LOGOFF_LAB_CONSOLE_TOKEN_FILE names, or one that is made and printed at start; default: the same as --host',
  ],
  consoleToken: [
    '',
    'what the console asks for: 16 visible characters or more; without one, a console that others may reach makes one and prints it',
  ],
  rules: ['<path>', 'publishing rules: a YAML file, or a folder of them'],
  sessions: [
    '<store>',
    'where sessions lie: memory, memory?limit=N, or the address of a Redis server (docs/proxy.md), whose password is safer in a file; default: as the rules say, else memory',
  ],
  webConfig: [
    '<file=path>',
    'a web.config of your own for the mock: feOwa=, beOwa= or beEcp=PATH; may be repeated, and is read again when saved',
  ],
  logLevel: ['<level>', 'debug, info, warn, error or silent'],
};

/** Adds flags for settings; each says its environment variable and default. */
export function withSettings(
  command: Command,
  names: readonly FlagName[],
  defaults: Partial<Record<SettingName, string>> = {},
): Command {
  for (const name of names) {
    const { flag, env, file, value } = namesOf(name);
    const [argument, description] = descriptions[name];
    const preset = defaults[name] ?? value;
    const names = file === undefined ? env : `${env}, or ${file} for a file with it`;
    const option = new Option(`${flag} ${argument}`, `${description} (${names}${preset === null ? '' : `, default ${preset}`})`);
    // One setting, one text: what is repeated goes on a line of its own.
    if (name === 'webConfig')
      option.argParser((pair: string, before?: string) => (before === undefined ? pair : `${before}\n${pair}`));
    if (argument.startsWith('[')) option.preset('true');
    command.addOption(option);
  }
  return command;
}

export function settingsOf(
  command: Command,
  { env }: CommandContext,
  defaults: Partial<Record<SettingName, string>> = {},
): Settings {
  const preset = Object.fromEntries(
    Object.entries(defaults).filter(([name]) => env[namesOf(name as SettingName).env] === undefined),
  );
  return readSettings({ ...preset, ...command.opts() }, env, say);
}

/** Says which port is taken and how to choose another. `at`: the setting that says on which address. */
export async function explainTakenPort<Result>(
  start: Promise<Result>,
  settings: Settings,
  at: 'host' | 'consoleHost' = 'host',
): Promise<Result> {
  try {
    return await start;
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'port-in-use') throw error;
    if (/EADDRNOTAVAIL|ENOTFOUND/.test((error.cause as NodeJS.ErrnoException).code ?? '')) {
      const { flag, env } = namesOf(at);
      const sentence = `${error.message}; choose another address with ${flag} or ${env} (127.0.0.1, or 0.0.0.0 for every one)`;
      throw new LabError('usage', sentence, { cause: error });
    }
    const name = (['port', 'consolePort', 'exchangePort', 'office365Port'] as const).find((port) =>
      error.message.startsWith(`port ${settings[port]} `),
    );
    if (!name) throw error;
    const { flag, env } = namesOf(name);
    const sentence = `${error.message}. It is for ${descriptions[name][1]}; choose another with ${flag} or ${env} (0 takes any free one).`;
    throw new LabError('port-in-use', sentence, { cause: error });
  }
}

/** What listens already: closes it, giving requests under way `grace` ms. */
type CloseRest = (grace?: number) => Promise<void>;

/**
 * Opens the console beside what listens already, says `welcome(its port)`, and serves until SIGTERM or SIGINT. Then requests under way
 * get `drainTime()` ms, while the console says that nobody should be sent here any more, and both are closed. A second signal exits at once with 128 + its number. If the console cannot be opened, the rest is closed too.
 */
export async function serve(
  settings: Settings,
  { drainTime, ...parts }: Omit<ConsoleParts, 'given' | 'stopping' | 'token'> & { drainTime: () => number },
  closeRest: CloseRest,
  welcome: (consolePort: number) => string,
): Promise<void> {
  const given = Object.fromEntries((settings.webConfig ?? []).map(({ file, path }) => [file, path]));
  let stopping = false;
  const access = consoleAccess(settings, Boolean(parts.admin || parts.lab));
  const console = createConsole({ ...parts, given, token: access.token, stopping: () => stopping });
  const stop = stopped();
  const open = console.listen(settings.consolePort, access.host);
  try {
    const port = await explainTakenPort(open, settings, settings.consoleHost === null ? 'host' : 'consoleHost');
    say([welcome(port), accessSentences(access, port) ?? []].flat().join('\n'));
  } catch (error) {
    await closeRest();
    throw error;
  }
  await stop;
  stopping = true;
  say('Stopping.');
  await closeRest(drainTime());
  await console.close();
}

const numbers = { SIGINT: 2, SIGTERM: 15 } as const;

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const before = process.listeners(signal);
      process.on(signal, () => {
        if (stopping) process.exit(128 + numbers[signal]);
        stopping = true;
        resolve();
      });
      // Not before: without any listener a signal would end the process at once.
      for (const listener of before) process.off(signal, listener);
    }
  });
}
