import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage, request } from 'node:http';
import type { ExecutionContext } from 'ava';

/** Ports that nobody else has. */
export const FREE = {
  LOGOFF_LAB_PORT: '0',
  LOGOFF_LAB_CONSOLE_PORT: '0',
  LOGOFF_LAB_EXCHANGE_PORT: '0',
  LOGOFF_LAB_OFFICE365_PORT: '0',
};

export type Started = { child: ChildProcess; output: () => string; until: (pattern: RegExp) => Promise<RegExpExecArray> };

/** Starts a command; its whole output can be waited for. It is ended by process id at the latest with its test. */
export function start(
  t: Pick<ExecutionContext, 'teardown'>,
  command: string,
  args: string[],
  env: Record<string, string> = {},
  cwd = process.cwd(),
): Started {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, CI: '', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const closed = once(child, 'close');
  let text = '';
  const looks = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const look of looks) look();
    });
  const until = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(text);
        if (found) resolve(found);
      };
      looks.add(look);
      look();
      // It may have ended before anybody waits.
      closed.then(([code]) => reject(new Error(`ended with ${code} before ${pattern}:\n${text}`)), reject);
    });
  return { child, output: () => text, until };
}

export async function run(
  t: ExecutionContext,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  const { child, output } = start(t, 'src/main.ts', args, env);
  const [code] = (await once(child, 'close')) as [number];
  return { code, output: output() };
}

export function fetchPage(
  port: number,
  path: string,
  host: string,
  headers: Record<string, string> = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers: { Host: host, ...headers }, agent: false }, (answer) =>
      resolve(answer.resume()),
    ).on('error', reject);
  });
}

/** Logs a user of the lab on; resolves to the Cookie field of the session. */
export async function logOn(port: number, host: string, user = 'lab\\bob', password = 'Passw0rd!'): Promise<string> {
  const to = { host: '127.0.0.1', port, method: 'POST', path: '/CookieAuth.dll?Logon', headers: { Host: host } };
  const sent = request({ ...to, agent: false }).end(new URLSearchParams({ username: user, password }).toString());
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  const set = answer.headers['set-cookie']?.find((field) => field.startsWith('cadataTMG=')) ?? '';
  return set.split(';', 1)[0] as string;
}
