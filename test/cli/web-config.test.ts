import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { loadProfiles, type Profile } from '../../src/exchange/profile.ts';
import { explainWebConfig } from '../../src/exchange/web-config/explain-web-config.ts';
import { readWebConfig } from '../../src/exchange/web-config/read-web-config.ts';
import { webConfigText } from '../../src/exchange/web-config/shipped-web-config.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';

const profiles = [...(await loadProfiles()).values()];
const readers = profiles.filter((profile) => profile.signOut === 'by-key').map((profile) => profile.name);
const folder = makeTemporaryFolder('web-config').path;

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile('src/main.ts', ['web-config', ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const legacy = file('legacy.config', webConfigText('beOwa', '15.0.1076.9', { value: 'LegacyLogOff' }));
const announced = file('announced.config', webConfigText('beOwa', '15.0.1104.5', 'commented-out'));
const lower = file('lower.config', webConfigText('beOwa', '15.0.1104.5', { value: 'legacylogoff' }));
const odd = file('odd.config', webConfigText('beOwa', '15.0.1104.5', { value: '“LegacyLogOff”' }));
const broken = file('broken.config', '<configuration>\n<appSettings>\n');
mkdirSync(join(folder, 'folder.config'));

/** The sentence of each file, in the order feOwa, beOwa, beEcp, as one text a file. */
const spoken: [path: string, first: RegExp, feOwa: RegExp, beOwa: RegExp, beEcp: RegExp][] = [
  [
    legacy,
    /^\S+legacy\.config:9: LogonSettings\.SignOutKind is set to "LegacyLogOff", which means LegacyLogOff \[E-01/,
    /forms-based authentication, a sign-out that arrives without a session lands on \/owa\/auth\/logon\.aspx; ECP's does/,
    /Basic, Windows or Digest, the premium client shows a dialog and requests nothing .*E-16.*requests \/owa\/logoff\.owa and lands on \/owa\/auth\/logon\.aspx/,
    /ECP shows a dialog and requests nothing.*E-04.*requests \/ecp\/logoff\.aspx, which leads to \/owa\/logoff\.owa\?url=/,
  ],
  [
    announced,
    /^\S+announced\.config:9: LogonSettings\.SignOutKind is commented out, which means DefaultSignOut/,
    /lands on \/owa\/auth\/signout\.aspx/,
    /: whatever the authentication, sign-out requests \/owa\/logoff\.owa and lands on \/owa\/auth\/signout\.aspx/,
    /: ECP requests \/ecp\/logoff\.aspx, which leads to \/owa\/logoff\.owa; .*E-14/,
  ],
];
for (const [path, first, ...sentences] of spoken)
  test(`web-config ${path.slice(folder.length + 1)} says what the file says, and what it does in each of the three places`, async (t) => {
    const { code, stdout, stderr } = await run(path);
    t.is(code, 0, stderr);
    t.regex(stdout, first);
    const places = ['FrontEnd\\HttpProxy\\OWA', 'ClientAccess\\OWA', 'ClientAccess\\ECP'];
    for (const [index, place] of places.entries()) {
      const lines = stdout.split('\n');
      const at = lines.findIndex((line) => line.startsWith(`As ${place}\\web.config`));
      t.true(at > 0, place);
      t.true(lines[at + 1]?.startsWith(`  ${readers[0]}`));
      t.regex(lines[at + 1] as string, sentences[index] as RegExp);
    }
    t.regex(stdout, /^After a change: copy the file back.*recycles.*next CU overwrites.*CU9 or later only \[E-02/m);
    t.regex(stdout, /^2007 … 2013-cu6 do not read the key.*\[E-08/m);
  });

/** `a, b … d` with what stands between b and d. */
function spelledOut(list: string): string[] {
  const names = profiles.map((profile) => profile.name);
  return list.split(', ').flatMap((part) => {
    const [first = '', last = first] = part.split(' … ');
    return names.slice(names.indexOf(first), names.indexOf(last) + 1);
  });
}

test('every profile that reads the key is named once for each file, and the others in the last line', (t) => {
  const lines = explainWebConfig('f', readWebConfig('<configuration/>', 'f'), profiles);
  const named = lines.filter((line) => line.startsWith('  ')).flatMap((line) => spelledOut(line.trim().split(': ')[0] as string));
  t.deepEqual(named, [...readers, ...readers, ...readers]);
  const others = spelledOut((lines.at(-1) as string).split(' do not read')[0] as string);
  t.deepEqual(
    others,
    profiles.map((profile) => profile.name).filter((name) => !readers.includes(name)),
  );
});

test('what people report against the sentences is told, with the builds', (t) => {
  const lines = explainWebConfig('f', readWebConfig('<configuration/>', 'f'), profiles);
  t.true(lines.some((line) => line.startsWith('A field report disagrees, and is not emulated (2013-cu10, 2013-cu11): ')));
  t.true(lines.some((line) => line.startsWith('A field report disagrees, and is not emulated (2016-cu23): ')));
});

test('a profile whose sign-out differs gets a line of its own', (t) => {
  const cu8 = profiles.find((profile) => profile.name === '2013-cu8') as Profile;
  const cu7: Profile = { ...cu8, name: '2013-cu7', signoutPage: 'absent' };
  const lines = explainWebConfig('f', readWebConfig('<configuration/>', 'f'), [cu7, cu8]);
  t.true(lines.some((line) => line.startsWith('  2013-cu7: ') && line.includes('a page that this build may not have [E-09]')));
  t.true(lines.some((line) => line.startsWith('  2013-cu8: ')));
  t.true(lines.some((line) => line.startsWith('  2013-cu7, 2013-cu8: ECP requests')));
});

test('--parser literal takes nothing but LegacyLogOff for legacy', async (t) => {
  t.regex((await run(lower)).stdout, /"legacylogoff", which means LegacyLogOff/);
  const { code, stdout } = await run('--parser', 'literal', lower);
  t.is(code, 0);
  t.regex(stdout, /which means DefaultSignOut, for it is not exactly "LegacyLogOff"/);
  t.notRegex(stdout, /dialog/);
});

test('a value that Exchange does not know is said to be one, with the pasted character that spoils it', async (t) => {
  const { stdout } = await run(odd);
  t.regex(stdout, /which means DefaultSignOut, for Exchange does not know that value/);
  t.regex(stdout, /^\S+odd\.config:9: .*“ \(U\+201C, left double quotation mark\)/m);
});

for (const [args, says] of [
  [[join(folder, 'none.config')], /none\.config cannot be read: it does not exist/],
  [[join(folder, 'folder.config')], /folder\.config cannot be read: it is a folder, not a file/],
  [['/dev/null'], /not a regular file/],
  [[broken], /broken\.config:2:\d+: this is not well-formed XML.*is the file cut off\?/],
  [[], /missing required argument 'file'/],
  [['--parser', 'loose', legacy], /Allowed choices are enum, literal/],
] as const)
  test(`web-config ${args.join(' ').replaceAll(`${folder}/`, '') || 'without a file'} ends with 2 and says ${says}`, async (t) => {
    const { code, stdout, stderr } = await run(...args);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(stderr, says);
  });

test('web-config --help names the three files and shows examples', async (t) => {
  const { code, stdout } = await run('--help');
  t.is(code, 0);
  t.regex(stdout, /FrontEnd\\HttpProxy\\OWA[\s\S]*ClientAccess\\ECP[\s\S]*Examples:\n {2}npx logoff-lab web-config web\.config/);
});
