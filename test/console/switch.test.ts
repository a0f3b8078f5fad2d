import test from 'ava';
import { createScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import { exchangeOptions } from '../../src/exchange/options.ts';
import { webConfigText } from '../../src/exchange/web-config/shipped-web-config.ts';
import { startConsole } from './console-rig.ts';

const remarked = webConfigText('beOwa', '15.0.1076.9', 'commented-out');
const legacy = webConfigText('beOwa', '15.0.1076.9', { value: 'LegacyLogOff' });

test('every key of a change is taken and shown', async (t) => {
  const { put, show, lab } = await startConsole(t);
  const change = {
    profile: '2013-cu9-shipped',
    frontEnd: '2013-cu8',
    mailboxes: { 'lab\\bob': '2010' },
    vdirAuth: 'windows',
    signOutKind: { feOwa: 'LegacyLogOff', beOwa: null },
    webConfig: { beEcp: remarked },
    options: { mixedFarm: 'logon-then-logoff-loop' },
    logoffUrl: '/owa/auth/signout.aspx',
    match: 'exact',
    ignoreCase: false,
    onLogoff: 'redirect',
    forwardToBackend: true,
    clearCookies: false,
    office365: {
      profile: 'literal',
      signOutKind: null,
      ttl: { portal: '10m', owaHard: '12h' },
      options: { invalidation: 'on' },
      adfsLogoffUrl: 'wa=wsignout1.0',
    },
  };
  const { status, json } = await put(change);
  t.is(status, 200);
  const shown = {
    ...change,
    signOutKind: { feOwa: 'LegacyLogOff', beOwa: null, beEcp: null },
    webConfig: { feOwa: 'set to "LegacyLogOff" (line 9)', beOwa: 'absent', beEcp: 'commented out (line 9)' },
    office365: {
      ...change.office365,
      ttl: { authentication: '8h', authenticationKept: '8h', portal: '10m', owaIdle: '6h', owaHard: '12h', sharepoint: '5d' },
    },
  };
  t.like(json, shown);
  t.deepEqual(await show(), shown);
  const rule = lab.gateway.rules().rules.find(({ publicNames }) => publicNames.includes('mail.localhost'));
  t.like(rule, {
    delegation: 'negotiate',
    clearCookies: [],
    logoff: { match: 'exact', ignoreCase: false, onLogoff: 'redirect' },
  });
  const adfs = lab.gateway.rules().rules.find(({ publicNames }) => publicNames.includes('sts.corp.localhost'));
  t.like(adfs, { logoff: { url: 'wa=wsignout1.0', onLogoff: 'pass-through', forwardToBackend: true } });
});

test('the admin API is for its own names and for JSON, health is for everybody', async (t) => {
  const { ask } = await startConsole(t);
  for (const path of ['/api/lab', '/API/lab', '/Api/Sessions', '/'])
    t.is((await ask('GET', path, undefined, { Host: 'evil.example' })).status, 403, path);
  t.is((await ask('PUT', '/api/lab/web-config/beOwa', legacy, { Host: 'evil.example' })).status, 403);
  t.is((await ask('GET', '/livez', undefined, { Host: 'evil.example' })).status, 200);
  t.is((await ask('PUT', '/api/lab', '{}', { 'Content-Type': 'text/plain' })).status, 400);
  t.is((await ask('POST', '/api/recycle', '{}')).status, 400);
  for (const [method, path] of [
    ['GET', '/api/lab'],
    ['PUT', '/api/lab/web-config/x'],
  ] as const)
    t.true((await ask(method, path)).text.endsWith('}\n'));
});

for (const [title, change, says] of [
  ['an unknown key', { profil: '2010' }, /profil/],
  ['unknown builds and authentication', { profile: '2013-cu99', vdirAuth: 'x' }, /profile: .*2013-cu9-shipped.*vdirAuth: .*adfs/],
  [
    'an unknown option',
    { options: { lading: 'signout' } },
    /options: there is no option "lading"; there are .*landing, autoRecycle/,
  ],
  ['an unknown value of an option', { options: { landing: 'x' } }, /option landing: expected logon or signout, got "x"/],
  [
    'an option that is no text',
    { options: { autoRecycle: 0 } },
    /options\.autoRecycle: expected the value of an option, or null/,
  ],
  ['a front end of before its mailboxes', { frontEnd: '2010' }, /a Client Access server of 2010 cannot serve a mailbox on 2013/],
  ['a value and a whole file', { signOutKind: { beOwa: null }, webConfig: { beOwa: legacy } }, /beOwa: give its signOutKind or/],
  ['a fourth file', { webConfig: { feEcp: legacy } }, /feEcp/],
  ['a file that is not whole', { webConfig: { beOwa: legacy.slice(0, -20) } }, /^beOwa:\d+:\d+: this is not well-formed XML/],
  ['a file that is none', { webConfig: { beEcp: '{}' } }, /^beEcp:1:1: this looks like JSON/],
  ['a value that XML cannot hold', { signOutKind: { beOwa: '\u0001' } }, /cannot hold the value/],
  ['a logoff URL with a blank', { logoffUrl: '/a b' }, /logoffUrl: /],
  [
    'an exact match of what is no path',
    { match: 'exact', logoffUrl: '?Cmd=logoff' },
    /match exact needs a logoffUrl that begins/,
  ],
  [
    'pass-through that is not forwarded',
    { onLogoff: 'pass-through', forwardToBackend: false },
    /forwardToBackend cannot be false/,
  ],
] as const)
  test(`${title} is refused with a sentence, and nothing is changed`, async (t) => {
    const { put, show } = await startConsole(t);
    await put({ profile: '2013-cu8', webConfig: { feOwa: remarked, beOwa: remarked } });
    const before = await show();
    const { status, json } = await put({ profile: '2016-rtm', vdirAuth: 'fba', ...change });
    t.is(status, 400);
    t.regex(json['error'] as string, says);
    t.deepEqual(await show(), before);
  });

test('[E-16, E-19] 2010 and 2013 mailboxes behind one listener: one user’s sign-out is detected, the other’s is a dialog', async (t) => {
  const { put, lab } = await startConsole(t);
  const { json } = await put({ profile: '2013-cu8', mailboxes: { 'lab\\bob': '2010' } });
  t.like(json, { profile: '2013-cu8', frontEnd: '2013-cu8', mailboxes: { 'lab\\bob': '2010' } });
  const home = `http://mail.localhost:${lab.ports.gateway}/owa/`;
  const signInAndOut = async (user: string) => {
    const browser = createScriptedBrowser(lab.clock);
    t.teardown(() => browser.close());
    await browser.visit(home);
    await browser.submit('logonForm', { username: user, password: 'Passw0rd!' });
    return (await browser.click('sign-out'))?.do;
  };
  t.deepEqual(await Promise.all([signInAndOut('lab\\alice'), signInAndOut('lab\\bob')]), ['dialog', 'navigate']);
  t.deepEqual(
    (await lab.sessions.list()).map(({ user }) => user),
    ['lab\\alice'],
  );
  t.like((await put({ profile: '2013-cu1' })).json, { mailboxes: {} });
  const { status, text } = await put({ mailboxes: { 'lab\\carol': '2010' } });
  t.deepEqual([status, /no user .*carol.*there are lab/.test(text)], [400, true], text);
});

test('null puts an option back to its default, and what is not named stays; a change that waits for the pool is noted as such', async (t) => {
  const { put } = await startConsole(t);
  const options = { mixedFarm: 'logon-then-logoff-loop', autoRecycle: false };
  t.like((await put({ profile: '2013-cu8', options })).json, {
    options: { mixedFarm: 'logon-then-logoff-loop', autoRecycle: 'false' },
  });
  const { json } = await put({ options: { mixedFarm: null } });
  t.deepEqual(json['options'], { autoRecycle: 'false' });
  const waits = /beOwa: saved, but not read/;
  t.regex(String((await put({ signOutKind: { beOwa: null } })).json['notes']), waits);
  t.notRegex(String((await put({ profile: '2013-cu8', signOutKind: { beOwa: null } })).json['notes']), waits);
});

test('AD FS on a front end of before 2013 SP1 is noted', async (t) => {
  const { put } = await startConsole(t);
  const notes = async (profile: string) => String((await put({ profile, vdirAuth: 'adfs' })).json['notes']);
  t.regex(await notes('2013-cu3'), /no server of 2013-cu3 had it/);
  t.notRegex(await notes('2013-cu4'), /had it/);
});

test('the clock ends with the year 9999, and says so before it moves', async (t) => {
  const { json, lab } = await startConsole(t);
  const now = lab.clock.now();
  const day = 86_400_000;
  const days = Math.floor((Date.UTC(9999, 11, 31) - now) / day);
  for (let left = days; left > 0; left -= 999_999)
    t.is((await json('POST', '/api/clock', { advance: `${Math.min(left, 999_999)}d` })).status, 200);
  const { status, json: said } = await json('POST', '/api/clock', { advance: '2d' });
  t.deepEqual([status, said], [400, { error: 'advance: the clock ends with the year 9999' }]);
  t.is((await json('POST', '/api/clock', { advance: '1s' })).status, 200);
});

test('of many problems the first twenty are told', async (t) => {
  const { put } = await startConsole(t);
  const { status, text } = await put(Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`options${at}`, {}])));
  t.is(status, 400);
  t.true(text.length < 20_000);
  const many = await put({ webConfig: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`f${at}`, 1])), match: 1 });
  t.true(many.text.length < 20_000);
});

test('pass-through and no forwarding contradict each other, in two changes too', async (t) => {
  const { put, show } = await startConsole(t);
  t.is((await put({ onLogoff: 'pass-through' })).status, 200);
  const before = await show();
  t.is((await put({ forwardToBackend: false })).status, 400);
  t.deepEqual(await show(), before);
});

test('three large files go in one change, and what is larger is refused with 413', async (t) => {
  const { put, json } = await startConsole(t);
  const large = legacy.replace('<configuration>', `<configuration>\n<!-- ${'"\n'.repeat(1_020_000)} -->`);
  const webConfig = { feOwa: large, beOwa: large, beEcp: large };
  t.like((await put({ profile: '2013-cu8', webConfig })).json, { webConfig: { beOwa: 'set to "LegacyLogOff" (line 1020010)' } });
  const { status, text } = await put({ webConfig: { ...webConfig, beEcp: `${large}${large}` } });
  t.is(status, 413, text);
  t.is((await json('POST', '/api/clock', { advance: 'x'.repeat(70_000) })).status, 413);
});

test('a change that names no build leaves the files as they are, and the options that it does not name', async (t) => {
  const { put } = await startConsole(t);
  await put({
    profile: '2013-cu8',
    webConfig: { beOwa: `\n\n${remarked.replace(/^.*\n/, '')}` },
    options: { mixedFarm: 'signout-404' },
  });
  for (const change of [
    { logoffUrl: '/logoff.owa' },
    { vdirAuth: 'digest' },
    { options: { ecpThirdHop: 'blog' } },
    { signOutKind: { beEcp: 'x' } },
  ])
    t.like((await put(change)).json, {
      webConfig: { beOwa: 'commented out (line 10)', feOwa: 'set to "LegacyLogOff" (line 9)' },
    });
  t.like((await put({})).json, {
    vdirAuth: 'digest',
    signOutKind: { beEcp: 'x' },
    options: { mixedFarm: 'signout-404', ecpThirdHop: 'blog' },
  });
});

test('profiles come with the named options: values, default, mark, fact and meaning', async (t) => {
  const { ask } = await startConsole(t);
  const { profiles, options } = (await ask('GET', '/api/profiles')).json as { profiles: object[]; options: { name: string }[] };
  t.true(profiles.length > 30);
  t.deepEqual(
    options.map(({ name }) => name),
    Object.keys(exchangeOptions),
  );
  t.deepEqual(options.find(({ name }) => name === 'landing') as object, {
    name: 'landing',
    default: 'logon',
    ...exchangeOptions.landing,
    values: ['logon', 'signout'],
  });
});

test('a value that is none of those that there are is answered with them, and with what may have been meant', async (t) => {
  const { put } = await startConsole(t);
  const { status, text } = await put({
    profile: '2013-cu99',
    vdirAuth: 'wndows',
    vdirAut: 1,
    office365: { profile: 7, tll: {} },
  });
  t.is(status, 400);
  const { error } = JSON.parse(text);
  t.regex(error, /profile: expected one of 2007, 2010, .*, got "2013-cu99"; did you mean 2013-cu1?9/);
  t.regex(error, /vdirAuth: expected one of fba, basic, windows, digest, adfs, got "wndows"; did you mean windows\?/);
  t.regex(error, /office365\.profile: expected one of zones, .*, got 7; /);
  t.regex(error, /office365: unknown key "tll" \(did you mean ttl\?\); expected profile, /);
  t.regex(error, /; unknown key "vdirAut" \(did you mean vdirAuth\?\); expected profile, frontEnd, .*, mailboxes, /);
});
