import test from 'ava';
import { createScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { startLab } from '../../src/lab/lab.ts';
import { startConsole } from './console-rig.ts';

const lifetimes = {
  authentication: '8h',
  authenticationKept: '8h',
  portal: '1h',
  owaIdle: '6h',
  owaHard: '23h',
  sharepoint: '5d',
};
const owaOf = ({ ports }: Lab) => `http://outlook.mail365.localhost:${ports.office365}/owa/`;

/** Alice in OWA, by the form. */
async function signedIn(lab: Lab) {
  const browser = createScriptedBrowser(lab.clock);
  await browser.visit(owaOf(lab));
  await browser.submit('logonForm', { login: 'alice@lab.example', passwd: 'Passw0rd!' });
  return browser;
}

test('[O-02, O-10, O-13] moving the clock past 8 hours in a running lab shows the prompt; 7 hours are signed in without one', async (t) => {
  const { lab, json } = await startConsole(t);
  const browser = await signedIn(lab);
  t.teardown(() => browser.close());
  t.is((await json('POST', '/api/clock', { advance: '7h' })).status, 200);
  t.regex((await browser.visit(owaOf(lab))).url, /\/owa\/$/);
  // OWA was used at seven hours, and has another six.
  await json('POST', '/api/clock', { advance: '6h 1s' });
  t.is((await json('POST', '/api/clock', { advance: '1h,1s' })).status, 400);
  const page = await browser.visit(owaOf(lab));
  t.regex(page.url, /^http:\/\/login\.idp\.localhost:/);
  t.truthy(page.root.querySelector('form[name="logonForm"]'));
});

test('a reset ends the sessions of Office 365 too', async (t) => {
  const { lab, json } = await startConsole(t);
  const browser = await signedIn(lab);
  t.teardown(() => browser.close());
  t.is((await browser.probe('GET', owaOf(lab))).status, 200);
  await json('POST', '/api/reset', {});
  t.truthy((await browser.visit(owaOf(lab))).root.querySelector('form[name="logonForm"]'));
});

test('profiles, options and lifetimes of Office 365 are listed with their marks', async (t) => {
  const { ask } = await startConsole(t);
  const { office365 } = (await ask('GET', '/api/profiles')).json as {
    office365: { profiles: { name: string; mark: string }[]; options: { name: string; default: string; mark: string }[] };
  };
  t.deepEqual(
    office365.profiles.map(({ name }) => name),
    ['zones', 'literal', 'single-sign-out', 'third-party-cookies-blocked'],
  );
  t.true(office365.profiles.every(({ mark }) => ['doc', 'seen', 'infer'].includes(mark)));
  t.true(office365.options.every((option) => option.default !== undefined && option.mark === 'infer'));
});

test('what is not named stays, and null puts one back to its default', async (t) => {
  const { put, show } = await startConsole(t);
  const first = { profile: 'zones', signOutKind: 'LegacyLogOff', ttl: lifetimes, options: {}, adfsLogoffUrl: null };
  t.deepEqual((await show())['office365'], first);
  await put({ office365: { ttl: { portal: '10m', sharepoint: '1d' }, options: { invalidation: 'on' } } });
  await put({ office365: { profile: 'literal', ttl: { portal: null }, options: { rootCookie: 'ignored' } } });
  await put({ profile: '2013-cu8' });
  const now = { ...first, profile: 'literal', ttl: { ...lifetimes, sharepoint: '1d' } };
  t.deepEqual((await show())['office365'], { ...now, options: { invalidation: 'on', rootCookie: 'ignored' } });
  await put({ office365: { options: { invalidation: null } } });
  t.deepEqual((await show())['office365'], { ...now, options: { rootCookie: 'ignored' } });
});

for (const [change, says] of [
  [{ profil: 'literal' }, /office365: .*profil/],
  [{ profile: 'x' }, /office365\.profile: expected one of zones, .*third-party-cookies-blocked/],
  [{ ttl: { portal: '10' } }, /office365\.ttl\.portal: expected a number from 1 to 9999 and s, m, h or d/],
  [{ ttl: { portal: '0m' } }, /office365\.ttl\.portal: /],
  [{ ttl: { mail: '10m' } }, /office365\.ttl.*/],
  [{ options: { landing: 'logon' } }, /office365\.options: there is no option "landing" of Office 365; there are logoutStyle/],
  [{ options: { invalidation: 'yes' } }, /option invalidation: expected off or on, got "yes"/],
  [{ signOutKind: 7 }, /office365\.signOutKind/],
  [{ adfsLogoffUrl: 'a b' }, /office365\.adfsLogoffUrl/],
] as const)
  test(`${JSON.stringify(change)} is refused with a sentence, and nothing is changed`, async (t) => {
    const { put, show } = await startConsole(t);
    const before = await show();
    const { status, json } = await put({ profile: '2010', office365: { profile: 'literal', ...change } });
    t.is(status, 400);
    t.regex(json['error'] as string, says);
    t.deepEqual(await show(), before);
  });

test('notes say which browser shows a profile, and what a value means that nobody knows', async (t) => {
  const { put } = await startConsole(t);
  const notes = async (office365: object) => ((await put({ office365 })).json['notes'] as string[]).join('\n');
  t.regex(await notes({ profile: 'zones' }), /only a browser that keeps cookies apart by zone/);
  t.regex(await notes({ profile: 'third-party-cookies-blocked' }), /it is the browser that must block/);
  t.regex(await notes({ signOutKind: 'Nothing' }), /"Nothing" is no value that Exchange knows/);
  t.is(await notes({ profile: 'literal', signOutKind: 'legacylogoff', adfsLogoffUrl: 'wa=wsignout1.0' }), '');
});

test('a change by the lab’s own API that cannot be changes nothing at all', async (t) => {
  const lab = await startLab();
  t.teardown(() => lab.close());
  const before = lab.setting();
  for (const office365 of [{ profile: 'x' }, { options: { x: 'y' } }, { ttl: { portal: 0 } }, { ttl: { x: 1 } as object }])
    await t.throwsAsync(lab.configure({ profile: '2010', office365 }), { code: 'configuration' });
  await t.throwsAsync(lab.configure({ profile: 'x', office365: { profile: 'literal' } }), { code: 'configuration' });
  t.deepEqual(lab.setting(), before);
});
