import test from 'ava';
import { LabError } from '../../src/errors.ts';
import { plainPlan, type SitePlan } from '../../src/exchange/site-plan.ts';
import { ALICE, basic, loadPage, type Rig, startExchange } from './rig.ts';

const CU8 = plainPlan('2013-cu8');
const LOGON = '/owa/auth/logon.aspx';
const SIGNOUT = '/owa/auth/signout.aspx';

/** What a click on Sign out does in a client that loads now. */
const owa = async (rig: Rig) => (await loadPage(rig.client(basic(ALICE)), '/owa/')).signOut();
const ecp = async (rig: Rig) => (await loadPage(rig.client(basic(ALICE)), '/ecp/')).signOut();

test('[E-02] saving web.config recycles the application pool, unless that is disabled and somebody recycles it by hand', async (t) => {
  const rig = await startExchange(t, CU8);
  t.is(await owa(rig), 'dialog');
  rig.exchange.saveWebConfig('mail', 'beOwa', 'absent');
  t.is(await owa(rig), '/owa/logoff.owa');

  await rig.configure({ ...CU8, options: { autoRecycle: 'false' } });
  rig.exchange.saveWebConfig('mail', 'beOwa', 'absent');
  const [, mailbox] = rig.exchange.servers('mail');
  t.is(mailbox?.application('beOwa').file().entry.state, 'absent');
  t.is(mailbox?.application('beOwa').running().entry.state, 'set');
  t.is(await owa(rig), 'dialog');
  rig.exchange.recycle('mail');
  t.is(await owa(rig), '/owa/logoff.owa');
});

test('[E-02] the next cumulative update overwrites web.config, and the change must be made again', async (t) => {
  const rig = await startExchange(t, CU8, ['2013-cu9-shipped']);
  const change = () => {
    for (const file of ['feOwa', 'beOwa', 'beEcp'] as const)
      rig.exchange.saveWebConfig('mail', file, { value: 'DefaultSignOut' });
  };
  const states = () =>
    (['feOwa', 'beOwa', 'beEcp'] as const).map((file) =>
      rig.exchange
        .servers('mail')
        .find((server) => server.has(file))
        ?.application(file)
        .key(),
    );
  change();
  t.is(await owa(rig), '/owa/logoff.owa');
  t.deepEqual(states(), ['DefaultSignOut', 'DefaultSignOut', 'DefaultSignOut']);

  await rig.configure(plainPlan('2013-cu9-shipped'));
  t.is(await owa(rig), 'dialog');
  t.is(await ecp(rig), 'dialog');
  t.is((await rig.ask('GET', '/owa/', basic(ALICE))).headers['x-owa-version'], '15.0.1104.5');
  t.deepEqual(states(), ['LegacyLogOff', 'LegacyLogOff', 'LegacyLogOff']);

  change();
  t.is(await owa(rig), '/owa/logoff.owa');
});

test('[E-02] BLOG’s reversion is overwritten as well: CU9 as announced with the key set, then the same build again', async (t) => {
  const rig = await startExchange(t, plainPlan('2013-cu9-announced'));
  t.is(await owa(rig), '/owa/logoff.owa');
  rig.exchange.saveWebConfig('mail', 'beOwa', { value: 'LegacyLogOff' });
  t.is(await owa(rig), 'dialog');
  await rig.configure(plainPlan('2013-cu9-announced'));
  t.is(await owa(rig), '/owa/logoff.owa');
});

test('[E-03] session data that a client has read stays with it until it reloads, in OWA and ECP', async (t) => {
  const rig = await startExchange(t, CU8);
  const client = rig.client(basic(ALICE));
  const [mail, options] = [await loadPage(client, '/owa/'), await loadPage(client, '/ecp/')];
  rig.exchange.saveWebConfig('mail', 'beOwa', 'absent');
  rig.exchange.saveWebConfig('mail', 'beEcp', 'absent');
  t.deepEqual([mail.signOut(), options.signOut()], ['dialog', 'dialog']);
  t.is((await loadPage(client, '/owa/')).signOut(), '/owa/logoff.owa');
  t.is((await loadPage(client, '/ecp/')).signOut(), '/ecp/logoff.aspx?src=exch');
  t.is((await client.get('/owa/logoff.owa')).location, SIGNOUT);
});

test('[E-02] each file is its role’s: feOwa is not a mailbox server’s, beOwa not a front end’s, and all servers of the role get it', async (t) => {
  const plan: SitePlan = {
    servers: [
      { name: 'cas-1', profile: '2013-cu8', roles: ['client-access'] },
      { name: 'cas-2', profile: '2013-cu8', roles: ['client-access'] },
      { name: 'mbx-1', profile: '2013-cu8', roles: ['mailbox'] },
    ],
    vdirAuth: 'fba',
  };
  const rig = await startExchange(t, plan);
  const has = rig.exchange
    .servers('mail')
    .map((server) => (['feOwa', 'beOwa', 'beEcp'] as const).filter((file) => server.has(file)).join(' '));
  t.deepEqual(has, ['feOwa', 'feOwa', 'beOwa beEcp']);
  rig.exchange.saveWebConfig('mail', 'feOwa', 'absent');
  for (let turn = 0; turn < 2; turn++)
    t.regex((await rig.client().get('/owa/logoff.owa')).location, /\/owa\/auth\/signout\.aspx\?/);
  const client = rig.client();
  await client.logOn();
  t.is((await client.get('/owa/logoff.owa')).location, LOGON);
});

/** A file as BLOG says: as text, commented out, and set. */
const texts: [entry: string, click: string][] = [
  ['<!-- add key="LogonSettings.SignOutKind" value="LegacyLogOff" /-->', '/owa/logoff.owa'],
  ['<add key="LogonSettings.SignOutKind" value="LegacyLogOff" />', 'dialog'],
  ['<add key="LogonSettings.SignOutKind" value="Other" />', '/owa/logoff.owa'],
];
for (const [entry, click] of texts)
  test(`[E-01] a web.config that holds ${entry} makes a click on Sign out lead to ${click}`, async (t) => {
    const rig = await startExchange(t, CU8);
    const text = `<configuration><appSettings>${entry}</appSettings></configuration>`;
    rig.exchange.saveWebConfig('mail', 'beOwa', { text });
    t.is(await owa(rig), click);
  });

test('[E-02] a file that cannot be read is refused, and the one before stays in effect', async (t) => {
  const rig = await startExchange(t, CU8);
  rig.exchange.saveWebConfig('mail', 'beOwa', 'absent');
  t.throws(() => rig.exchange.saveWebConfig('mail', 'beOwa', { text: '<configuration>' }), { instanceOf: LabError });
  t.is(await owa(rig), '/owa/logoff.owa');
});

const [front, back] = CU8.servers as [SitePlan['servers'][number], SitePlan['servers'][number]];
/** Plans that cannot be, and what the refusal must name. */
const impossible: [title: string, plan: SitePlan, names: RegExp][] = [
  ['no mailbox server', { servers: [front] }, /mailbox/],
  ['no Client Access server', { servers: [back] }, /Client Access/],
  ['two servers of one name', { servers: [front, back, back] }, /mbx-1/],
  ['a pool member that there is not', { ...CU8, pool: ['cas-9'] }, /cas-9/],
  ['a pool member that is no front end', { ...CU8, pool: ['mbx-1'] }, /mbx-1/],
  ['a mailbox on a server that there is not', { ...CU8, mailboxes: { [ALICE.user]: 'mbx-9' } }, /mbx-9/],
  ['a build that there is not', plainPlan('2013-cu99'), /2013-cu99/],
  ['an option that there is not', { ...CU8, options: { landings: 'logon' } }, /landings/],
  ['a value that an option does not have', { ...CU8, options: { landing: 'home' } }, /home/],
  ['a web.config that cannot be read', { servers: [front, { ...back, webConfig: { beOwa: { text: '<a>' } } }] }, /beOwa/],
];
for (const [title, plan, names] of impossible)
  test(`a plan with ${title} is refused in a sentence, and nothing changes`, async (t) => {
    const rig = await startExchange(t, CU8, ['2013-cu9-announced']);
    rig.exchange.saveWebConfig('mail', 'beOwa', 'absent');
    const upgraded = plan.servers.map((server) => ({ ...server, profile: server.profile.replace('cu8', 'cu9-announced') }));
    const refused = await t.throwsAsync(rig.configure({ ...plan, servers: upgraded }), { instanceOf: LabError, message: names });
    t.is((refused as LabError).code, 'configuration');
    t.deepEqual(
      rig.exchange.servers('mail').map((server) => server.profile().name),
      ['2013-cu8', '2013-cu8'],
    );
    t.is(await owa(rig), '/owa/logoff.owa');
    await t.throwsAsync(rig.exchange.configure('new', plan), { instanceOf: LabError });
    t.false(rig.exchange.labels().includes('new'));
  });

test('a host that names no site is told those that there are', async (t) => {
  const rig = await startExchange(t, CU8);
  const { status, body } = await rig.ask('GET', '/owa/', { Host: 'nowhere.localhost' });
  t.is(status, 404);
  t.regex(body, /mail, 2013-cu8, sts/);
});
