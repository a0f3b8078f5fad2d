import { request } from 'node:http';
import type { ExecutionContext } from 'ava';
import type { BrowserContext } from 'playwright-core';
import { plainPlan } from '../../src/exchange/site-plan.ts';
import { ALICE, clickSignOut, seeHeading, seeMail, signIn } from './alice.ts';
import { chromiumTests, type Visitor } from './chromium.ts';
import { inShort, mailShown, now, received } from './journal.ts';

// Playwright switches the back-forward cache off, people do not. Debian's Chromium restores the mail page of 2010 from it; later
// clients fetch session data that is not to be stored, and are never kept. A headless shell, as @sparticuz/chromium is, has none.
const chromiumTest = chromiumTests({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });

/** At `/owa/` of a public name behind the gateway: the dialog, nothing on the wire, and the session goes on. */
async function staysSignedIn(t: ExecutionContext, { lab, context }: Visitor, name: string): Promise<void> {
  const home = `http://${name}:${lab.ports.gateway}/owa/`;
  const page = await context.newPage();
  await signIn(page, home);
  const [before] = mailShown(lab);
  const requested: string[] = [];
  page.on('request', (sent) => requested.push(sent.url()));

  const clicked = now(lab);
  await clickSignOut(page);
  await page.getByRole('dialog').getByText('close all browser windows').waitFor();
  t.deepEqual(await received(lab, 'gateway', clicked), []);

  const fresh = await context.newPage();
  await fresh.goto(home);
  await seeMail(fresh);
  t.deepEqual(mailShown(lab, clicked), [{ identity: ALICE.user, session: before?.session }]);
  t.deepEqual(requested, []);
  t.deepEqual(inShort(await received(lab, 'gateway', clicked)), ['GET /owa/ 200', 'POST /owa/sessiondata.ashx 200']);
}

/** The same place: the click is a request, the gateway ends its session, and neither a fresh visit, nor Back, nor the old cookie leads to mail. */
async function signsOut(t: ExecutionContext, { lab, context }: Visitor, name: string): Promise<void> {
  const home = `http://${name}:${lab.ports.gateway}/owa/`;
  const page = await context.newPage();
  await signIn(page, home);
  const cookie = await cookieHeader(context);

  const clicked = now(lab);
  await clickSignOut(page);
  await seeHeading(page, 'You are signed out');
  t.deepEqual(inShort(await received(lab, 'gateway', clicked)), ['GET /owa/logoff.owa 200']);
  t.deepEqual(await received(lab, 'front-end', clicked), []);

  const fresh = await context.newPage();
  await fresh.goto(home);
  await seeHeading(fresh, 'Sign in');
  const replayed = await replay(lab.ports.gateway, name, cookie);
  t.is(replayed.status, 302);
  t.regex(replayed.location, /^\/CookieAuth\.dll\?GetLogon\?curl=Z2FowaZ2F&/);

  await page.goBack({ waitUntil: 'commit' });
  await seeHeading(page, 'Sign in');
  t.is(await page.getByRole('listitem').count(), 0);
  t.deepEqual(mailShown(lab, clicked), []);
}

async function cookieHeader(context: BrowserContext): Promise<string> {
  return (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
}

/** `/owa/` once more with an old Cookie field, past every browser. */
function replay(port: number, name: string, cookie: string): Promise<{ status: number | undefined; location: string }> {
  return new Promise((resolve, reject) => {
    const headers = { Host: `${name}:${port}`, Cookie: cookie };
    const sent = request({ host: '127.0.0.1', port, path: '/owa/', headers, agent: false }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode, location: answer.headers.location ?? '' });
    });
    sent.on('error', reject).end();
  });
}

chromiumTest(
  '2013-cu1: the click on Sign out shows a dialog, requests nothing, and a fresh visit is still signed in',
  (t, visitor) => staysSignedIn(t, visitor, '2013-cu1.localhost'),
);

for (const profile of ['2010', '2013-cu9-announced'])
  chromiumTest(
    `${profile}: the click on Sign out ends the session at the gateway; a fresh visit, Back and the old cookie show no mail`,
    (t, visitor) => signsOut(t, visitor, `${profile}.localhost`),
  );

for (const profile of ['2013-cu8', '2013-cu9-shipped'])
  chromiumTest(`${profile} as shipped: the click on Sign out shows a dialog and the session goes on`, async (t, visitor) => {
    await visitor.lab.configure({ profile });
    await staysSignedIn(t, visitor, 'mail.localhost');
  });

for (const kind of [null, 'DefaultSignOut'])
  chromiumTest(
    `2013-cu9-shipped with SignOutKind ${kind ?? 'removed'}: the click on Sign out ends the session at the gateway`,
    async (t, visitor) => {
      await visitor.lab.configure({ profile: '2013-cu9-shipped', signOutKind: { feOwa: kind, beOwa: kind, beEcp: kind } });
      await signsOut(t, visitor, 'mail.localhost');
    },
  );

const DIRECT = '2013-cu9-announced';

chromiumTest(
  '2013-cu9-announced without a gateway, FBA: Sign out ends on signout.aspx and a fresh visit is asked',
  async (t, visitor) => {
    const { lab, context } = visitor;
    await lab.exchange.configure(DIRECT, { ...plainPlan(DIRECT), vdirAuth: 'fba' });
    const home = `http://${DIRECT}.localhost:${lab.ports.exchange}/owa/`;
    const page = await context.newPage();
    await signIn(page, home);

    const clicked = now(lab);
    await clickSignOut(page);
    await seeHeading(page, 'Sign-out is complete');
    t.deepEqual(inShort(await received(lab, 'front-end', clicked)), [
      'GET /owa/logoff.owa 302',
      'GET /owa/auth/signout.aspx 200',
    ]);

    const fresh = await context.newPage();
    await fresh.goto(home);
    await fresh.getByLabel('Password').waitFor();
    t.deepEqual(mailShown(lab, clicked), []);
  },
);

chromiumTest(
  '2013-cu9-announced without a gateway, Basic: Sign out ends on signout.aspx, and a fresh visit signs in by itself',
  async (t, { lab, context }) => {
    await lab.exchange.configure(DIRECT, { ...plainPlan(DIRECT), vdirAuth: 'basic' });
    const home = `http://${DIRECT}.localhost:${lab.ports.exchange}/owa/`;
    const page = await context.newPage();
    await page.goto(home);
    await seeMail(page);
    const [before] = mailShown(lab);

    const clicked = now(lab);
    await clickSignOut(page);
    await seeHeading(page, 'Sign-out is complete');
    const fresh = await context.newPage();
    await fresh.goto(home);
    await seeMail(fresh);
    t.deepEqual(inShort(await received(lab, 'front-end', clicked)), [
      'GET /owa/logoff.owa 302',
      'GET /owa/auth/signout.aspx 200',
      'GET /owa/ 200',
      'POST /owa/sessiondata.ashx 200',
    ]);
    const [after] = mailShown(lab, clicked);
    t.is(after?.identity, ALICE.user);
    t.not(after?.session, before?.session);
  },
  { httpCredentials: { username: ALICE.user, password: ALICE.password } },
);
