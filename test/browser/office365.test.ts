import { BOB, fillInForm, seeHeading, seeMail } from './alice.ts';
import { chromiumTests, privateWindow, setThirdPartyCookies } from './chromium.ts';
import { now, received } from './journal.ts';
import {
  chain,
  clickOn,
  fillInPrompt,
  inSession,
  MAIN_SERVICES,
  type MainService,
  pagesShown,
  seePrompt,
  seeService,
  signInEverywhere,
  startOf,
  visit,
  visitAndBeAsked,
} from './office-visits.ts';

// Playwright switches the back-forward cache off, people do not.
const chromiumTest = chromiumTests({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });

const HOUR = 3_600_000;

/** What each click requests until the service has no session any more, and how the page comes back after that, as `chain` tells it. */
type Clicks = { 'Sign out': string[]; 'Sign in as a different user': string[]; comesBack: string[] };

const clicks: Readonly<Record<MainService, Clicks>> = {
  portal: {
    'Sign out': ['portal GET /signout.aspx 302', 'portal GET / 302'],
    'Sign in as a different user': ['portal GET /signout.aspx?loginasanotheruser=true 302', 'portal GET / 302'],
    comesBack: ['portal POST /landing.aspx?wa=wsignin1.0 302', 'portal GET / 200'],
  },
  owa: {
    'Sign out': ['outlook GET /owa/logoff.owa 302', 'outlook GET /owa/auth/logoff.aspx?Cmd=logoff 302', 'outlook GET /owa/ 302'],
    'Sign in as a different user': [
      'outlook GET /owa/logoff.owa?loginasanotheruser=true 302',
      'outlook GET /owa/auth/logoff.aspx?Cmd=logoff 302',
      'outlook GET /owa/ 302',
    ],
    comesBack: ['outlook POST /owa/?wa=wsignin1.0 302', 'outlook GET /owa/ 200'],
  },
  sharepoint: {
    'Sign out': ['contoso GET /_layouts/15/SignOut.aspx 302', 'contoso GET / 302'],
    'Sign in as a different user': [
      'contoso GET /_layouts/15/closeConnection.aspx?loginasanotheruser=true 302',
      'contoso GET / 302',
    ],
    comesBack: ['contoso POST /_forms/default.aspx?wa=wsignin1.0 302', 'contoso GET / 200'],
  },
};

for (const service of MAIN_SERVICES)
  chromiumTest(
    `[row 7] literal: Sign out and “Sign in as a different user” at ${service} bring alice back in a new session; the other services stay signed in`,
    async (t, { lab, context }) => {
      await lab.configure({ office365: { profile: 'literal' } });
      const page = await context.newPage();
      await signInEverywhere(page, lab);
      await visit(page, lab, service, 1);

      const begun = now(lab);
      for (const [button, number] of [
        ['Sign out', 2],
        ['Sign in as a different user', 3],
      ] as const) {
        const clicked = now(lab);
        await clickOn(page, button);
        await seeService(page, service, number);
        t.is(page.url(), startOf(lab, service));
        const { comesBack, [button]: signsOut } = clicks[service];
        t.deepEqual(await chain(lab, clicked), [...signsOut, 'login GET /login.srf?wa=wsignin1.0 200', ...comesBack]);
      }

      const others = MAIN_SERVICES.filter((other) => other !== service);
      const returned = now(lab);
      for (const other of others) await visit(page, lab, other, 1);
      t.deepEqual(await received(lab, 'logon-server', returned), []);
      const shown = [inSession(service, 2), inSession(service, 3), ...others.map((other) => inSession(other, 1))];
      t.deepEqual(pagesShown(lab, begun), shown);
    },
  );

chromiumTest(
  '[row 8] Method 1: after clearing cookies and restarting the browser every service asks, and bob is let in',
  async (t, { lab, openProfile }) => {
    await lab.configure({ office365: { profile: 'literal' } });
    const first = await openProfile();
    const page = await first.newPage();
    await signInEverywhere(page, lab, true);
    await visit(page, lab, 'owa', 1);
    await clickOn(page, 'Sign out');
    await seeService(page, 'owa', 2);
    const session = await first.newCDPSession(page);
    await session.send('Network.clearBrowserCache');
    await session.send('Network.clearBrowserCookies');
    await first.close();

    const second = await openProfile();
    t.deepEqual(await second.cookies(), []);
    const reopened = now(lab);
    const fresh = await second.newPage();
    for (const service of MAIN_SERVICES) await visitAndBeAsked(fresh, lab, service);
    await fillInPrompt(fresh, BOB);
    await seeService(fresh, 'sharepoint', 2, BOB);
    await visit(fresh, lab, 'portal', 2, BOB);
    await visit(fresh, lab, 'owa', 3, BOB);
    t.deepEqual(pagesShown(lab, reopened), [
      inSession('sharepoint', 2, BOB),
      inSession('portal', 2, BOB),
      inSession('owa', 3, BOB),
    ]);
  },
);

chromiumTest(
  '[row 9] Method 2: in a private window every service asks, and bob is let in; the ordinary one stays alice’s',
  async (t, { lab, openProfile }) => {
    await lab.configure({ office365: { profile: 'literal' } });
    const ordinary = await openProfile();
    const page = await ordinary.newPage();
    await signInEverywhere(page, lab);

    const opened = now(lab);
    const privately = await (await privateWindow(ordinary)).newPage();
    for (const service of MAIN_SERVICES) await visitAndBeAsked(privately, lab, service);
    await fillInPrompt(privately, BOB);
    await seeService(privately, 'sharepoint', 2, BOB);
    await visit(privately, lab, 'portal', 2, BOB);
    await visit(privately, lab, 'owa', 2, BOB);
    for (const service of MAIN_SERVICES) await visit(page, lab, service, 1);
    t.deepEqual(pagesShown(lab, opened), [
      ...(['sharepoint', 'portal', 'owa'] as const).map((service) => inSession(service, 2, BOB)),
      ...MAIN_SERVICES.map((service) => inSession(service, 1)),
    ]);
  },
);

chromiumTest('[row 13] not kept signed in: a restarted browser is asked by every service', async (t, { lab, openProfile }) => {
  const first = await openProfile();
  await signInEverywhere(await first.newPage(), lab);
  await first.close();

  const page = await (await openProfile()).newPage();
  const reopened = now(lab);
  for (const service of MAIN_SERVICES) await visitAndBeAsked(page, lab, service);
  t.deepEqual(pagesShown(lab, reopened), []);
});

chromiumTest(
  '[rows 14, 16] kept signed in: a restarted browser is not asked for 8 hours; then portal and OWA ask, whatever cookies it still has',
  async (t, { lab, openProfile }) => {
    const first = await openProfile();
    await signInEverywhere(await first.newPage(), lab, true);
    await first.close();

    const second = await openProfile();
    const page = await second.newPage();
    const reopened = now(lab);
    for (const service of MAIN_SERVICES) await visit(page, lab, service, 1);
    t.deepEqual(await received(lab, 'logon-server', reopened), []);

    // The portal's hour is over: the authentication cookie that outlived the browser signs in again.
    lab.clock.advance(2 * HOUR);
    await visit(page, lab, 'portal', 2);
    t.deepEqual(pagesShown(lab, reopened).slice(3), [inSession('portal', 2)]);

    lab.clock.advance(6 * HOUR + 1_000);
    for (const service of ['portal', 'owa'] as const) await visitAndBeAsked(page, lab, service);
    await visit(page, lab, 'sharepoint', 1);
    const names = (await second.cookies()).map(({ name }) => name).sort();
    t.deepEqual(names, ['FedAuth', 'MSPAuth', 'RPSAuth', 'RPSAuth', 'RPSSecAuth', 'RPSSecAuth', 'rtFa']);
  },
);

for (const [row, thirdParty, comes] of [
  [22, 'allowed', 'one sign-out ends everything'],
  [23, 'blocked', 'the other services stay signed in'],
] as const)
  chromiumTest(`[row ${row}] single-sign-out, third-party cookies ${thirdParty}: ${comes}`, async (t, { lab, context }) => {
    await lab.configure({ office365: { profile: 'single-sign-out' } });
    const page = await context.newPage();
    await setThirdPartyCookies(page, thirdParty);
    await signInEverywhere(page, lab);
    await visit(page, lab, 'owa', 1);

    const clicked = now(lab);
    await clickOn(page, 'Sign out');
    await seeHeading(page, 'You are signed out');
    await page.waitForLoadState('load'); // and so of the frames
    const told = await received(lab, ['portal', 'sharepoint'], clicked);
    t.is(told.length, 3);
    const sent = told.flatMap(({ cookies }) => cookies).filter((cookie) => cookie.startsWith('sent '));
    t.is(sent.length > 0, thirdParty === 'allowed');

    const signedOut = now(lab);
    const others = ['portal', 'sharepoint'] as const;
    for (const other of others) await (thirdParty === 'blocked' ? visit(page, lab, other, 1) : visitAndBeAsked(page, lab, other));
    await visitAndBeAsked(page, lab, 'owa');
    const alive = others.map((other) => inSession(other, 1));
    t.deepEqual(pagesShown(lab, signedOut), thirdParty === 'blocked' ? alive : []);
  });

chromiumTest(
  '[O-07] SharePoint’s other site opens by the cookie of their domain, without the logon server being asked',
  async (t, { lab, context }) => {
    const page = await context.newPage();
    await page.goto(startOf(lab, 'sharepoint'));
    await fillInPrompt(page);
    await seeService(page, 'sharepoint', 1);

    const clicked = now(lab);
    await page.getByRole('link', { name: 'SharePoint Online: team' }).click();
    await seeService(page, 'team', 1);
    t.deepEqual(await chain(lab, clicked), ['team GET / 200']);
    t.deepEqual(pagesShown(lab, clicked), [inSession('team', 1)]);
  },
);

chromiumTest('[SO-13] single-sign-out: Back from the signed-out page shows no mail', async (t, { lab, context }) => {
  await lab.configure({ office365: { profile: 'single-sign-out' } });
  const page = await context.newPage();
  await page.goto(startOf(lab, 'owa'));
  await fillInPrompt(page);
  await seeService(page, 'owa', 1);
  t.is(await page.getByRole('listitem').count(), 2);

  const clicked = now(lab);
  await clickOn(page, 'Sign out');
  await seeHeading(page, 'You are signed out');
  await page.goBack({ waitUntil: 'commit' });
  await seePrompt(page);
  t.is(await page.getByRole('listitem').count(), 0);
  t.deepEqual(pagesShown(lab, clicked), []);
});

chromiumTest(
  '[O-11, SO-18] the page on which AD FS tells others of a sign-out goes on when their frames have answered',
  async (t, { lab, context }) => {
    await lab.configure({ profile: '2013-cu8', vdirAuth: 'adfs', office365: { profile: 'single-sign-out' } });
    const page = await context.newPage();
    await page.goto(`${startOf(lab, 'owa')}?whr=corp.example`);
    await fillInForm(page);
    await seeService(page, 'owa', 1);
    await page.goto(`http://mail.localhost:${lab.ports.exchange}/owa/`);
    await seeMail(page);
    await page.goto(startOf(lab, 'owa'));
    // Slower than the page's own script: whoever does not wait for the frame goes on without it.
    await context.route(/wsignoutcleanup1\.0/, async (route) => {
      await page.waitForLoadState('domcontentloaded');
      await page.evaluate(() => null);
      await route.continue();
    });

    const clicked = now(lab);
    await clickOn(page, 'Sign out');
    await seeHeading(page, 'You are signed out');
    await page.waitForURL(/^http:\/\/login\.idp\.localhost:\d+\/logout\.srf/);
    const told = lab.recorder.read(clicked).events.flatMap(({ kind, party, target = '' }) => {
      const [, what] = /(wsignout1\.0|wsignoutcleanup1\.0|logout\.srf)/.exec(target) ?? [];
      return kind === 'response' && what && ['adfs', 'front-end', 'logon-server'].includes(party) ? [`${party} ${what}`] : [];
    });
    t.deepEqual(told, ['logon-server logout.srf', 'adfs wsignout1.0', 'front-end wsignoutcleanup1.0', 'logon-server logout.srf']);
  },
);
