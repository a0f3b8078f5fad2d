import test, { type ExecutionContext } from 'ava';
import { createScriptedBrowser, type ScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import { type Lab, startLab } from '../../src/lab/lab.ts';
import type { LabChange } from '../../src/lab/lab-setting.ts';

const password = 'Passw0rd!';
const alice = 'lab\\alice';
const bob = 'lab\\bob';

type Kiosk = { lab: Lab; browser: ScriptedBrowser; home: string };

/** One browser on a table of the library. */
async function startKiosk(t: ExecutionContext, change: LabChange): Promise<Kiosk> {
  const lab = await startLab();
  t.teardown(() => lab.close());
  await lab.configure({ profile: '2013-cu8', ...change });
  const browser = createScriptedBrowser(lab.clock);
  t.teardown(() => browser.close());
  return { lab, browser, home: `http://mail.localhost:${lab.ports.gateway}/owa/` };
}

/** Opens OWA and signs in at the gateway's form; what comes then is the page. */
async function throughGateway({ browser, home }: Kiosk, username: string) {
  const form = await browser.visit(home);
  if (!asksAtGateway(form.url)) throw new Error(`expected the gateway's form, got ${form.url}`);
  return browser.submit('logonForm', { username, password });
}

const asksAtGateway = (url: string) => url.includes('/CookieAuth.dll?GetLogon');
const userOf = (browser: ScriptedBrowser) => browser.page()?.root.querySelector('#user')?.text ?? '';
const asksAtExchange = (url: string) => url.includes('/owa/auth/logon.aspx');

/** Who the back end says it dealt with, and which cookies of its own it was sent first, since then. */
function journal(lab: Lab, since: number) {
  const events = lab.recorder.read(since).events.filter(({ party }) => party === 'front-end' || party === 'mailbox');
  const first = events.find(({ kind }) => kind === 'request')?.cookies ?? [];
  return { people: [...new Set(events.flatMap(({ identity }) => identity ?? []))], sent: first.map(({ name }) => name) };
}

const ends: [how: string, end: (kiosk: Kiosk) => unknown][] = [
  ['she signed out', ({ browser, home }) => browser.visit(`${home}logoff.owa`)],
  ['her session timed out', ({ lab }) => lab.clock.advance(10 * 60_000)],
  ['an administrator ended it', ({ lab }) => lab.gateway.endSessions()],
];

type Switch = { vdirAuth: 'fba' | 'basic'; clearCookies: boolean; asked: boolean; sees: string; sent: string[]; outcome: string };
const switches: Switch[] = [
  {
    vdirAuth: 'fba',
    clearCookies: true,
    asked: true,
    sees: bob,
    sent: [],
    outcome: 'Exchange asks bob, and he gets his own mailbox',
  },
  {
    vdirAuth: 'fba',
    clearCookies: false,
    asked: false,
    sees: alice,
    sent: ['cadata', 'UC'],
    outcome: 'bob lands in her mailbox (SO-03)',
  },
  { vdirAuth: 'basic', clearCookies: true, asked: false, sees: bob, sent: [], outcome: 'bob brings nothing of hers' },
  {
    vdirAuth: 'basic',
    clearCookies: false,
    asked: false,
    sees: bob,
    sent: ['UC'],
    outcome: 'bob brings her cookie, and Exchange refuses it',
  },
];

for (const { vdirAuth, clearCookies, asked, sees, sent, outcome } of switches)
  for (const [how, end] of ends)
    test(`alice was here (${vdirAuth}), ${how}, and ${clearCookies ? '' : 'no '}cookies are cleared: ${outcome}`, async (t) => {
      const kiosk = await startKiosk(t, { vdirAuth, clearCookies });
      const { lab, browser } = kiosk;
      const theirs = await throughGateway(kiosk, alice);
      if (vdirAuth === 'fba') await browser.submit('logonForm', { username: alice, password });
      else t.false(asksAtExchange(theirs.url));
      t.regex(userOf(browser), /alice/);
      await end(kiosk);
      const since = lab.recorder.next();
      const page = await throughGateway(kiosk, bob);
      t.is(asksAtExchange(page.url), asked);
      if (asked) await browser.submit('logonForm', { username: bob, password });
      t.true(userOf(browser).includes(sees));
      const { people, sent: brought } = journal(lab, since);
      t.deepEqual(people, [sees]);
      t.deepEqual(
        ['cadata', 'UC'].filter((name) => brought.includes(name)),
        sent,
      );
    });
