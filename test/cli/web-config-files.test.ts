import { EventEmitter, once } from 'node:events';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import { openWebConfigFiles, readWebConfigPaths, type WebConfigPath } from '../../src/cli/web-config-files.ts';
import { runningClock } from '../../src/clock.ts';
import { webConfigText } from '../../src/exchange/web-config/shipped-web-config.ts';
import type { WebConfigFile } from '../../src/exchange/web-config/web-config.ts';
import { type Lab, startLab } from '../../src/lab/lab.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { FREE, run, start } from './processes.ts';

const ENTRY = '<add key="LogonSettings.SignOutKind" value="LegacyLogOff" />';
/** BLOG's way to take the key out. */
const REMARK = '<!-- add key="LogonSettings.SignOutKind" value="LegacyLogOff" /-->';
const legacy = webConfigText('beOwa', '15.0.1076.9', { value: 'LegacyLogOff' });
const remarked = legacy.replace(ENTRY, REMARK);
const ALICE = { username: 'lab\\alice', password: 'Passw0rd!' };

function fileWith(text: string, name = 'web.config'): string {
  const path = join(makeTemporaryFolder('web-config').path, name);
  writeFileSync(path, text);
  return path;
}

/** Saves as most editors do. */
function save(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** A lab whose servers hold the files; `nextLine` is what will be said next. */
async function labWith(t: ExecutionContext, ...paths: WebConfigPath[]) {
  const lab = await startLab();
  t.teardown(() => lab.close());
  const said = new EventEmitter<{ line: [string] }>();
  const files = await openWebConfigFiles(paths, { say: (line) => said.emit('line', line), interval: 20 });
  t.teardown(files.close);
  const putOn = async () => {
    const lines: string[] = [];
    const keep = (line: string) => lines.push(line);
    said.on('line', keep);
    files.putOn(lab.exchange, [...lab.profiles.values()]);
    said.off('line', keep);
    return lines;
  };
  const nextLine = async () => (await once(said, 'line'))[0] as string;
  return { lab, lines: await putOn(), nextLine };
}

const application = (lab: Lab, label: string, file: WebConfigFile) => {
  const server = lab.exchange.servers(label).find((candidate) => candidate.has(file));
  return server?.application(file);
};

test('a web.config of one’s own is on the server, and edited there: the dialog of CU8 becomes a sign-out that the gateway sees', async (t) => {
  const path = fileWith(legacy);
  const { child, until } = start(t, 'src/main.ts', ['lab', '--web-config', `beOwa=${path}`], FREE);
  await until(/web-config beOwa: \S+web\.config:9: .*is set to "LegacyLogOff"; .*2007 … 2013-cu6 do not.*E-08/);
  const [, port, admin] = await until(
    /http:\/\/2013-cu8\.localhost:(\d+)\/owa\/[\s\S]*http:\/\/127\.0\.0\.1:(\d+)\/[\s\S]*Ctrl\+C/,
  );
  const home = `http://2013-cu8.localhost:${port}/owa/`;
  const browser = createScriptedBrowser(runningClock());
  t.teardown(browser.close);
  await browser.visit(home);
  await browser.submit('logonForm', ALICE);
  t.like(await browser.click('sign-out'), { do: 'dialog' });
  t.truthy((await browser.visit(home)).root.querySelector('[data-event="sign-out"]'), 'still signed in');

  writeFileSync(path, readFileSync(path, 'utf8').replace(ENTRY, REMARK));
  await until(/web-config beOwa: \S+web\.config:9: .*is commented out; read again.*recycled \[E-02\]/);
  await browser.visit(home);
  t.like(await browser.click('sign-out'), { do: 'navigate', url: '/owa/logoff.owa' });
  const sessions = await (await fetch(`http://127.0.0.1:${admin}/api/sessions`)).json();
  t.deepEqual(sessions, { sessions: [] });
  t.truthy((await browser.visit(home)).root.querySelector('form[name="logonForm"]'), 'signed out');
  child.kill('SIGTERM');
  t.deepEqual(await once(child, 'close'), [0, null]);
});

test('the file is on every server that has it and whose build reads the key, and on no other', async (t) => {
  const path = fileWith(legacy.replace('LegacyLogOff', 'Mine'));
  const { lab, lines } = await labWith(t, { file: 'feOwa', path });
  t.is(lines.length, 1);
  for (const { name, signOut } of lab.profiles.values()) {
    t.is(application(lab, name, 'feOwa')?.key() === 'Mine', signOut === 'by-key', name);
    t.not(application(lab, name, 'beOwa')?.key(), 'Mine');
  }
});

test('the notes of the file are said below it', async (t) => {
  const path = fileWith(legacy.replace('SignOutKind', 'SignOutKnd'));
  const { lines } = await labWith(t, { file: 'beEcp', path });
  t.regex(lines[0] as string, /beEcp: \S+: .* is absent; it is on .*\n {2}\S+:9: .*did you mean LogonSettings\.SignOutKind/);
});

test('a file that is saved by renaming another over it is read again', async (t) => {
  const path = fileWith(legacy);
  const { lab, nextLine } = await labWith(t, { file: 'beOwa', path });
  const said = nextLine();
  save(path, remarked);
  t.regex(await said, /is commented out; read again/);
  t.is(application(lab, '2013-cu8', 'beOwa')?.key(), null);
});

test('what cannot be read is told, and what was read before stays in effect until the file is right again', async (t) => {
  const path = fileWith(legacy);
  const { lab, nextLine } = await labWith(t, { file: 'beOwa', path });
  const key = () => application(lab, '2013-cu8', 'beOwa')?.key();
  const broken = nextLine();
  save(path, legacy.replace('</appSettings>', ''));
  t.regex(await broken, /^--web-config beOwa: \S+web\.config:\d+:\d+: .*; what was read before stays in effect$/);
  t.is(key(), 'LegacyLogOff');
  const gone = nextLine();
  rmSync(path);
  t.regex(await gone, /it does not exist.*stays in effect/);
  t.is(key(), 'LegacyLogOff');
  const back = nextLine();
  save(path, remarked);
  t.regex(await back, /is commented out; read again/);
  t.is(key(), null);
});

test('a site whose pools do not recycle has the new file, and goes by the old one until it is recycled by hand', async (t) => {
  const path = fileWith(legacy);
  const { lab, nextLine } = await labWith(t, { file: 'beOwa', path });
  await lab.configure({ profile: '2013-cu8', options: { autoRecycle: 'false' } });
  const said = nextLine();
  save(path, remarked);
  t.regex(await said, /recycled, except on mail \(option autoRecycle is false\)/);
  t.is(lab.setting().signOutKind.beOwa, 'LegacyLogOff');
  t.is(application(lab, '2013-cu8', 'beOwa')?.key(), null);
  lab.exchange.recycle('mail');
  t.is(lab.setting().signOutKind.beOwa, null);
});

test('backend takes the files too, and the environment names them', async (t) => {
  const path = fileWith(remarked, 'a,b=c.config');
  const env = { ...FREE, LOGOFF_LAB_WEB_CONFIG: `beOwa=${path},feOwa=${path}` };
  const { child, until } = start(t, 'src/main.ts', ['backend'], env);
  await until(/beOwa: \S+a,b=c\.config:9: [\s\S]*feOwa: \S+a,b=c\.config:9: [\s\S]*Ctrl\+C/);
  child.kill('SIGINT');
  t.deepEqual(await once(child, 'close'), [0, null]);
});

for (const [args, says] of [
  [['--web-config', 'beOwa=/does/not/exist'], /\/does\/not\/exist cannot be read: it does not exist/],
  [['--web-config', 'bdOwa=x'], /--web-config: expected feOwa=FILE, beOwa=FILE or beEcp=FILE, got "bdOwa=x"/],
  [['--web-config', 'beOwa='], /got "beOwa="/],
  [['--web-config', ''], /got ""/],
  [['--web-config', 'beOwa=a', '--web-config', 'beOwa=b'], /beOwa is given twice/],
  [['--web-config', `beOwa=${fileWith('<html>')}`], /web\.config:1:1: this is an HTML page/],
] as const)
  test(`lab ${args.join(' ').replace(tmpdir(), '')} ends with 2 before anything listens, and says ${says}`, async (t) => {
    const { code, output } = await run(t, ['lab', ...args], FREE);
    t.is(code, 2);
    t.regex(output, says);
    t.notRegex(output, /localhost/);
  });

test('pairs are separated by a comma only where one of the three names follows it', (t) => {
  const problems: string[] = [];
  const pairs = readWebConfigPaths('feOwa=a,b.config,beOwa=C:\\x=y\nbeEcp=c', (sentence) => problems.push(sentence));
  t.deepEqual(pairs, [
    { file: 'feOwa', path: 'a,b.config' },
    { file: 'beOwa', path: 'C:\\x=y' },
    { file: 'beEcp', path: 'c' },
  ]);
  t.deepEqual(problems, []);
});
