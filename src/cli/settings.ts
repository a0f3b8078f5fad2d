import { LabError } from '../errors.ts';
import { office365Profiles } from '../office365/profiles.ts';
import { nearest } from '../rules/nearest.ts';
import { readStoreAddress, type StoreAddress } from '../sessions/store-address.ts';
import { readSecretFile } from './secret-file.ts';
import { readWebConfigPaths, type WebConfigPath } from './web-config-files.ts';

type Problem = (sentence: string) => void;
/**
 * `flag`: null for what must not stand in a command line, where every process of the machine can read it. `file`: the variable that
 * names a file with the text, for what may hold a password.
 */
type Known = {
  flag: string | null;
  env: string;
  file?: string;
  value: string | null;
  read: (text: string, problem: Problem) => unknown;
};

/** Every setting: its flag, its environment variables, its default. Flags come before the environment. */
const known = {
  port: { flag: '--port', env: 'LOGOFF_LAB_PORT', value: '8080', read: readPort },
  consolePort: { flag: '--console-port', env: 'LOGOFF_LAB_CONSOLE_PORT', value: '8081', read: readPort },
  adminApi: { flag: '--admin-api', env: 'LOGOFF_LAB_ADMIN_API', value: 'false', read: readSwitch },
  exchangePort: { flag: '--exchange-port', env: 'LOGOFF_LAB_EXCHANGE_PORT', value: '8082', read: readPort },
  office365Port: { flag: '--office365-port', env: 'LOGOFF_LAB_OFFICE365_PORT', value: '8083', read: readPort },
  office365Profile: { flag: '--office365-profile', env: 'LOGOFF_LAB_OFFICE365_PROFILE', value: 'zones', read: readProfile },
  host: { flag: '--host', env: 'LOGOFF_LAB_HOST', value: '127.0.0.1', read: readHost },
  consoleHost: { flag: '--console-host', env: 'LOGOFF_LAB_CONSOLE_HOST', value: null, read: readHost },
  consoleToken: {
    flag: null,
    env: 'LOGOFF_LAB_CONSOLE_TOKEN',
    file: 'LOGOFF_LAB_CONSOLE_TOKEN_FILE',
    value: null,
    read: readToken,
  },
  rules: { flag: '--rules', env: 'LOGOFF_LAB_RULES', value: null, read: readText },
  sessions: {
    flag: '--sessions',
    env: 'LOGOFF_LAB_SESSIONS',
    file: 'LOGOFF_LAB_SESSIONS_FILE',
    value: null,
    read: readSessions,
  },
  webConfig: { flag: '--web-config', env: 'LOGOFF_LAB_WEB_CONFIG', value: null, read: readWebConfigPaths },
  logLevel: { flag: '--log-level', env: 'LOGOFF_LAB_LOG_LEVEL', value: 'info', read: readLogLevel },
} as const satisfies Record<string, Known>;

export type SettingName = keyof typeof known;
export const settingNames = Object.keys(known) as readonly SettingName[];
/** Settings that a command line may say. */
export type FlagName = { [Name in SettingName]: (typeof known)[Name]['flag'] extends null ? never : Name }[SettingName];
export type Settings = {
  readonly port: number;
  readonly consolePort: number;
  /** Whether a gateway alone has its sessions listed and ended on the console port; the lab always has. */
  readonly adminApi: boolean;
  readonly exchangePort: number;
  readonly office365Port: number;
  /** How its services sign people out. */
  readonly office365Profile: string;
  /** Address to listen on. */
  readonly host: string;
  /** Address for the console to listen on; null: the same. */
  readonly consoleHost: string | null;
  /** What the console asks for; null: not said here. A secret. */
  readonly consoleToken: string | null;
  readonly rules: string | null;
  /** Where sessions are to lie; null: not said here. */
  readonly sessions: StoreAddress | null;
  /** Web.config files of somebody's own for the mock's servers. */
  readonly webConfig: readonly WebConfigPath[] | null;
  readonly logLevel: string;
};

/** Flag and variables of a setting, for messages and help. */
export function namesOf(setting: SettingName): Pick<Known, 'flag' | 'env' | 'file' | 'value'> {
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
  const entries = Object.entries<Known>(known).map(([name, setting]) => {
    const { from, text } = textOf(setting, flags[name as SettingName], env, problems);
    return [name, text === null ? null : setting.read(text, (sentence) => problems.push(`${from}: ${sentence}`))];
  });
  if (problems.length > 0) throw new LabError('usage', problems.join('\n'));
  return Object.freeze(Object.fromEntries(entries)) as Settings;
}

/** What is said of a setting, and where; null: nothing, or what cannot be read, which is then among the problems. */
function textOf(
  { flag, env: variable, file, value }: Known,
  given: string | undefined,
  env: Environment,
  problems: string[],
): { from: string; text: string | null } {
  if (flag !== null && given !== undefined) return { from: flag, text: given };
  const [text, path] = [variable, file ?? ''].map((name) => (isServiceLink(env[name]) ? undefined : env[name]));
  if (file === undefined || path === undefined) return { from: variable, text: text ?? value };
  if (text !== undefined) problems.push(`${file}: ${variable} is set too; expected one of the two: remove one`);
  try {
    return { from: file, text: text === undefined ? readSecretFile(path) : null };
  } catch (error) {
    problems.push(`${file}: ${(error as Error).message}; expected the path of a file that holds what ${variable} would`);
    return { from: file, text: null };
  }
}

function readPort(text: string, problem: Problem): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) problem(`expected a port from 0 (any free one) to 65535, got "${text}"`);
  return port;
}

function readSwitch(text: string, problem: Problem): boolean {
  if (text !== 'true' && text !== 'false') problem(`expected true or false, got "${text}"`);
  return text === 'true';
}

function readHost(text: string, problem: Problem): string {
  if (!/^[\w.:-]+$/.test(text)) problem(`expected an address to listen on, such as 127.0.0.1 or 0.0.0.0, got "${text}"`);
  return text;
}

const TOKEN_AT_LEAST = 16;
const TOKEN_AT_MOST = 1_024;

/** Visible ASCII: it goes through every field and form of a request as it is. What was given is not shown. */
function readToken(text: string, problem: Problem): string {
  const length = `${TOKEN_AT_LEAST} to ${TOKEN_AT_MOST.toLocaleString('en')}`;
  if (!/^[\x21-\x7e]*$/.test(text) || text.length < TOKEN_AT_LEAST || text.length > TOKEN_AT_MOST)
    problem(`expected ${length} visible ASCII characters without blanks, got something else (not shown, as it is a secret)`);
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

function readSessions(text: string, problem: Problem): StoreAddress | null {
  const address = readStoreAddress(text);
  if (!('problem' in address)) return address;
  problem(address.problem);
  return null;
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
  const variables = Object.values<Known>(known).flatMap(({ env: variable, file }) => (file ? [variable, file] : [variable]));
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
