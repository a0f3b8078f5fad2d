import { LabError } from '../errors.ts';
import { office365Profiles } from '../office365/profiles.ts';
import { nearest } from '../rules/nearest.ts';
import { readWebConfigPaths, type WebConfigPath } from './web-config-files.ts';

/** Every setting: its flag, its environment variable, its default. Flags come before the environment. */
const known = {
  port: { flag: '--port', env: 'LOGOFF_LAB_PORT', value: '8080', read: readPort },
  consolePort: { flag: '--console-port', env: 'LOGOFF_LAB_CONSOLE_PORT', value: '8081', read: readPort },
  exchangePort: { flag: '--exchange-port', env: 'LOGOFF_LAB_EXCHANGE_PORT', value: '8082', read: readPort },
  office365Port: { flag: '--office365-port', env: 'LOGOFF_LAB_OFFICE365_PORT', value: '8083', read: readPort },
  office365Profile: { flag: '--office365-profile', env: 'LOGOFF_LAB_OFFICE365_PROFILE', value: 'zones', read: readProfile },
  host: { flag: '--host', env: 'LOGOFF_LAB_HOST', value: '127.0.0.1', read: readHost },
  rules: { flag: '--rules', env: 'LOGOFF_LAB_RULES', value: null, read: readText },
  webConfig: { flag: '--web-config', env: 'LOGOFF_LAB_WEB_CONFIG', value: null, read: readWebConfigPaths },
  logLevel: { flag: '--log-level', env: 'LOGOFF_LAB_LOG_LEVEL', value: 'info', read: readLogLevel },
} as const;

export type SettingName = keyof typeof known;
export type Settings = {
  readonly port: number;
  readonly consolePort: number;
  readonly exchangePort: number;
  readonly office365Port: number;
  /** How its services sign people out. */
  readonly office365Profile: string;
  /** Address to listen on. */
  readonly host: string;
  readonly rules: string | null;
  /** Web.config files of somebody's own for the mock's servers. */
  readonly webConfig: readonly WebConfigPath[] | null;
  readonly logLevel: string;
};

/** Flag and variable of a setting, for messages and help. */
export function namesOf(setting: SettingName): { flag: string; env: string; value: string | null } {
  return known[setting];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Flags and environment as one frozen value. Throws usage with every problem at once; `warn` hears of what is ignored. */
export function readSettings(
  flags: Partial<Record<SettingName, string>>,
  env: Environment,
  warn: (sentence: string) => void,
): Settings {
  const problems: string[] = unknownVariables(env, warn);
  const entries = Object.entries(known).map(([name, { flag, env: variable, value, read }]) => {
    const given = flags[name as SettingName];
    const text = given ?? (isServiceLink(env[variable]) ? undefined : env[variable]) ?? value;
    const problem = (sentence: string) => problems.push(`${given === undefined ? variable : flag}: ${sentence}`);
    return [name, text === null ? null : read(text, problem)];
  });
  if (problems.length > 0) throw new LabError('usage', problems.join('\n'));
  return Object.freeze(Object.fromEntries(entries)) as Settings;
}

type Problem = (sentence: string) => void;

function readPort(text: string, problem: Problem): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) problem(`expected a port from 0 (any free one) to 65535, got "${text}"`);
  return port;
}

function readHost(text: string, problem: Problem): string {
  if (!/^[\w.:-]+$/.test(text)) problem(`expected an address to listen on, such as 127.0.0.1 or 0.0.0.0, got "${text}"`);
  return text;
}

function readProfile(text: string, problem: Problem): string {
  const names = [...office365Profiles.keys()];
  if (!names.includes(text)) problem(`expected one of ${names.join(', ')}, got "${text}"`);
  return text;
}

function readText(text: string, problem: Problem): string {
  if (text === '') problem('expected a path, got nothing');
  return text;
}

const levels = ['debug', 'info', 'warn', 'error', 'silent'];

function readLogLevel(text: string, problem: Problem): string {
  if (!levels.includes(text)) problem(`expected one of ${levels.join(', ')}, got "${text}"`);
  return text;
}

function isServiceLink(value: string | undefined): boolean {
  return value?.startsWith('tcp://') ?? false;
}

/** A misspelt variable is an error; what Kubernetes sets for a service of our name is not ours, and is ignored. */
function unknownVariables(env: Environment, warn: (sentence: string) => void): string[] {
  const variables: string[] = Object.values(known).map((setting) => setting.env);
  const foreign = (name: string) => /^LOGOFF_LAB_(SERVICE|PORT)_/.test(name) || isServiceLink(env[name]);
  const unknown = Object.keys(env).filter((name) => name.startsWith('LOGOFF_LAB_') && !variables.includes(name));
  const links = [...unknown, ...variables].filter(foreign);
  if (links.length > 0) warn(`ignoring ${links.length} variables that look like Kubernetes service links (${links[0]} …)`);
  return unknown
    .filter((name) => !foreign(name))
    .map((name) => {
      const near = nearest(name, variables);
      return `${name}: no such setting; ${near ? `did you mean ${near}?` : `there are ${variables.join(', ')}`}`;
    });
}
