import test from 'ava';
import { loadProfiles, type Profile } from '../../src/exchange/profile.ts';

const NONE = 'absent absent absent';
const LEGACY = 'LegacyLogOff LegacyLogOff LegacyLogOff';

/** DOMAIN §3.4, oldest first: name, build, the key in feOwa, beOwa and beEcp, what sign-out does (E-19, hard-wired, by the key), signout.aspx (E-09). */
const table: [name: string, build: string, keys: string, signOut: Profile['signOut'], signoutPage: Profile['signoutPage']][] = [
  ['2007', '8.3.83.6', NONE, 'logoff-page', 'absent'],
  ['2010', '14.3.123.4', NONE, 'logoff-page', 'absent'],
  ['2013-rtm', '15.0.516.32', NONE, 'logoff-page', 'absent'],
  ['2013-cu1', '15.0.620.29', NONE, 'legacy', 'absent'],
  ['2013-cu2', '15.0.712.24', NONE, 'legacy', 'absent'],
  ['2013-cu3', '15.0.775.38', NONE, 'legacy', 'absent'],
  ['2013-cu4', '15.0.847.32', NONE, 'legacy', 'absent'],
  ['2013-cu5', '15.0.913.22', NONE, 'legacy', 'absent'],
  ['2013-cu6', '15.0.995.29', NONE, 'legacy', 'absent'],
  ['2013-cu7', '15.0.1044.25', LEGACY, 'by-key', 'asks-mailbox'],
  ['2013-cu8', '15.0.1076.9', LEGACY, 'by-key', 'present'],
  ['2013-cu9-announced', '15.0.1104.5', 'commented-out commented-out commented-out', 'by-key', 'present'],
  ['2013-cu9-shipped', '15.0.1104.5', LEGACY, 'by-key', 'present'],
  ['2013-cu10', '15.0.1130.7', LEGACY, 'by-key', 'present'],
  ['2013-cu11', '15.0.1156.6', LEGACY, 'by-key', 'present'],
  ['2013-cu12', '15.0.1178.4', LEGACY, 'by-key', 'present'],
  ['2013-cu13', '15.0.1210.3', LEGACY, 'by-key', 'present'],
  ['2013-cu14', '15.0.1236.3', LEGACY, 'by-key', 'present'],
  ['2013-cu15', '15.0.1263.5', LEGACY, 'by-key', 'present'],
  ['2013-cu16', '15.0.1293.2', LEGACY, 'by-key', 'present'],
  ['2013-cu17', '15.0.1320.4', LEGACY, 'by-key', 'present'],
  ['2013-cu18', '15.0.1347.2', LEGACY, 'by-key', 'present'],
  ['2013-cu19', '15.0.1365.1', LEGACY, 'by-key', 'present'],
  ['2013-cu20', '15.0.1367.3', LEGACY, 'by-key', 'present'],
  ['2013-cu21', '15.0.1395.4', LEGACY, 'by-key', 'present'],
  ['2013-cu22', '15.0.1473.3', LEGACY, 'by-key', 'present'],
  ['2013-cu23', '15.0.1497.2', LEGACY, 'by-key', 'present'],
  ['2016-rtm', '15.1.225.42', LEGACY, 'by-key', 'present'],
  ['2016-cu23', '15.1.2507.6', NONE, 'by-key', 'present'],
  ['2019-cu12', '15.2.1118.7', NONE, 'by-key', 'present'],
  ['se', '15.2.2562.17', NONE, 'by-key', 'present'],
];

const profiles = await loadProfiles();

test('[E-08] the profiles are the 31 of the table, oldest first', (t) => {
  t.is(table.length, 31);
  t.deepEqual(
    [...profiles.keys()],
    table.map(([name]) => name),
  );
});

for (const [name, build, keys, signOut, signoutPage] of table)
  test(`[E-08] ${name} is ${build}, ships ${keys}, and signs out by ${signOut} with signout.aspx ${signoutPage}`, (t) => {
    const { signOutKind, ...profile } = profiles.get(name) ?? t.fail();
    t.is(profile.build, build);
    t.is([signOutKind.feOwa, signOutKind.beOwa, signOutKind.beEcp].join(' '), keys);
    t.is(profile.signOut, signOut);
    t.is(profile.signoutPage, signoutPage);
  });

test('[E-01] a missing key means the new sign-out, but for the three builds whose landing is not proven', (t) => {
  const unproven = [...profiles.values()].filter(({ withoutKey }) => withoutKey === 'option landing').map(({ name }) => name);
  t.deepEqual(unproven, ['2016-cu23', '2019-cu12', 'se']);
});
