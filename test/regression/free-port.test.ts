import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startOnFreePort } from '../../src/regression/ends/free-port.ts';
import { runProgram } from '../../src/regression/ends/run-program.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

test('a lab that finds its port taken by somebody faster is started on another', async (t) => {
  const faster = createServer().listen(0, '127.0.0.1');
  await once(faster, 'listening');
  t.teardown(() => faster.close());
  const folder = makeTemporaryFolder('free-port');
  t.teardown(folder.remove);
  const tried: number[] = [];
  const listening = await startOnFreePort(async (free) => {
    const port = tried.length === 0 ? (faster.address() as AddressInfo).port : free;
    tried.push(port);
    const ports = { port, 'console-port': 0, 'exchange-port': 0, 'office365-port': 0 };
    const args = Object.entries(ports).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const program = runProgram(process.execPath, ['--disable-warning=DEP0060', main, 'lab', ...args], { folder: folder.path });
    t.teardown(() => program.end());
    await program.until(/^Stop with/m);
    return port;
  });
  t.is(tried.length, 2);
  t.deepEqual(tried.slice(1), [listening]);
});

test('what fails for another reason is not tried again', async (t) => {
  let times = 0;
  const start = () => Promise.reject(new Error(`no rules, time ${++times}`));
  await t.throwsAsync(startOnFreePort(start), { message: 'no rules, time 1' });
});
