import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { webConfigText } from '../../src/exchange/web-config/shipped-web-config.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { FREE, logOn } from '../cli/processes.ts';
import { send } from '../send-request.ts';
import { buildImage } from './build-image.ts';
import { containerTest } from './container-test.ts';
import { type Containers, inspect, openContainers } from './containers.ts';
import { baseOf } from './dockerfile.ts';
import { readLayers } from './layers.ts';
import { readJUnit } from './read-junit.ts';
import { signOut } from './sign-out.ts';
import { makeStorage, type Storage } from './storage.ts';
import { whyNoContainers } from './why-no-containers.ts';

let storage: Storage;
let containers: Containers;
const here = { ...FREE, LOGOFF_LAB_HOST: '127.0.0.1' };
const STARTED = /Stop with Ctrl\+C/;

if (whyNoContainers() === null) {
  test.before(async () => {
    storage = makeStorage();
    await buildImage(storage);
    containers = await openContainers(storage);
  });
  test.after.always(() => storage.remove());
}

containerTest('the image says what it is, and needs neither a setting nor root', async (t) => {
  const { config } = await inspect(storage);
  const { version, license } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>;
  t.like(config.Labels, {
    'org.opencontainers.image.title': 'logoff-lab',
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': license,
    'org.opencontainers.image.base.name': `docker.io/library/${baseOf()}`,
  });
  t.is(config.User, '1000:1000');
  t.deepEqual(config.Entrypoint, ['node', '--disable-warning=DEP0060', '/app/src/main.ts']);
  t.deepEqual(config.Cmd, ['lab']);
  t.deepEqual(Object.keys(config.ExposedPorts).sort(), ['8080/tcp', '8081/tcp', '8082/tcp', '8083/tcp']);
  t.deepEqual(config.Healthcheck.Test, ['CMD', 'node', '/app/src/main.ts', 'healthcheck']);
  t.deepEqual(
    config.Env.filter((pair) => !pair.startsWith('PATH=')),
    ['NODE_ENV=production', 'LOGOFF_LAB_HOST=0.0.0.0'],
  );
  t.true(['', 'SIGTERM', undefined].includes(config.StopSignal));
});

containerTest(
  'no layer of the image has more than the sources, the rules and what production needs, and only root may write there',
  async (t) => {
    const entries = await readLayers(storage);
    const outside = entries.filter(({ path, kind, size }) => !/^app(\/|$)/.test(path) && kind !== 'd' && size > 0);
    t.deepEqual(
      outside.map(({ path }) => path),
      [],
    );
    const files = entries.filter(({ path, kind }) => path.startsWith('app/') && kind !== 'd');
    const tops = new Set(files.map(({ path }) => path.split('/')[1]));
    t.deepEqual([...tops].sort(), ['node_modules', 'package-lock.json', 'package.json', 'rules', 'src']);

    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { dev?: true; optional?: true }>;
    };
    const production = Object.entries(lock.packages).flatMap(([path, { dev, optional }]) =>
      path === '' || dev || optional ? [] : path,
    );
    const installed = files.flatMap(
      ({ path }) => /^app\/(.*node_modules\/(?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)?.[1] ?? [],
    );
    t.deepEqual(installed.sort(), production.sort());

    for (const { path, kind, mode, owner } of entries.filter(({ path }) => path.startsWith('app'))) {
      t.is(owner, '0/0', path);
      if (kind === 'l') continue;
      t.is(mode[4], '-', `${path}: the group may not write`);
      t.is(mode[7], '-', `${path}: others may not write`);
      t.is(mode[6], 'r', `${path}: user 1000 has to read it`);
    }
  },
);

containerTest('without any setting it is healthy, cannot write or gain a right, and SIGTERM ends it with 0', async (t) => {
  if (!containers.confined) {
    t.pass('this machine confines nothing');
    return;
  }
  const lab = await containers.start(t, { network: 'none' });
  await lab.until(STARTED);
  const { Test } = (await inspect(storage)).config.Healthcheck;
  t.is((await lab.execute(...Test.slice(1))).code, 0);

  const status = (await lab.execute('cat', '/proc/1/status')).output;
  t.regex(status, /^Uid:\t1000\t1000\t1000\t1000$/m);
  t.regex(status, /^Gid:\t1000\t1000\t1000\t1000$/m);
  t.regex(status, /^CapEff:\t0+$/m);
  t.regex(status, /^CapBnd:\t0+$/m);
  t.regex(status, /^NoNewPrivs:\t1$/m);
  for (const folder of ['/', '/app', '/app/rules', '/tmp'])
    t.regex((await lab.execute('touch', join(folder, 'x'))).output, /Read-only file system/, folder);

  const [, token = ''] = await lab.until(/Console: http:\/\/127\.0\.0\.1:8081\/ {2}token: (\S+)/);
  const ask = 'const ask = (h) => fetch("http://127.0.0.1:8081/api/sessions", { headers: h }).then((a) => a.status);';
  const script = `${ask} console.log(await ask({}), await ask({ Authorization: "Bearer ${token}" }))`;
  t.is((await lab.execute('node', '--input-type=module', '-e', script)).output.trim(), '401 200');

  process.kill(await lab.pid(), 'SIGTERM');
  t.is(await lab.ended, 0);
  t.regex(lab.output(), /Stopping\./);
});

containerTest(
  'through the ports that the environment gives it a sign-out holds on CU9 as announced and not on CU1; SIGINT ends it with 0',
  async (t) => {
    const lab = await containers.start(t, { env: here });
    const [, port] = await lab.until(/2013-cu1\.localhost:(\d+)\/[\s\S]*Stop with/);
    t.is(await signOut(t, '2013-cu1', Number(port)), 'mail');
    t.is(await signOut(t, '2013-cu9-announced', Number(port)), 'form');
    const [, consolePort = ''] = await lab.until(/console\.mail\.localhost:(\d+)/);
    const healthcheck = ['node', '/app/src/main.ts', 'healthcheck', '--console-port', consolePort];
    t.is((await lab.execute(...healthcheck)).code, 0);
    const pid = await lab.pid();
    t.regex(readFileSync(`/proc/${pid}/status`, 'utf8'), /^Uid:\t1000\t1000\t1000\t1000$/m);
    process.kill(pid, 'SIGINT');
    t.is(await lab.ended, 0);
  },
);

containerTest('rules from a volume are in force, and again when they are saved, and at SIGHUP', async (t) => {
  const folder = readable(t);
  const file = join(folder, 'rules.yaml');
  const write = (names: string) =>
    writeFileSync(
      file,
      `version: 1\nlistener: { validate: { users: users.yaml } }\nrules:\n  - { name: Site, publicNames: [${names}], paths: [/*], to: "http://127.0.0.1:1" }\n`,
    );
  write('one.test');
  writeFileSync(join(folder, 'users.yaml'), readFileSync('rules/users.yaml'));
  const proxy = await containers.start(t, { args: ['proxy', '--rules', '/rules'], volumes: [`${folder}:/rules:ro`], env: here });
  const [, port] = await proxy.until(/Listening on 127\.0\.0\.1:(\d+)[\s\S]*Stop with/);
  const visit = async (Host: string) => (await send(Number(port), 'GET', '/', { Host })).status;
  t.deepEqual([await visit('one.test'), await visit('two.test')], [302, 404]);
  t.regex(await logOn(Number(port), 'one.test'), /^cadata/);

  write('one.test, two.test');
  await proxy.until(/rules read again: 1 rule; 0 sessions ended/);
  t.is(await visit('two.test'), 302);
  process.kill(await proxy.pid(), 'SIGHUP');
  await proxy.until(/rules read again[\s\S]*rules read again/);
});

containerTest('a web.config from a volume decides how a build signs out', async (t) => {
  const folder = readable(t);
  writeFileSync(join(folder, 'web.config'), webConfigText('beOwa', 'mine', 'absent'));
  const env = { ...here, LOGOFF_LAB_WEB_CONFIG: 'beOwa=/config/web.config' };
  const lab = await containers.start(t, { env, volumes: [`${folder}:/config:ro`] });
  const [, port] = await lab.until(/2013-cu1\.localhost:(\d+)\/[\s\S]*Stop with/);
  t.is(await signOut(t, '2013-cu9-shipped', Number(port)), 'form');
});

containerTest('the matrix prints its report on standard output, and exits with 0 when everything is as expected', async (t) => {
  const matrix = await containers.start(t, {
    args: ['matrix', '--only', 'profile=2013-cu8', '--only', 'app=ecp', '--format', 'junit'],
  });
  t.is(await matrix.ended, 0);
  const { counts, cases } = readJUnit(matrix.stdout());
  t.true(cases > 0);
  t.deepEqual(counts, { tests: cases, failures: 0, errors: 0, skipped: 0 });
});

containerTest(
  'a setting that is wrong ends it with 2 and the sentence that says why, and a health check without a lab with 3',
  async (t) => {
    const wrong = await containers.start(t, { env: { LOGOFF_LAB_PORT: 'http' } });
    t.is(await wrong.ended, 2);
    t.regex(wrong.output(), /LOGOFF_LAB_PORT: expected a port from 0 \(any free one\) to 65535, got "http"/);
    const lonely = await containers.start(t, {
      args: ['healthcheck', '--console-port', '1'],
      env: { LOGOFF_LAB_HOST: '127.0.0.1' },
    });
    t.is(await lonely.ended, 3);
  },
);

/** A folder for a volume: the user of the image has to be able to read it. */
function readable(t: { teardown(act: () => void): void }): string {
  const folder = makeTemporaryFolder('volume');
  t.teardown(folder.remove);
  chmodSync(folder.path, 0o755);
  return folder.path;
}
