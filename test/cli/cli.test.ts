import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { packedManifest } from '../../build/packed-manifest.ts';
import { readSettings } from '../../src/cli/settings.ts';
import { loadProfiles } from '../../src/exchange/profile.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { verifyPassword } from '../../src/rules/password-hash.ts';
import { FREE, fetchPage, logOn, run, start } from './processes.ts';

test('npm start says where to go and what to click; SIGTERM to npm alone ends it with 0 and frees the ports', async (t) => {
  const { child, until, output } = start(t, 'npm', ['start'], FREE);
  const [, console, port] = await until(
    /Open http:\/\/console\.mail\.localhost:(\d+)\/ [\s\S]*?http:\/\/2013-cu1\.localhost:(\d+)\/owa\/[\s\S]*Ctrl\+C/,
  );
  t.is((await fetchPage(Number(console), '/', `console.mail.localhost:${console}`)).statusCode, 200);
  for (const text of ['2013-cu9-announced.localhost', '2013-cu9-shipped.localhost', 'lab\\alice', 'Passw0rd!', 'click Sign out'])
    t.true(output().includes(text), text);
  t.is((await fetchPage(Number(port), '/owa/', '2013-cu1.localhost')).statusCode, 302);
  child.kill('SIGTERM');
  t.deepEqual(await once(child, 'close'), [0, null]);
  await t.throwsAsync(fetchPage(Number(port), '/owa/', '2013-cu1.localhost'), { code: 'ECONNREFUSED' });
});

test('a second signal does not wait for requests under way', async (t) => {
  const { child, until } = start(t, 'src/main.ts', ['lab'], FREE);
  const [, port] = await until(/http:\/\/2013-cu1\.localhost:(\d+)\/owa\/[\s\S]*Ctrl\+C/);
  const upload = connect(Number(port), '127.0.0.1');
  upload.on('error', () => {});
  upload.write(
    'POST /CookieAuth.dll?Logon HTTP/1.1\r\nHost: mail.localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n',
  );
  await once(upload, 'data');
  child.kill('SIGTERM');
  while (!(await refuses(Number(port))));
  child.kill('SIGINT');
  t.deepEqual(await once(child, 'close'), [130, null]);
  upload.destroy();
});

/** Whether nobody listens there any more. */
async function refuses(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const refused = await new Promise<boolean>((resolve) => {
    socket.on('connect', () => resolve(false)).on('error', () => resolve(true));
  });
  socket.destroy();
  return refused;
}

test('the lab with rules of one’s own tells what these publish, and no more', async (t) => {
  const file = join(makeTemporaryFolder('rules').path, 'own.yaml');
  writeFileSync(
    file,
    'version: 1\nlistener: { validate: { basic: "http://127.0.0.1:1" } }\nrules:\n  - { name: Wiki, publicNames: [wiki.test], paths: [/*], to: "http://127.0.0.1:1" }\n',
  );
  const { until, output } = start(t, 'src/main.ts', ['lab', '--rules', file], FREE);
  await until(/Rule "Wiki"[\s\S]*http:\/\/wiki\.test:\d+\/[\s\S]*Ctrl\+C/);
  t.false(output().includes('2013-cu1'));
});

test('the lab names every build, and backend lists them and says what a proxy must send', async (t) => {
  const profiles = [...(await loadProfiles()).values()];
  const lab = start(t, 'src/main.ts', ['lab'], FREE);
  await lab.until(/Ctrl\+C/);
  for (const range of ['2007, 2013-rtm, 2013-cu2 … 2013-cu7, 2013-cu10 … 2013-cu23', 'se\n'])
    t.true(lab.output().includes(range), range);
  t.true(lab.output().split('\n').length < 30);
  const backend = start(t, 'src/main.ts', ['backend'], FREE);
  const [list] = await backend.until(/Mock Exchange;[\s\S]*Ctrl\+C/);
  t.regex(list, /outlook\.mail365\.localhost:\d+\/owa\//);
  const rows = list.split('\n').filter((line) => /^\s*http:\/\/\S+\/owa\/ /.test(line));
  t.is(new Set(rows.map((row) => row.indexOf('Exchange Server'))).size, 1);
  t.deepEqual(
    rows.map((row) => /http:\/\/(.*?)\.localhost.* (\S+)$/.exec(row)?.slice(1)),
    profiles.map(({ name, build }) => [name, build]),
  );
  t.regex(list, /proxy in front must keep the Host header/);
});

test('healthcheck is 0 while the lab is ready and 3 when it is gone', async (t) => {
  const { child, until } = start(t, 'src/main.ts', ['lab'], FREE);
  const [, port] = await until(/127\.0\.0\.1:(\d+)\/api\/lab/);
  t.is((await run(t, ['healthcheck', '--console-port', port as string])).code, 0);
  child.kill('SIGINT');
  t.deepEqual(await once(child, 'close'), [0, null]);
  t.is((await run(t, ['healthcheck', '--console-port', port as string])).code, 3);
});

test('an occupied port says which one, what for, and how to change it', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const port = String((taken.address() as AddressInfo).port);
  for (const [variable, flag] of [
    ['LOGOFF_LAB_PORT', '--port'],
    ['LOGOFF_LAB_CONSOLE_PORT', '--console-port'],
    ['LOGOFF_LAB_EXCHANGE_PORT', '--exchange-port'],
  ] as const) {
    const { code, output } = await run(t, ['lab'], { ...FREE, [variable]: port });
    t.is(code, 2);
    t.regex(
      output,
      new RegExp(`port ${port} on 127.0.0.1 cannot be used: another program listens there already.*${flag} or ${variable}`),
    );
  }
});

test('a Node that is too old is told which one is needed', async (t) => {
  const asNode = (version: string) =>
    `--import=data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'})`;
  const old = await run(t, ['--version'], { NODE_OPTIONS: asNode('22.18.1') });
  t.is(old.code, 2);
  t.true(old.output.includes('logoff-lab: Node 22.19 or later is needed, and this is 22.18.1'), old.output);
  t.is((await run(t, ['--version'], { NODE_OPTIONS: asNode('22.19.0') })).code, 0);
  t.like(packedManifest({}), { engines: { node: '>=22.19' } }, 'npm is told the same');
});

test('a second lab is told of every port that the first one has', async (t) => {
  const { until } = start(t, 'src/main.ts', ['lab'], FREE);
  const [, port] = await until(/2013-cu1\.localhost:(\d+)\/owa/);
  const [, console] = await until(/127\.0\.0\.1:(\d+)\/api\/lab/);
  const same = { ...FREE, LOGOFF_LAB_PORT: port as string, LOGOFF_LAB_CONSOLE_PORT: console as string };
  const { code, output } = await run(t, ['lab'], same);
  t.is(code, 2);
  t.true(output.includes(`port ${port} on 127.0.0.1 cannot be used`), output);
  t.true(output.includes(`Taken as well: ${console}. Is a lab running already?`), output);
});

test('broken rules stop the start with 2 and every problem', async (t) => {
  const file = join(makeTemporaryFolder('rules').path, 'broken.yaml');
  const rule = 'name: A, publicNames: [a.test], paths: [/a/*], to: "http://127.0.0.1:1"';
  writeFileSync(
    file,
    `version: 1\nlistener: { validate: { basic: "http://127.0.0.1:1" }, cokie: cadataX }\nrules:\n  - { ${rule}, delegation: basik }\n  - { ${rule} }\n`,
  );
  const { code, output } = await run(t, ['proxy', '--rules', file], FREE);
  t.is(code, 2);
  for (const text of ['broken.yaml:2:', 'did you mean `cookie`', 'broken.yaml:4:', 'did you mean `basic`', 'broken.yaml:5:'])
    t.true(output.includes(text), `${text} in\n${output}`);
});

test('proxy makes a forms-authenticating proxy with logoff detection out of any HTTP server, and Ctrl+C ends it with 0', async (t) => {
  const site = createServer((request, response) => response.end(`hello ${request.headers.authorization?.slice(0, 5)}`)).listen(
    0,
    '127.0.0.1',
  );
  await once(site, 'listening');
  t.teardown(() => site.close());
  const folder = makeTemporaryFolder('rules').path;
  const lab = readFileSync('rules/users.yaml', 'utf8');
  writeFileSync(join(folder, 'users.yaml'), lab);
  const to = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  writeFileSync(
    join(folder, 'site.yaml'),
    `version: 1\nlistener: { validate: { users: users.yaml } }\nrules:\n  - { name: Wiki, publicNames: [wiki.test], paths: [/*], to: "${to}", logoff: { url: action=logout } }\n`,
  );
  const { child, until } = start(t, 'src/main.ts', ['proxy', '--rules', folder, '--log-level', 'silent'], FREE);
  const port = Number(
    (await until(/Listening on 127\.0\.0\.1:(\d+)[\s\S]*Rule "Wiki" publishes[\s\S]*http:\/\/wiki\.test:\1\/\n/))[1],
  );
  t.is((await fetchPage(port, '/page', 'wiki.test')).statusCode, 302);
  const answer = await fetch(`http://127.0.0.1:${port}/CookieAuth.dll?Logon`, {
    method: 'POST',
    redirect: 'manual',
    body: 'username=lab%5Cbob&password=Passw0rd!',
  });
  t.is(answer.status, 404); // node's fetch cannot say another Host: wiki.test is the published name
  const Cookie = await logOn(port, 'wiki.test');
  t.is((await fetchPage(port, '/page', 'wiki.test', { Cookie })).statusCode, 200);
  t.is((await fetchPage(port, '/index.php?action=logout', 'wiki.test', { Cookie })).statusCode, 200);
  t.is((await fetchPage(port, '/page', 'wiki.test', { Cookie })).statusCode, 302);
  child.kill('SIGINT');
  t.deepEqual(await once(child, 'close'), [0, null]);
});

test('matrix prints JSON on standard output and ends with 0', async (t) => {
  const child = spawn('src/main.ts', ['matrix', '--format', 'json', '--only', 'profile=2013-cu1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  t.deepEqual(await once(child, 'close'), [0, null]);
  const { summary, cells } = JSON.parse(text) as { summary: object; cells: { agrees: boolean }[] };
  t.deepEqual(
    cells.filter((cell) => !cell.agrees),
    [],
  );
  t.true(cells.length > 100);
  t.deepEqual(summary, { cells: cells.length, agree: cells.length, differ: 0, notRun: 0 });
});

test('matrix --expect ends with 1 if a cell came out differently than in that file, and with 0 if none did', async (t) => {
  const file = join(makeTemporaryFolder('matrix').path, 'before.json');
  const only = ['profile=2013-cu1', 'vdirAuth=basic', 'client=premium', 'logoffUrl=/owa/logoff.owa'].flatMap((pair) => [
    '--only',
    pair,
  ]);
  t.is((await run(t, ['matrix', '--format', 'json', '--output', file, ...only])).code, 0);
  t.is((await run(t, ['matrix', '--expect', file, ...only])).code, 0);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"detected": false', '"detected": true'));
  const { code, output } = await run(t, ['matrix', '--expect', file, ...only], { GITHUB_ACTIONS: 'true' });
  t.is(code, 1);
  t.regex(
    output,
    /- detected: true\n {2}\+ detected: false\n[\s\S]* 1 changed, 0 new, 0 gone\n::error title=exchange\/2013-cu1\//,
  );
});

test('rules hash-password makes a hash that the password fits', async (t) => {
  const child = spawn('src/main.ts', ['rules', 'hash-password'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end('correct horse\n');
  const [hash] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  t.true(await verifyPassword('correct horse', hash.trim()));
});

for (const [args, code, says] of [
  [['--help'], 0, /Commands:[\s\S]*Examples:/],
  [['matrix', '--help'], 0, /Examples:/],
  [['matrix', '--only', 'x=1'], 2, /known keys/],
  [['matrix', '--format', 'xml'], 2, /table, json, markdown, junit, tap/],
  [['matrix', '--expect', '/does/not/exist.json'], 2, /--expect: \/does\/not\/exist\.json cannot be read/],
  [['proxi'], 2, /no command "proxi".*did you mean proxy/],
  [['help', 'matrx'], 2, /no command "matrx".*did you mean matrix/],
  [['help', 'matrix'], 0, /--expect/],
  [['lab', '--help'], 0, /--console-port <port> +console: pages, admin API,\s+\/livez,\s+\/readyz\s+and\s+\/metrics/],
  [['proxy', '--rules', '/does/not/exist'], 2, /\/does\/not\/exist/],
  [['matrix', '--output', '/does/not/exist.json'], 2, /--output: \/does\/not\/exist\.json cannot be written/],
  [['lab', '--host', '192.0.2.1'], 2, /does not have that address.*--host/],
  [['rules', 'schema', '--foo'], 2, /unknown option/],
  [['matrix', '--bogus'], 2, /^logoff-lab: unknown option '--bogus'\n\(try logoff-lab matrix --help\)\n$/],
  [['rules', 'chek'], 2, /^logoff-lab: unknown command 'chek'\n\(Did you mean check\?\)\n\(try logoff-lab rules --help\)\n$/],
  [['rules', 'check'], 2, /^logoff-lab: missing .*\n\(try logoff-lab rules check --help\)\n$/],
  [['proxy'], 2, /^logoff-lab: proxy needs .*--rules PATH.*\n\(try logoff-lab proxy --help\)\n$/],
  [['--prot', '1'], 2, /^logoff-lab: unknown option '--prot'\n\(Did you mean --port\?\)\n\(try logoff-lab lab --help\)\n$/],
  [['proxi'], 2, /\n\(try logoff-lab --help\)\n$/],
  [['rules', 'check', '/does/not/exist'], 2, /^logoff-lab: \/does\/not\/exist:1:1: [^\n]*\n$/],
  [['rules', 'check', 'rules/lab.yaml'], 0, /Rule "Exchange" publishes/],
  [['rules', 'schema'], 0, /json-schema\.org/],
] as const)
  test(`logoff-lab ${args.join(' ')} ends with ${code} and says ${says}`, async (t) => {
    const result = await run(t, [...args]);
    t.is(result.code, code);
    t.regex(result.output, says);
  });

test('a report that is never written leaves no empty file', async (t) => {
  const file = join(makeTemporaryFolder('report').path, 'new.json');
  t.is((await run(t, ['matrix', '--output', file, '--only', 'profile=none'])).code, 2);
  t.false(existsSync(file));
});

test('settings: flags before environment, all problems at once, Kubernetes service links ignored with one warning', (t) => {
  const warnings: string[] = [];
  const warn = (sentence: string) => warnings.push(sentence);
  t.is(readSettings({ port: '1' }, { LOGOFF_LAB_PORT: '2' }, warn).port, 1);
  t.is(readSettings({}, { LOGOFF_LAB_PORT: '2' }, warn).port, 2);
  t.deepEqual(
    [{}, { adminApi: 'true' }].map((flags) => readSettings(flags, {}, warn).adminApi),
    [false, true],
  );
  t.throws(() => readSettings({}, { LOGOFF_LAB_ADMIN_API: 'yes' }, warn), {
    message: /ADMIN_API: expected true or false, got "yes"/,
  });
  t.throws(() => readSettings({ port: 'x' }, { LOGOFF_LAB_HOST: 'a b', LOGOFF_LAB_HOTS: 'x' }, warn), {
    message: /HOTS[\s\S]*--port[\s\S]*LOGOFF_LAB_HOST/,
  });
  t.deepEqual(warnings, []);
  const links = {
    LOGOFF_LAB_SERVICE_HOST: '10.0.0.1',
    LOGOFF_LAB_PORT: 'tcp://10.0.0.1:8080',
    LOGOFF_LAB_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
  };
  t.is(readSettings({}, links, warn).port, 8080);
  t.is(warnings.length, 1);
});
