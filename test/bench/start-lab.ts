import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { startOnFreePort } from '../../src/regression/ends/free-port.ts';
import { runProgram } from '../../src/regression/ends/run-program.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import type { Bench } from './figure.ts';
import { must } from './site.ts';

/** A lab as people start it, in a process of its own, with somebody who is signed in. */
export type LabProcess = {
  pid: number;
  /** Address of the console, without a slash at its end. */
  console: string;
  /** One hop: the mailbox asked through gateway and front end; resolves when the answer has come in full. */
  hop(): Promise<void>;
};

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const MAIL = '/owa/';

/** `connections`: so many hops may be under way at a time. */
export async function startLabProcess(bench: Bench, connections: number): Promise<LabProcess> {
  const folder = makeTemporaryFolder('bench');
  bench.teardown(folder.remove);
  const { pid, port, consolePort } = await startOnFreePort((port) =>
    startOnFreePort(async (consolePort) => {
      const ports = { port, 'console-port': consolePort, 'exchange-port': 0, 'office365-port': 0 };
      const args = Object.entries(ports).flatMap(([name, value]) => [`--${name}`, String(value)]);
      const program = runProgram(process.execPath, ['--disable-warning=DEP0060', main, 'lab', ...args], { folder: folder.path });
      bench.teardown(() => program.end());
      await program.until(/^Stop with/m);
      return { pid: program.pid, port, consolePort };
    }),
  );
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 });
  bench.teardown(() => pool.destroy());
  const host = `2013-cu1.localhost:${port}`;
  let cookies = await logOn(pool, host);
  const ask = async () => {
    const { statusCode, headers, body } = await pool.request({ path: MAIL, method: 'GET', headers: { host, cookie: cookies } });
    await body.dump();
    must(statusCode, 200);
    return cookiesOf(headers);
  };
  // The front end's own cookies come with the first answer, once.
  cookies = [cookies, await ask()].filter((some) => some !== '').join('; ');
  return { pid, console: `http://127.0.0.1:${consolePort}`, hop: async () => void (await ask()) };
}

async function logOn(pool: Pool, host: string): Promise<string> {
  const fields = new URLSearchParams({ curl: 'Z2FowaZ2F', flags: '0', username: 'lab\\alice', password: 'Passw0rd!' });
  const type = 'application/x-www-form-urlencoded';
  const sent = { path: '/CookieAuth.dll?Logon', method: 'POST' as const, body: fields.toString() };
  const { headers, body } = await pool.request({ ...sent, headers: { host, 'content-type': type } });
  await body.dump();
  const cookie = cookiesOf(headers);
  if (cookie === '') throw new Error('the lab has not logged on');
  return cookie;
}

/** What the answer sets, as a Cookie field; without what it takes back. */
function cookiesOf(headers: Record<string, string | string[] | undefined>): string {
  const pairs = [headers['set-cookie'] ?? []].flat().map((field) => field.split(';', 1)[0] ?? '');
  return pairs.filter((pair) => !pair.endsWith('=')).join('; ');
}
