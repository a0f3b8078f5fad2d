import test from 'ava';
import { readOptions } from '../../src/exchange/options.ts';
import { loadProfiles, type Profile } from '../../src/exchange/profile.ts';
import {
  answerEcpLogoff,
  answerFederatedLogoff,
  answerLogoff,
  answerLogoffWithoutSession,
  closesWindowOnLogout,
  ecpLogoffUrl,
  isLegacy,
  type Part,
  signoutPageOf,
  type VdirAuth,
} from '../../src/exchange/sign-out.ts';
import { parseSignOutKind } from '../../src/exchange/web-config/web-config.ts';

const profiles = await loadProfiles();
const LEGACY = 'LegacyLogOff';
const LOGON = '/owa/auth/logon.aspx';
const SIGNOUT = '/owa/auth/signout.aspx';
const ORIGIN = 'https://mail.example';
const HOME = encodeURIComponent(`${ORIGIN}/owa/`);
const allAuth: VdirAuth[] = ['fba', 'basic', 'windows', 'digest', 'adfs'];

const part = (name: string, key: string | null, options: Record<string, string> = {}): Part => ({
  profile: profiles.get(name) as Profile,
  key,
  options: readOptions(options),
});
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => `2013-cu${first + index}`);

/** DOMAIN §3.4: which builds behave as CU1 did when their files are as shipped. */
const legacyAsShipped = [...from(1, 8), '2013-cu9-shipped', ...from(10, 23), ...['2016-rtm', '2016-cu23', '2019-cu12', 'se']];
const newAsShipped = ['2013-cu9-announced'];
const logoffPageAsShipped = ['2007', '2010', '2013-rtm'];

const shipped = (name: string, options?: Record<string, string>) => {
  const { beOwa } = (profiles.get(name) as Profile).signOutKind;
  return part(name, beOwa === LEGACY ? LEGACY : null, options);
};

/** E-01: value, what the `enum` reading makes of it, what the `literal` one does. */
const kinds: [value: string | null, byEnum: string, literally: string][] = [
  [LEGACY, LEGACY, LEGACY],
  ['legacylogoff', LEGACY, 'DefaultSignOut'],
  [' LegacyLogOff ', LEGACY, 'DefaultSignOut'],
  ['1', LEGACY, 'DefaultSignOut'],
  ['DefaultSignOut, LegacyLogOff', LEGACY, 'DefaultSignOut'],
  ['DefaultSignOut', 'DefaultSignOut', 'DefaultSignOut'],
  ['0', 'DefaultSignOut', 'DefaultSignOut'],
  ['', 'DefaultSignOut', 'DefaultSignOut'],
  ['Legacy', 'DefaultSignOut', 'DefaultSignOut'],
  [null, 'DefaultSignOut', 'DefaultSignOut'],
];
for (const [value, byEnum, literally] of kinds)
  test(`[E-01] SignOutKind ${JSON.stringify(value)} means ${byEnum}, and ${literally} if BLOG is read literally`, (t) => {
    t.is(parseSignOutKind(value), byEnum as ReturnType<typeof parseSignOutKind>);
    t.is(isLegacy(part('2013-cu8', value)), byEnum === LEGACY);
    t.is(isLegacy(part('2013-cu8', value, { signOutKindParser: 'literal' })), literally === LEGACY);
  });

test('[E-08] the table of builds has each profile once', (t) => {
  t.deepEqual([...legacyAsShipped, ...newAsShipped, ...logoffPageAsShipped].sort(), [...profiles.keys()].sort());
});

for (const vdirAuth of allAuth) {
  const shown = ['basic', 'windows', 'digest'].includes(vdirAuth);
  test(`[E-03] as shipped, with ${vdirAuth}, ${shown ? 'the legacy builds and no others show' : 'no build shows'} the dialog`, (t) => {
    const dialogs = [...profiles.keys()].filter((name) => closesWindowOnLogout(shipped(name), vdirAuth));
    t.deepEqual(dialogs.sort(), shown ? [...legacyAsShipped].sort() : []);
  });
}

/** E-19; E-10 with FBA and E-18 without; E-11 and E-17. */
const landings: [names: string[], page: string, location: RegExp, withForms: string, without: string][] = [
  [logoffPageAsShipped, 'its logoff page', /^\/owa\/auth\/logoff\.aspx\?Cmd=logoff(&src=exch)?$/, 'E-19', 'E-19'],
  [legacyAsShipped, 'logon.aspx', /^\/owa\/auth\/logon\.aspx$/, 'E-10', 'E-18'],
  [newAsShipped, 'signout.aspx', /^\/owa\/auth\/signout\.aspx$/, 'E-11', 'E-17'],
];
for (const [names, page, location, withForms, without] of landings)
  for (const name of names)
    test(`[${withForms}, ${without}] ${name} as shipped answers logoff.owa with ${page}, FBA on or off`, (t) => {
      for (const vdirAuth of ['fba', 'basic', 'windows', 'digest'] as const) {
        const answer = answerLogoff(shipped(name), vdirAuth);
        t.regex(answer.location, location);
        t.deepEqual(answer.facts, [vdirAuth === 'fba' ? withForms : without]);
      }
    });

/** BLOG: any other value, or removing the line, makes the new sign-out from CU7 on, where the key exists. */
for (const key of [null, '', 'DefaultSignOut', 'NoLogOff'])
  test(`[E-01, E-08] with the key ${JSON.stringify(key)} CU7 and later sign out anew, CU6 as CU1 did, 2010 by its own page`, (t) => {
    for (const name of [...from(7, 8), ...from(10, 23), '2013-cu9-announced', '2013-cu9-shipped', '2016-rtm']) {
      t.is(answerLogoff(part(name, key), 'basic').location, SIGNOUT, name);
      t.false(closesWindowOnLogout(part(name, key), 'basic'), name);
    }
    t.is(answerLogoff(part('2013-cu6', key), 'fba').location, LOGON);
    t.true(closesWindowOnLogout(part('2013-cu6', key), 'basic'));
    t.regex(answerLogoff(part('2010', key), 'fba').location, /logoff\.aspx/);
    t.false(closesWindowOnLogout(part('2010', LEGACY), 'basic'));
  });

test('[E-02] the reversion: LegacyLogOff put into the files of CU9 as announced brings CU1’s behaviour back', (t) => {
  t.true(closesWindowOnLogout(part('2013-cu9-announced', LEGACY), 'basic'));
  t.is(answerLogoff(part('2013-cu9-announced', LEGACY), 'fba').location, LOGON);
});

for (const name of ['2016-cu23', '2019-cu12', 'se'])
  test(`[E-01] ${name} ships no key: wholly legacy, or signout.aspx by the option landing; a key that is there decides`, (t) => {
    const landings = (key: string | null) =>
      ['logon', 'signout'].map((landing) => {
        const asked = part(name, key, { landing });
        return [closesWindowOnLogout(asked, 'basic'), answerLogoff(asked, 'fba').location];
      });
    t.deepEqual(landings(null), [
      [true, LOGON],
      [false, SIGNOUT],
    ]);
    t.deepEqual(landings(LEGACY), [
      [true, LOGON],
      [true, LOGON],
    ]);
    t.deepEqual(landings('DefaultSignOut'), [
      [false, SIGNOUT],
      [false, SIGNOUT],
    ]);
    t.is(answerLogoffWithoutSession(part(name, null), ORIGIN, '').location.split('?')[0], ORIGIN + LOGON);
    t.true(closesWindowOnLogout(part('2013-cu8', LEGACY, { landing: 'signout' }), 'basic'));
  });

test('[E-18] legacyForcedRequest: instead of the dialog the client asks, and lands on a form that cannot work', (t) => {
  const forced = part('2013-cu1', null, { legacyForcedRequest: 'on' });
  for (const vdirAuth of allAuth) t.false(closesWindowOnLogout(forced, vdirAuth));
  t.deepEqual(answerLogoff(forced, 'basic'), { location: LOGON, facts: ['E-18'] });
});

test('[E-32] after a change of the password legacy lands on logon.aspx with reason 4; the new sign-out does not mind', (t) => {
  t.is(answerLogoff(part('2013-cu8', LEGACY), 'fba', true).location, `${LOGON}?reason=4`);
  t.is(answerLogoff(part('2013-cu8', null), 'fba', true).location, SIGNOUT);
  t.regex(answerLogoff(part('2010', null), 'fba', true).location, /logoff\.aspx\?Cmd=logoff/);
});

test('[E-12] without cookies the front end answers, absolutely, by its own file, with the way back and reason 0', (t) => {
  const answer = (key: string | null) => answerLogoffWithoutSession(part('2013-cu8', key), ORIGIN, `${ORIGIN}/owa/`).location;
  t.is(answer(LEGACY), `${ORIGIN}${LOGON}?url=${HOME}&reason=0`);
  t.is(answer(null), `${ORIGIN}${SIGNOUT}?url=${HOME}&reason=0`);
});

test('[E-15] the third hop of ECP’s sign-out is /owa/auth/logon.aspx in practice and /owa/logon.aspx in BLOG’s words', (t) => {
  const answer = (options: Record<string, string>, key: string | null = LEGACY) =>
    answerLogoffWithoutSession(part('2013-cu8', key, options), ORIGIN, `${ORIGIN}/owa/`);
  t.is(answer({}).location, `${ORIGIN}/owa/auth/logon.aspx?url=${HOME}&reason=0`);
  t.is(answer({ ecpThirdHop: 'blog' }).location, `${ORIGIN}/owa/logon.aspx?url=${HOME}&reason=0`);
  t.true(answer({ ecpThirdHop: 'blog' }).facts.includes('E-15'));
  t.is(answer({ ecpThirdHop: 'blog' }, null).location, `${ORIGIN}${SIGNOUT}?url=${HOME}&reason=0`);
});

test('[E-13, E-14] ECP hands the sign-out on to OWA, and only legacy keeps the way back', (t) => {
  const answer = (key: string | null, url: string | null) => answerEcpLogoff(part('2013-cu8', key), url);
  t.deepEqual(answer(LEGACY, `${ORIGIN}/owa/`), { location: `/owa/logoff.owa?url=${HOME}`, facts: ['E-13'] });
  t.deepEqual(answer(LEGACY, null), { location: '/owa/logoff.owa', facts: ['E-13'] });
  t.deepEqual(answer(null, `${ORIGIN}/owa/`), { location: '/owa/logoff.owa', facts: ['E-14'] });
});

test('[E-06] ECP’s client goes to its logoff.aspx, and legacy says where to come back to', (t) => {
  t.regex(ecpLogoffUrl(part('2013-cu8', LEGACY), ORIGIN), new RegExp(`^/ecp/logoff\\.aspx\\?src=exch&url=${HOME}$`));
  for (const name of ['2013-cu9-announced', '2010', '2013-rtm'])
    t.is(ecpLogoffUrl(part(name, null), ORIGIN), '/ecp/logoff.aspx?src=exch');
});

test('[E-20] a federated sign-out goes to the issuer', (t) => {
  const answer = answerFederatedLogoff('https://sts.example/adfs/ls/');
  t.deepEqual(answer, { location: 'https://sts.example/adfs/ls/?wa=wsignout1.0', facts: ['E-20'] });
});

const absent = [...logoffPageAsShipped, ...from(1, 6)];
test('[E-09] signout.aspx is a page from CU8 on, and of CU7 by the option', (t) => {
  const pages = (options: Record<string, string>) =>
    [...profiles.keys()].filter((name) => signoutPageOf(shipped(name, options)) !== 'page').sort();
  t.deepEqual(pages({}), [...absent, '2013-cu7'].sort());
  t.deepEqual(pages({ signoutPage: 'present' }), [...absent].sort());
});

for (const name of from(1, 6))
  test(`[E-22] ${name} as a front end meets signout.aspx with a 404, or with a logon that leads into a loop`, (t) => {
    t.is(signoutPageOf(shipped(name)), 'error-page');
    t.is(signoutPageOf(shipped(name, { mixedFarm: 'logon-then-logoff-loop' })), 'logon');
  });
