import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'ava';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { FREE, start } from '../cli/processes.ts';
import { filesOf } from '../docs/page-blocks.ts';
import { type Packed, pack, runIn } from './packed.ts';

let packed: Packed;

test.before(async (t) => {
  t.timeout(300_000);
  packed = await pack(makeTemporaryFolder('package').path);
  for (const [path, code] of filesOf('docs/how-to/your-own-tests.md')) writeFileSync(join(packed.consumer, basename(path)), code);
});

const VERSION = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;
const PROGRAM = 'node_modules/.bin/logoff-lab';
const SAMPLES = ['sign-out.test.js', 'my-proxy.test.js', 'time-out.test.ts', 'observed.test.js'];

for (const version of ['22', '24']) {
  const run = (command: string, ...args: string[]) => runIn(packed.consumer, packed.nodes[version] as string, command, args);

  test.serial(`Node ${version}: the program starts by its name, and says which it is`, async (t) => {
    t.regex((await run('node', '--version')).out, new RegExp(`^v${version}\\.`));
    t.like(await run('npx', 'logoff-lab', '--version'), { code: 0, out: `${VERSION}\n`, err: '' });
  });

  test.serial(`Node ${version}: the rules that come with the package hold`, async (t) => {
    const { code, out } = await run(PROGRAM, 'rules', 'check', 'node_modules/logoff-lab/rules/lab.yaml');
    t.is(code, 0);
    t.regex(out, /Rule "Exchange" publishes/);
  });

  test.serial(
    `Node ${version}: cells come out as expected, in several workers: CU1 alive, CU9 as announced signed out`,
    async (t) => {
      const only = [
        'profile=2013-cu1',
        'profile=2013-cu9-announced',
        'suite=exchange',
        'vdirAuth=basic',
        'app=owa',
        'via=gateway',
      ];
      const { code, out, err } = await run(PROGRAM, 'matrix', '--format', 'json', ...only.flatMap((pair) => ['--only', pair]));
      t.is(code, 0, err);
      const { summary, cells } = JSON.parse(out) as { summary: Record<string, number>; cells: { id: string; outcome: string }[] };
      t.true((summary['cells'] ?? 0) >= 100, 'fewer would be run by one worker');
      t.is(summary['agree'], summary['cells']);
      const outcomeOf = (profile: string) =>
        cells.find(({ id }) => id === `exchange/${profile}/basic/owa/premium/gateway/shipped/owa-logoff`)?.outcome;
      t.deepEqual([outcomeOf('2013-cu1'), outcomeOf('2013-cu9-announced')], ['session-alive', 'prompt']);
    },
  );

  test.serial(`Node ${version}: the lab starts, is healthy, shows its pages, and ends upon SIGTERM with 0`, async (t) => {
    const PATH = `${packed.nodes[version]}:${process.env['PATH']}`;
    const { child, until, output } = start(t, PROGRAM, ['lab'], { ...FREE, PATH }, packed.consumer);
    await until(/Stop with Ctrl\+C/);
    const [, port = ''] = await until(/:(\d+)\/api says/);
    t.like(await run(PROGRAM, 'healthcheck', '--console-port', port), { code: 0 });
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    const assets = [...page.matchAll(/(?:src|href)="(\/[\w-]+\.(?:js|css))"/g)].map(([, asset]) => asset as string);
    t.true(assets.length >= 2);
    for (const asset of assets) t.is((await fetch(`http://127.0.0.1:${port}${asset}`)).status, 200, asset);
    child.kill('SIGTERM');
    t.deepEqual(await once(child, 'close'), [0, null]);
    t.notRegex(output(), /Warning/);
  });

  test.serial(`Node ${version}: the samples of the page pass as tests of somebody's own`, async (t) => {
    const { code, out, err } = await run('node', '--test', '--test-reporter=tap', ...SAMPLES);
    t.is(code, 0, `${out}${err}`);
    t.regex(out, /^# pass 6$/m);
    t.regex(out, /^# fail 0$/m);
  });
}

test('the types hold for a strict project that checks libraries too', async (t) => {
  const { consumer, checkout, nodes } = packed;
  const options = ['--strict', '--skipLibCheck', 'false', '--exactOptionalPropertyTypes', '--noEmit', '--target', 'es2022'];
  const typeRoots = ['--types', 'node', '--typeRoots', join(checkout, 'node_modules/@types')];
  const tsc = join(checkout, 'node_modules/.bin/tsc');
  const check = (...args: string[]) => runIn(consumer, nodes['24'] as string, tsc, [...options, ...args]);
  t.like(await check('--module', 'nodenext', ...typeRoots, 'time-out.test.ts'), { code: 0, out: '' });
  // Without Node's types, and as bundlers resolve.
  const only =
    "import { startLab, type Verdict } from 'logoff-lab';\nexport const v: Promise<Verdict> = startLab().then((lab) => lab.tryToSignOut());\n";
  writeFileSync(join(consumer, 'only.ts'), only);
  t.like(await check('--module', 'esnext', '--moduleResolution', 'bundler', '--types', '', 'only.ts'), { code: 0, out: '' });
  writeFileSync(
    join(consumer, 'wrong.ts'),
    "import { startExchange } from 'logoff-lab';\nstartExchange({ vdirAuth: 'none' });\n",
  );
  t.regex((await check('--module', 'nodenext', ...typeRoots, 'wrong.ts')).out, /wrong\.ts\(2,\d+\): error TS2322/);
});

test('what is packed is the program, its rules and its documents, and nothing of the workshop', (t) => {
  const { files } = packed;
  for (const file of [
    'dist/main.js',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/regression/ends/haproxy.cfg',
    'dist/console/styles/base.css',
  ])
    t.true(files.includes(file), file);
  for (const file of [
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'rules/lab.yaml',
    'rules/users.yaml',
    'docs/proxy.md',
    'docs/facts.md',
    'docs/console.png',
    'docs/decisions/0013-used-elsewhere.md',
    'deploy/grafana/logoff-lab.json',
    'SECURITY.md',
  ])
    t.true(files.includes(file), file);
  const others = files.filter(
    (file) => !/^(dist|rules|docs|deploy)\/|^(LICENSE|README\.md|CHANGELOG\.md|SECURITY\.md|package\.json)$/.test(file),
  );
  t.deepEqual(others, []);
  t.deepEqual(
    files.filter((file) => /\.map$|(?<!\.d)\.ts$|(^|\/)test(s|\/)|\.test\./.test(file)),
    [],
  );
});

test('each module and declaration names files that are there', (t) => {
  const { files, consumer } = packed;
  const home = join(consumer, 'node_modules/logoff-lab');
  let named = 0;
  for (const file of files.filter((name) => /^dist\/.*\.(js|d\.ts)$/.test(name))) {
    const code = readFileSync(join(home, file), 'utf8');
    t.notRegex(code, /sourceMappingURL/, file);
    for (const [, path = ''] of code.matchAll(/^(?:import|export)\b[^'"]*? from '(\.[^']+)'/gm)) {
      named++;
      t.true(
        existsSync(join(home, file, '..', file.endsWith('.js') ? path : path.replace(/\.js$/, '.d.ts'))),
        `${file}: ${path}`,
      );
    }
  }
  t.true(named > 1_000, `${named}`);
});

test('the package asks for what it needs to run, and for nothing else', (t) => {
  const manifest = JSON.parse(readFileSync(join(packed.consumer, 'node_modules/logoff-lab/package.json'), 'utf8'));
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  t.like(manifest, { name: 'logoff-lab', version: VERSION, bin: { 'logoff-lab': 'dist/main.js' }, engines: { node: '>=22.19' } });
  t.deepEqual(manifest.dependencies, dependencies);
  for (const key of ['private', 'scripts', 'devDependencies', 'optionalDependencies', 'ava']) t.false(key in manifest, key);
  t.is(statSync(join(packed.consumer, 'node_modules/logoff-lab/dist/main.js')).mode & 0o111, 0o111);
});

test.serial('packing leaves package.json as it was, whether it succeeds, fails or was cut short', async (t) => {
  const { checkout } = packed;
  const file = (name: string) => join(checkout, name);
  const before = readFileSync('package.json', 'utf8');
  const same = () => t.is(readFileSync(file('package.json'), 'utf8'), before);
  same();
  t.false(existsSync(file('package.json.before-pack')));
  writeFileSync(file('package.json.before-pack'), before);
  writeFileSync(file('package.json'), '{ "name": "logoff-lab", "type": "module" }');
  const prepack = () => runIn(checkout, packed.nodes['24'] as string, 'node', ['build/prepack.ts']);
  const putBack = 'package.json was still that of the package, since an earlier npm pack was cut short: it is put back.\n';
  t.like(await prepack(), { code: 0, err: putBack });
  t.is(readFileSync(file('package.json.before-pack'), 'utf8'), before);
  t.like(await runIn(checkout, packed.nodes['24'] as string, 'node', ['build/postpack.ts']), { code: 0, err: '' });
  same();
  writeFileSync(file('src/clock.js'), '');
  t.like(await prepack(), {
    code: 1,
    err: 'src/clock.js and a compiled file have the same name: give it another. Nothing is packed.\n',
  });
  same();
  writeFileSync(file('src/wrong.ts'), 'export const wrong: string = 1;\n');
  const failed = await prepack();
  t.is(failed.code, 1);
  t.regex(failed.err, /wrong\.ts.*TS2322[\s\S]*could not be compiled\. Nothing is packed/);
  same();
});
