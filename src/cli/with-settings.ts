import { type Command, Option } from 'commander';
import { type CommandContext, say } from './command-context.ts';
import { type FlagName, namesOf, readSettings, type SettingName, type Settings } from './settings.ts';

/** What each setting is for, and what its flag takes. */
export const descriptions: Record<SettingName, readonly [argument: string, description: string]> = {
  port: ['<port>', 'published sites'],
  consolePort: ['<port>', 'console: pages, admin API, /livez, /readyz and /metrics'],
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
