import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { Worker } from 'node:worker_threads';
import type { ExecutionContext } from 'ava';
import { generate } from 'selfsigned';
import { type Redis, type RedisOptions, startRedis } from '../../src/regression/ends/start-redis.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { programTest } from '../program-test.ts';

const MODULE = new URL('../../src/regression/ends/start-redis.ts', import.meta.url).href;

async function redis(t: ExecutionContext, options?: RedisOptions): Promise<Redis> {
  const started = await startRedis(options);
  t.teardown(started.stop);
  return started;
}

/** What a Redis says to these commands on a connection of their own. */
function tell({ port }: { port: number }, ...commands: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`${commands.join('\r\n')}\r\n`);
  return text(socket);
}

/** Connects; `gone` resolves when the other side is. */
async function watch(port: number): Promise<{ gone: Promise<void> }> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  const gone = new Promise<void>((resolve) => socket.resume().once('close', () => resolve()));
  await once(socket, 'connect');
  return { gone };
}

programTest('redis', 'a Redis listens on 127.0.0.1, and nothing is left of it when it has been stopped', async (t) => {
  const started = await startRedis();
  const [folder = ''] = /\/[^\r]+/.exec(await tell(started, 'CONFIG GET dir')) ?? [];
  t.true(existsSync(folder));
  t.regex(await tell(started, 'CONFIG GET bind'), /\r\n127\.0\.0\.1\r\n/);
  await started.stop();
  t.false(existsSync(folder));
  await t.throwsAsync(tell(started, 'PING'), { code: 'ECONNREFUSED' });
});

for (const [persistence, restarted, killed] of [
  ['none', '$-1', '$-1'],
  ['snapshot', '$1', '$-1'],
  ['append-only', '$1', '$1'],
] as const)
  programTest('redis', `with persistence ${persistence}, a restart finds ${restarted}, one after a kill ${killed}`, async (t) => {
    const started = await redis(t, { persistence });
    const { port, pid } = started;
    await tell(started, 'SET before 1');
    await started.restart();
    t.true((await tell(started, 'GET before')).startsWith(restarted));
    await tell(started, 'SET after 1');
    await started.kill();
    await t.throwsAsync(tell(started, 'PING'), { code: 'ECONNREFUSED' });
    await started.restart();
    t.true((await tell(started, 'GET after')).startsWith(killed));
    t.is(started.port, port);
    t.not(started.pid, pid);
  });

programTest('redis', 'a frozen Redis accepts connections and does not answer before it is thawed', async (t) => {
  const [frozen, other] = [await redis(t), await redis(t)];
  frozen.freeze();
  let answered = false;
  const answer = tell(frozen, 'PING').finally(() => {
    answered = true;
  });
  for (let round = 0; round < 20; round++) await tell(other, 'PING');
  t.false(answered);
  frozen.thaw();
  t.is(await answer, '+PONG\r\n');
  frozen.freeze();
  await frozen.restart();
  t.is(await tell(frozen, 'PING'), '+PONG\r\n');
  frozen.freeze();
});

programTest('redis', 'a Redis asks for the password it was given, and knows the users it was given', async (t) => {
  const started = await redis(t, { password: 'a "b"', users: ['user anna on >x ~own:* +get'] });
  t.regex(await tell(started, 'GET a'), /^-NOAUTH/);
  t.is(await tell(started, 'AUTH "a \\"b\\""', 'SET own:a 1'), '+OK\r\n+OK\r\n');
  t.regex(await tell(started, 'AUTH anna x', 'GET own:a', 'GET other'), /^\+OK\r\n\$1\r\n1\r\n-NOPERM/);
});

programTest('redis', 'a Redis with a certificate speaks TLS only', async (t) => {
  const folder = makeTemporaryFolder('redis-tls').path;
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(cert, pems.cert);
  writeFileSync(key, pems.private);
  const started = await redis(t, { tls: { cert, key, ca: cert } });
  const socket = connectTls({ port: started.port, host: '127.0.0.1', ca: pems.cert });
  socket.end('PING\r\n');
  t.is(await text(socket), '+PONG\r\n');
  t.notRegex(await tell(started, 'PING').catch(String), /PONG/);
});

programTest('redis', 'a Redis can be a node of a cluster, or a Sentinel', async (t) => {
  const node = await redis(t, { settings: ['cluster-enabled yes'] });
  t.regex(await tell(node, 'CLUSTER ADDSLOTSRANGE 0 16383', 'CLUSTER INFO'), /cluster_slots_assigned:16384/);
  const sentinel = await redis(t, { sentinel: true, settings: [`sentinel monitor main 127.0.0.1 ${node.port} 1`] });
  t.regex(await tell(sentinel, 'SENTINEL GET-MASTER-ADDR-BY-NAME main'), new RegExp(`\r\n${node.port}\r\n`));
});

programTest('redis', 'a Redis that does not start says why', async (t) => {
  const error = await t.throwsAsync(startRedis({ settings: ['nonsense yes'] }));
  t.regex(error?.message ?? '', /^\S+-server ended with 1 before it was ready; its last lines:\n.*'nonsense yes'\n/s);
});

for (const [how, code, signal] of [
  ['ends, even frozen', 'r.freeze(); process.stdin.once("data", () => process.exit())', null],
  ['is killed', '', 'SIGKILL'],
] as const)
  programTest('redis', `a Redis does not outlive a process that ${how}`, async (t) => {
    const script = `import { startRedis } from ${JSON.stringify(MODULE)}; const r = await startRedis(); console.log(r.port); ${code}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    t.teardown(() => child.kill('SIGKILL'));
    const [port] = await once(child.stdout, 'data');
    const { gone } = await watch(Number(port));
    if (signal) child.kill(signal);
    else child.stdin.write('go');
    await gone;
    t.pass();
  });

programTest('redis', 'a Redis does not outlive a worker that is terminated', async (t) => {
  const code = `import(${JSON.stringify(MODULE)}).then(async ({ startRedis }) =>
    require('node:worker_threads').parentPort.postMessage((await startRedis()).port));`;
  const worker = new Worker(code, { eval: true });
  const [port] = await once(worker, 'message');
  const { gone } = await watch(Number(port));
  await worker.terminate();
  await gone;
  t.pass();
});
