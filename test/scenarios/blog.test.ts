import test from 'ava';
import { createScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import { readOptions } from '../../src/exchange/options.ts';
import { loadProfiles, type Profile } from '../../src/exchange/profile.ts';
import { createExchangeServer } from '../../src/exchange/server.ts';
import { answerEcpLogoff, answerLogoff, closesWindowOnLogout } from '../../src/exchange/sign-out.ts';
import { readWebConfig } from '../../src/exchange/web-config/read-web-config.ts';
import { startLab } from '../../src/lab/lab.ts';

// What sentences of BLOG say of files and names, and no cell can show. Their titles are cited in src/scenarios/blog.

const profiles = await loadProfiles();
const files = ['feOwa', 'beOwa', 'beEcp'] as const;
const serverOf = (name: string) => createExchangeServer('ex-1', ['client-access', 'mailbox'], profiles.get(name) as Profile);
const entriesOf = (name: string) => files.map((file) => serverOf(name).application(file).file().entry);

/** Everything that a server's sign-out does by its files. */
function signOutOf(name: string, content: 'absent' | 'commented-out' | { value: string }) {
  const server = serverOf(name);
  for (const file of files) server.application(file).save(content, true);
  const part = (file: (typeof files)[number]) => server.part(file, readOptions());
  return (['fba', 'basic'] as const).map((auth) => [
    closesWindowOnLogout(part('beOwa'), auth),
    closesWindowOnLogout(part('beEcp'), auth),
    answerLogoff(part('beOwa'), auth),
    answerEcpLogoff(part('beEcp'), '/owa/'),
  ]);
}

test('[E-08] the files of builds up to CU6 hold no key, and setting one changes nothing', (t) => {
  for (const name of ['2013-cu1', '2013-cu2', '2013-cu3', '2013-cu4', '2013-cu5', '2013-cu6']) {
    t.deepEqual(
      entriesOf(name).map(({ state }) => state),
      ['absent', 'absent', 'absent'],
    );
    for (const value of ['LegacyLogOff', 'DefaultSignOut', ''])
      t.deepEqual(signOutOf(name, { value }), signOutOf(name, 'absent'), name);
  }
});

test('[E-08] the files of CU7 and CU8 hold the key with LegacyLogOff', (t) => {
  for (const name of ['2013-cu7', '2013-cu8'])
    for (const entry of entriesOf(name)) t.like(entry, { state: 'set', value: 'LegacyLogOff' });
});

test('[E-01] the files of CU9 as announced hold the key in a comment, those of CU9 as shipped with LegacyLogOff', (t) => {
  for (const entry of entriesOf('2013-cu9-announced')) t.like(entry, { state: 'commented-out', value: 'LegacyLogOff' });
  for (const entry of entriesOf('2013-cu9-shipped')) t.like(entry, { state: 'set', value: 'LegacyLogOff' });
});

test('[E-01] a line in a comment and no line at all lead to the same sign-out', (t) => {
  for (const name of ['2013-cu8', '2013-cu9-announced', '2013-cu9-shipped']) {
    t.deepEqual(signOutOf(name, 'commented-out'), signOutOf(name, 'absent'));
    t.notDeepEqual(signOutOf(name, 'commented-out'), signOutOf(name, { value: 'LegacyLogOff' }));
  }
});

test('[E-01] the line as the post prints it is found in its comment, and sets LegacyLogOff without the marks', (t) => {
  const fileWith = (line: string) => `<configuration><appSettings>${line}</appSettings></configuration>`;
  const commented = '<!-- add key="LogonSettings.SignOutKind" value="LegacyLogOff" /-->';
  const uncommented = commented.replace('<!-- ', '<').replace('/-->', '/>');
  t.like(readWebConfig(fileWith(commented), 'web.config').entry, { state: 'commented-out', value: 'LegacyLogOff' });
  t.like(readWebConfig(fileWith(uncommented), 'web.config').entry, { state: 'set', value: 'LegacyLogOff' });
});

test('[E-24] the public name of 2007 leads to a farm of its own, beside 2013', async (t) => {
  const lab = await startLab();
  t.teardown(() => lab.close());
  await lab.configure({ profile: '2013-cu8' });
  const browser = createScriptedBrowser(lab.clock);
  t.teardown(() => browser.close());
  for (const [name, build] of [
    ['mail', '15.0.1076.9'],
    ['legacy', '8.3.83.6'],
  ]) {
    await browser.visit(`http://${name}.localhost:${lab.ports.gateway}/owa/`);
    const page = await browser.submit('logonForm', { username: 'lab\\alice', password: 'Passw0rd!' });
    t.true(page.root.toString().includes(`/owa/${build}/`), name);
  }
});
