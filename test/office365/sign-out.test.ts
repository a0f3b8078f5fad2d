import test from 'ava';
import { parse } from 'node-html-parser';
import type { Answer } from '../send-request.ts';
import { ALICE, isDeletion, KEPT, type Service, services, startOffice365 } from './rig.ts';

const [RPS, SITE] = ['-RPSAuth -RPSSecAuth', '-rtFa -FedAuth'];

/** What a click at each service requests first, up to where the profiles differ (O-08); the portal's addresses are ours. */
const firstHops: Record<Service, string[]> = {
  portal: [`GET portal /signout.aspx 302 ${RPS}`],
  owa: ['GET owa /owa/logoff.owa 302', `GET owa /owa/auth/logoff.aspx 302 ${RPS}`],
  contoso: [`GET contoso /_layouts/15/SignOut.aspx 302 ${SITE}`],
  team: [`GET team /_layouts/15/SignOut.aspx 302 ${SITE}`],
};

/** The sign-out groups of O-06: whom the logon server visits when each signs out, and how that service starts again. */
const groups: Record<Service, { others: string[]; start: string }> = {
  portal: { others: [`GET owa /owa/ 302 ${RPS}`], start: 'GET portal / 302' },
  owa: { others: [`GET portal /landing.aspx 302 ${RPS}`], start: 'GET owa /owa/ 302' },
  contoso: { others: [`GET team /_forms/default.aspx 302 ${SITE}`], start: 'GET contoso / 302' },
  team: { others: [`GET contoso /_forms/default.aspx 302 ${SITE}`], start: 'GET team / 302' },
};

const FORM = 'GET login /login.srf 200';
const tokenHops: Record<Service, string[]> = {
  portal: ['POST portal /landing.aspx 302 +RPSAuth +RPSSecAuth', 'GET portal / 200'],
  owa: ['POST owa /owa/ 302 +RPSAuth +RPSSecAuth', 'GET owa /owa/ 200'],
  contoso: ['POST contoso /_forms/default.aspx 302 +rtFa +FedAuth', 'GET contoso / 200'],
  team: ['POST team /_forms/default.aspx 302 +rtFa +FedAuth', 'GET team / 200'],
};
const onlyPage = (service: Service) => [...firstHops[service], 'GET login /logout.srf 200 -MSPAuth'];
const inTurn = (service: Service, atLogonServer: string) => {
  const { others, start } = groups[service];
  return [...firstHops[service], atLogonServer, ...others, start, FORM];
};

/** Profile, the hops, and who is seen where they end. */
const chains: [profile: string, hops: (service: Service) => string[], shown: string][] = [
  ['zones', (service) => inTurn(service, 'GET login /logout.srf 302 -MSPAuth'), 'prompt'],
  ['literal', (service) => [...firstHops[service], groups[service].start, FORM, ...tokenHops[service]], 'Alice Adams'],
  ['single-sign-out', onlyPage, ''],
  ['third-party-cookies-blocked', onlyPage, ''],
];

const actionsOf = ({ body }: Answer) =>
  JSON.parse(parse(body).querySelector('#page-data')?.text ?? '{}') as Record<'sign-out' | 'different-user', string>;

for (const service of services)
  for (const [profile, hops, shown] of chains)
    for (const event of ['sign-out', 'different-user'] as const)
      test(`[O-05, O-06, O-08] ${profile}, one jar: ${event} at ${service}, hop by hop`, async (t) => {
        const { at, browser } = await startOffice365(t, { profile });
        const alice = browser();
        await alice.openAll(at, ALICE);
        const action = actionsOf(await alice.get(at(service)))[event];
        const visit = await alice.open(at(service, action));
        const asDifferent = (hop: string) => hop.replace('SignOut.aspx', 'closeConnection.aspx');
        t.deepEqual(visit.hops, event === 'sign-out' ? hops(service) : hops(service).map(asDifferent));
        t.is(visit.shown, shown);
      });

test('[O-08] the clicks lead where they were seen to', async (t) => {
  const { at, browser } = await startOffice365(t);
  const alice = browser();
  await alice.openAll(at);
  t.is(actionsOf(await alice.get(at('owa')))['sign-out'], '/owa/logoff.owa');
  t.deepEqual(actionsOf(await alice.get(at('contoso'))), {
    'sign-out': '/_layouts/15/SignOut.aspx',
    'different-user': '/_layouts/15/closeConnection.aspx?loginasanotheruser=true',
  });
  t.is((await alice.get(at('owa', '/owa/logoff.owa'))).location, '/owa/auth/logoff.aspx?Cmd=logoff&src=exch');
  const { location } = await alice.get(at('owa', '/owa/auth/logoff.aspx?Cmd=logoff&src=exch'));
  const { origin, pathname, searchParams } = new URL(location);
  t.deepEqual([origin + pathname, searchParams.get('wreply')], [at('login', '/logout.srf'), at('owa')]);
});

for (const service of services)
  test(`[O-05] zones: without the authentication cookie ${service}’s sign-out ends no authentication: signed in again, in a new session`, async (t) => {
    const { at, browser } = await startOffice365(t);
    const alice = browser();
    await alice.openAll(at);
    const before = await alice.open(at(service));
    const trusted = alice.cookies.save().filter(({ name }) => name === 'MSPAuth');
    alice.cookies.drop(({ name }) => name === 'MSPAuth');
    const visit = await alice.open(at(service, actionsOf(before.answer)['sign-out']));
    t.deepEqual(visit.hops, inTurn(service, 'GET login /logout.srf 302 -MSPAuth'));
    alice.cookies.restore([...alice.cookies.save(), ...trusted]);
    const after = await alice.open(at(service));
    t.deepEqual([after.shown, after.hops.length], ['Alice Adams', 4]);
    t.not(after.session, before.session);
  });

test('[O-01, O-06] zones: after a sign-out the services of the other group are alive, those of its own have no cookie', async (t) => {
  for (const [service, gone] of [
    ['owa', ['portal', 'owa']],
    ['portal', ['portal', 'owa']],
    ['contoso', ['contoso', 'team']],
  ] as const) {
    const { at, browser } = await startOffice365(t);
    const alice = browser();
    await alice.openAll(at);
    await alice.open(at(service, actionsOf(await alice.get(at(service)))['sign-out']));
    for (const other of services)
      t.deepEqual(
        [(await alice.get(at(other))).status, alice.cookies.namesAt(other).length > 0],
        (gone as readonly string[]).includes(other) ? [302, false] : [200, true],
        `${service}, then ${other}`,
      );
  }
});

/** The frames of the page on which a sign-out with frames rests: everybody but who asked (O-06). */
const cleanUps: Record<Service, string> = {
  portal: '/landing.aspx?wa=wsignoutcleanup1.0',
  owa: '/owa/?wa=wsignoutcleanup1.0',
  contoso: '/_forms/default.aspx?wa=wsignoutcleanup1.0',
  team: '/_forms/default.aspx?wa=wsignoutcleanup1.0',
};
for (const service of services)
  test(`[O-06, O-08] single-sign-out at ${service} rests on a page with a frame for each other service; with cookies they end there`, async (t) => {
    const { at, browser } = await startOffice365(t, { profile: 'single-sign-out' });
    const alice = browser();
    await alice.openAll(at);
    const { answer } = await alice.open(at(service, actionsOf(await alice.get(at(service)))['sign-out']));
    const root = parse(answer.body);
    const frames = root.querySelectorAll('iframe').map((frame) => frame.getAttribute('src') ?? '');
    const others = services.filter((other) => other !== service);
    t.deepEqual(
      frames,
      others.map((other) => at(other, cleanUps[other])),
    );
    t.is(root.querySelector('main a')?.getAttribute('href'), at(service));
    for (const frame of frames) await browser().get(frame);
    for (const other of others) t.is((await alice.get(at(other))).status, 200, `${other}, whose frame came without cookies`);
    for (const frame of frames) t.is((await alice.get(frame)).status, 200);
    for (const other of services) t.is((await alice.open(at(other))).shown, 'prompt', other);
  });

test('[O-05] the option logoutStyle goes before the profile, both ways', async (t) => {
  for (const [profile, logoutStyle, last] of [
    ['zones', 'page', 'GET login /logout.srf 200 -MSPAuth'],
    ['single-sign-out', 'redirect', FORM],
    ['zones', 'by-profile', FORM],
  ] as const) {
    const { at, browser } = await startOffice365(t, { profile, options: { logoutStyle } });
    const alice = browser();
    await alice.openAll(at);
    t.is((await alice.open(at('owa', '/owa/logoff.owa'))).hops.at(-1), last);
  }
});

for (const path of ['/logout.srf', '/login.srf?wa=wsignout1.0', '/LogOut.srf?ct=1&rver=6.1'])
  test(`[O-08] ${path} alone ends the authentication and cleans up everywhere, and ends at the portal`, async (t) => {
    const { at, browser } = await startOffice365(t);
    const alice = browser();
    await alice.openAll(at);
    const { shown, hops } = await alice.open(at('login', path));
    t.deepEqual(
      [shown, ...hops],
      [
        'prompt',
        `GET login ${new URL(at('login', path)).pathname} 302 -MSPAuth`,
        `GET portal /landing.aspx 302 ${RPS}`,
        `GET owa /owa/ 302 ${RPS}`,
        `GET contoso /_forms/default.aspx 302 ${SITE}`,
        `GET team /_forms/default.aspx 302 ${SITE}`,
        'GET portal / 302',
        FORM,
      ],
    );
    t.deepEqual(alice.cookies.save(), []);
  });

for (const service of services)
  test(`[O-08] wsignoutcleanup1.0 at ${service} takes its cookies back, whoever asks, and nothing of the logon server`, async (t) => {
    const { at, browser } = await startOffice365(t);
    const alice = browser();
    await alice.openAll(at);
    const stranger = await browser().get(at(service, cleanUps[service]));
    t.is(stranger.status, 200);
    const { status, location, cookies } = await alice.get(at(service, cleanUps[service]));
    const names = service === 'portal' || service === 'owa' ? ['RPSAuth', 'RPSSecAuth'] : ['rtFa', 'FedAuth'];
    t.deepEqual([status, location], [200, '']);
    t.deepEqual(
      cookies.filter(isDeletion).map((field) => field.split('=', 1)[0]),
      names,
    );
    t.is((await alice.open(at(service))).hops.length, 4);
  });

test('[O-07, O-08] a cookie is deleted with the path and domain that it was set with', async (t) => {
  const { at, browser } = await startOffice365(t);
  const alice = browser();
  await alice.openAll(at);
  const cleaned = await alice.get(at('contoso', cleanUps.contoso));
  t.deepEqual(cleaned.cookies, [
    'rtFa=; Path=/; Domain=sharepoint.localhost; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    'FedAuth=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
  ]);
});

/** SignOutKind as Exchange reads it (E-01): what else but legacy. */
for (const [kind, legacy] of [
  ['LegacyLogOff', true],
  [' legacylogoff ', true],
  ['1', true],
  ['DefaultSignOut, LegacyLogOff', true],
  ['DefaultSignOut', false],
  ['0', false],
  ['', false],
  ['LegacyLogOffs', false],
  [null, false],
] as const)
  test(`[O-09] an OWA logoff from elsewhere, SignOutKind ${JSON.stringify(kind)}: ${legacy ? 'signed in again in one hop' : 'rests on signout.aspx'}`, async (t) => {
    const { at, browser } = await startOffice365(t, { signOutKind: kind });
    const alice = browser();
    const before = await alice.open(at('owa'), ALICE);
    const visit = await alice.open(at('owa', '/owa/auth/logoff.aspx?Cmd=logoff'));
    const logoff = `GET owa /owa/auth/logoff.aspx 302 ${RPS}`;
    const rest = ['GET owa /owa/auth/signout.aspx 200'];
    t.deepEqual(visit.hops, [logoff, ...(legacy ? [FORM, ...tokenHops.owa] : rest)]);
    t.deepEqual([visit.shown, visit.url], legacy ? ['Alice Adams', at('owa')] : ['', at('owa', '/owa/auth/signout.aspx')]);
    t.not(visit.session, before.session);
    const next = await alice.open(at('owa'));
    t.deepEqual([next.shown, next.hops.length], ['Alice Adams', legacy ? 1 : 4]);
  });

test('[O-09] SignOutKind has no say in a logoff that OWA starts', async (t) => {
  for (const signOutKind of ['LegacyLogOff', null]) {
    const { at, browser } = await startOffice365(t, { signOutKind });
    const alice = browser();
    await alice.openAll(at);
    t.deepEqual((await alice.open(at('owa', '/owa/logoff.owa'))).hops, inTurn('owa', 'GET login /logout.srf 302 -MSPAuth'));
  }
});

test('[O-03] after a sign-out the next session’s cookie is in memory, or outlives the browser again, by the option; the one after that lasts', async (t) => {
  for (const [cookieAfterSignOut, expected] of [
    ['session', false],
    ['as-flagged', true],
  ] as const) {
    const { at, browser } = await startOffice365(t, { profile: 'literal', options: { cookieAfterSignOut } });
    const alice = browser();
    await alice.open(at('owa'), KEPT);
    await alice.get(at('owa', '/owa/auth/logoff.aspx?Cmd=logoff&src=exch'));
    const lasting = async () => {
      const page = await alice.tokenPage(at('owa'));
      const { cookies } = await alice.post(page.action, page.fields);
      return cookies.filter((field) => field.startsWith('RPS')).map((field) => field.includes('Max-Age='));
    };
    t.deepEqual(await lasting(), [expected, expected]);
    alice.cookies.drop(({ name }) => name.startsWith('RPS'));
    t.deepEqual(await lasting(), [true, true]);
  }
});

test('[O-03] the mark of a sign-out reaches the service with a token that another site posts', async (t) => {
  const { at, browser } = await startOffice365(t);
  const alice = browser({ 'Sec-Fetch-Site': 'cross-site' });
  await alice.open(at('owa'), KEPT);
  const { cookies } = await alice.get(at('owa', '/owa/auth/logoff.aspx?src=exch'));
  t.true(cookies.includes('LabSignedOut=1; Path=/; HttpOnly; SameSite=None; Secure'));
});
