import test from 'ava';
import { loadProfiles, type Profile } from '../../src/exchange/profile.ts';
import { answerLogoff, answerLogoffWithoutSession, closesWindowOnLogout, type VdirAuth } from '../../src/exchange/sign-out.ts';
import { parseSignOutKind } from '../../src/exchange/web-config.ts';

const profiles = await loadProfiles();

/** E-01: what a value in web.config means to the `enum` reading. */
const kinds: [value: string | null, kind: string][] = [
  ['LegacyLogOff', 'LegacyLogOff'],
  ['legacylogoff', 'LegacyLogOff'],
  [' LegacyLogOff ', 'LegacyLogOff'],
  ['1', 'LegacyLogOff'],
  ['DefaultSignOut, LegacyLogOff', 'LegacyLogOff'],
  ['DefaultSignOut', 'DefaultSignOut'],
  ['0', 'DefaultSignOut'],
  ['', 'DefaultSignOut'],
  ['Legacy', 'DefaultSignOut'],
  [null, 'DefaultSignOut'],
];
for (const [value, kind] of kinds)
  test(`[E-01] SignOutKind ${JSON.stringify(value)} means ${kind}`, (t) => {
    t.is(parseSignOutKind(value), kind as ReturnType<typeof parseSignOutKind>);
  });

/** E-03, E-10, E-11, E-16 … E-19 as DOMAIN states them, per shipped profile. */
const shipped: [profile: string, vdirAuth: VdirAuth, dialog: boolean, location: string, fact: string][] = [
  ['2010', 'basic', false, '/owa/auth/logoff.aspx?Cmd=logoff&src=exch', 'E-19'],
  ['2010', 'fba', false, '/owa/auth/logoff.aspx?Cmd=logoff&src=exch', 'E-19'],
  ['2013-cu1', 'basic', true, '/owa/auth/logon.aspx', 'E-18'],
  ['2013-cu1', 'fba', false, '/owa/auth/logon.aspx', 'E-10'],
  ['2013-cu8', 'basic', true, '/owa/auth/logon.aspx', 'E-18'],
  ['2013-cu8', 'fba', false, '/owa/auth/logon.aspx', 'E-10'],
  ['2013-cu9-announced', 'basic', false, '/owa/auth/signout.aspx', 'E-17'],
  ['2013-cu9-announced', 'fba', false, '/owa/auth/signout.aspx', 'E-11'],
  ['2013-cu9-shipped', 'basic', true, '/owa/auth/logon.aspx', 'E-18'],
  ['2013-cu9-shipped', 'fba', false, '/owa/auth/logon.aspx', 'E-10'],
];
for (const [name, vdirAuth, dialog, location, fact] of shipped)
  test(`[${fact}] ${name} with ${vdirAuth}: ${dialog ? 'dialog; asked anyway' : 'asked'}, sends to ${location}`, (t) => {
    const profile = profiles.get(name) as Profile;
    const setting = { profile, vdirAuth, signOutKind: profile.shipped };
    t.is(closesWindowOnLogout(setting), dialog);
    t.deepEqual(answerLogoff(setting), { location, facts: [fact] });
  });

test('[E-01] only the key of the file in question counts, and only where the build reads it', (t) => {
  const legacy = { feOwa: 'LegacyLogOff', beOwa: null, beEcp: null };
  const cu8 = { profile: profiles.get('2013-cu8') as Profile, vdirAuth: 'basic' as const, signOutKind: legacy };
  t.false(closesWindowOnLogout(cu8));
  const cu1 = { ...cu8, profile: profiles.get('2013-cu1') as Profile };
  t.true(closesWindowOnLogout(cu1));
});

test('[E-12] without cookies the front end answers by its own file, with the way back and reason 0', (t) => {
  const profile = profiles.get('2013-cu8') as Profile;
  const answer = (feOwa: string | null) =>
    answerLogoffWithoutSession(
      { profile, vdirAuth: 'fba', signOutKind: { feOwa, beOwa: null, beEcp: null } },
      'https://mail.example',
      'https://mail.example/owa/',
    ).location;
  t.is(answer('LegacyLogOff'), 'https://mail.example/owa/auth/logon.aspx?url=https%3A%2F%2Fmail.example%2Fowa%2F&reason=0');
  t.is(answer(null), 'https://mail.example/owa/auth/signout.aspx?url=https%3A%2F%2Fmail.example%2Fowa%2F&reason=0');
});

/** DOMAIN §3.4: build and shipped key. */
const builds: [string, string, string | null][] = [
  ['2010', '14.3.123.4', null],
  ['2013-cu1', '15.0.620.29', null],
  ['2013-cu8', '15.0.1076.9', 'LegacyLogOff'],
  ['2013-cu9-announced', '15.0.1104.5', null],
  ['2013-cu9-shipped', '15.0.1104.5', 'LegacyLogOff'],
];
test('the profiles are those of the story, oldest first', (t) => {
  t.deepEqual(
    [...profiles.values()].map(({ name, build, shipped: files }) => [name, build, files.beOwa]),
    builds,
  );
});
