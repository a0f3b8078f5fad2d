import { startRig } from '../gateway/gateway-rig.ts';
import { chromiumTests } from './chromium.ts';

const chromiumTest = chromiumTests();

const payloads = [
  '"><script>ran()</script>',
  "'><img/src=x/onerror=ran()>",
  '</title></code><svg/onload=ran()>',
  '"autofocus/onfocus="ran()',
];

/** Targets in which a payload stands, percent-encoded, as in a link that somebody sends. */
const pages: [page: string, target: (payload: string) => string][] = [
  ['the form', (payload) => `/CookieAuth.dll?GetLogon?curl=Z2F${payload}&reason=${payload}&formdir=${payload}`],
  ['a page that is not there', (payload) => `/CookieAuth.dll?${payload}`],
  ['a path that is not published', (payload) => `/other/${payload}?${payload}`],
  ['a target that has no single reading', (payload) => `/app/%2e%2e%2f${payload}`],
  ['the form after a detour', (payload) => `/app/?${payload}`],
  ['the signed-out page', (payload) => `/app/bye?${payload}`],
];
for (const [page, target] of pages)
  chromiumTest(`Chromium runs nothing and finds no element that a link has brought: ${page}`, async (t, { context }) => {
    const { port } = await startRig(t, { rule: { publicNames: ['site.localhost'] } });
    const tab = await context.newPage();
    const runs: unknown[] = [];
    await tab.exposeFunction('ran', () => runs.push('ran'));
    tab.on('dialog', (dialog) => void dialog.dismiss());
    for (const payload of payloads)
      for (const written of [payload, encodeURIComponent(payload)]) {
        const answer = await tab.goto(`http://site.localhost:${port}${target(written)}`);
        t.true((answer?.headers()['content-security-policy'] ?? '').startsWith("default-src 'none'"));
        t.is(await tab.locator('script, img, svg, [onerror], [onload], [onfocus]').count(), 0, written);
      }
    t.deepEqual(runs, []);
  });

chromiumTest(
  'Chromium runs nothing on the form after a logon with a hostile name, and finds it nowhere',
  async (t, { context }) => {
    const { port } = await startRig(t, { rule: { publicNames: ['site.localhost'] } });
    const tab = await context.newPage();
    for (const payload of payloads) {
      await tab.goto(`http://site.localhost:${port}/app/`);
      await tab.getByLabel('Domain\\user name').fill(payload);
      await tab.getByLabel('Password').fill(payload);
      await tab.getByRole('button', { name: 'Sign in' }).click();
      await tab.getByRole('alert').getByText('could not be logged on').waitFor();
      t.is(await tab.locator('script, img, svg, [onerror], [onload], [onfocus]').count(), 0, payload);
      t.false((await tab.content()).includes('ran()'));
    }
  },
);

chromiumTest('Chromium shows the page that asks before a foreign sign-out, and its link signs out', async (t, { context }) => {
  const listener = { crossSite: { cookie: 'lax', logon: 'refuse', logoff: 'ask', framedBy: [] } } as const;
  const { port, backEnd, gateway } = await startRig(
    t,
    { rule: { publicNames: ['site.localhost'] }, listener },
    (request, response) => {
      const { port: own } = backEnd.address() as { port: number };
      const link = `<a href="http://site.localhost:${port}/app/bye?a=&quot;b">Win</a><img src="http://site.localhost:${port}/app/bye?img">`;
      response.setHeader('Content-Type', 'text/html').end(request.url === '/evil' ? link : `<h1>Inbox of ${own}</h1>`);
    },
  );
  const tab = await context.newPage();
  await tab.goto(`http://site.localhost:${port}/app/`);
  await tab.getByLabel('Domain\\user name').fill('corp\\anna');
  await tab.getByLabel('Password').fill('secret pass');
  await tab.getByRole('button', { name: 'Sign in' }).click();
  await tab.getByRole('heading', { name: 'Inbox' }).waitFor();

  await tab.goto(`http://evil.localhost:${(backEnd.address() as { port: number }).port}/evil`);
  await tab.getByRole('link', { name: 'Win' }).click();
  await tab.getByRole('heading', { name: 'Do you want to sign out of site.localhost?' }).waitFor();
  t.is((await gateway.sessions.list()).length, 1);
  await tab.getByRole('link', { name: 'Sign out' }).click();
  await tab.getByRole('heading', { name: 'You are signed out' }).waitFor();
  t.deepEqual(await gateway.sessions.list(), []);
});
