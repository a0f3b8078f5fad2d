import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import type { Lab } from '../../src/lab/lab.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { chromiumTests } from './chromium.ts';
import { requestsOf, startConsoleOf } from './console-rig.ts';

const chromiumTest = chromiumTests();

const payloads = [
  `"><script>ran()</script>`,
  `'><img/src=http://evil.invalid/x/onerror=ran()>`,
  `</td></table></code></title></style><svg/onload=ran()>`,
  `"autofocus/onfocus="ran()`,
  '<iframe/srcdoc="<script>parent.ran()</script>">',
  '&lt;script&gt;ran()&lt;/script&gt;<a/href="javascript:ran()">x</a>',
];

/** What no page of the console has of its own. */
const strange = [
  ...[
    'img',
    'svg',
    'object',
    'embed',
    'base',
    'iframe:not([name=site])',
    'script:not([src="/console.js"])',
    'a[href^="javascript:"]',
  ],
  ...['[onerror]', '[onload]', '[onfocus]', '[autofocus]', 'form:not([action^="/"])'],
].join();

function sendRaw(port: number, head: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.on('close', () => resolve()).resume();
    socket.end(`${head}\r\nConnection: close\r\n\r\n`);
  });
}

/** The payload wherever a request can hold it: target, Host, names and values of fields and cookies, the id of the request. */
async function sendEverywhere({ ports }: Lab, payload: string): Promise<void> {
  const token = payload.replace(/[^\w!#$%&'*+.^`|~-]/g, "'");
  for (const target of [`/owa/${payload}`, `/owa/?${payload}`, `/${payload}`, payload, `http://${payload}/`])
    await sendRaw(ports.gateway, `GET ${target} HTTP/1.1\r\nHost: mail.localhost`);
  const fields = [
    `Referer: http://x/${payload}`,
    `User-Agent: ${payload}`,
    `X-Request-Id: ${payload}`,
    `Cookie: ${payload}=1; ${payload}`,
  ];
  await sendRaw(ports.gateway, `GET /owa/ HTTP/1.1\r\nHost: mail.localhost\r\n${fields.join('\r\n')}\r\n${token}: ${payload}`);
  for (const host of [payload, `mail.localhost:${payload}`, `${payload}@mail.localhost`])
    await sendRaw(ports.gateway, `GET /owa/ HTTP/1.1\r\nHost: ${host}`);
  for (const port of [ports.exchange, ports.office365])
    await sendRaw(port, `GET /owa/${payload}?${payload} HTTP/1.1\r\nHost: ${payload}\r\nX-Request-Id: ${payload}`);
  const form = new URLSearchParams({ curl: payload, username: payload, password: payload, formdir: payload }).toString();
  const type = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}`;
  await sendRaw(
    ports.gateway,
    `POST /CookieAuth.dll?Logon HTTP/1.1\r\nHost: mail.localhost\r\n${type}\r\nConnection: close\r\n\r\n${form}`,
  );
}
/** Opens a page and looks for whatever should not be there. */
async function looksClean(t: ExecutionContext, page: Page, address: string): Promise<string> {
  await page.goto(address);
  t.is(await page.locator(strange).count(), 0, address);
  return page.locator('body').innerText();
}

chromiumTest(
  'Chromium runs nothing, finds no strange element and asks nobody else on any page, stream or file of the console, whatever people send',
  async (t, { lab, context }) => {
    const url = await startConsoleOf(t, lab);
    const page = await context.newPage();
    const ran: unknown[] = [];
    await page.exposeFunction('ran', () => ran.push('ran'));
    page.on('dialog', (dialog) => void dialog.dismiss());
    const asked = requestsOf(context);

    await page.goto(url);
    await page.getByText('Or choose for yourself').click();
    await page.getByLabel('Published server logoff URL').fill(`/owa/${payloads[0]}`);
    const own = page.locator('form', { has: page.locator('#own-exchange') });
    await own.getByRole('button', { name: 'Try it yourself' }).click();
    await page.waitForURL(/\/runs\/run-1$/);
    t.true((await page.locator('body').innerText()).includes(`/owa/${payloads[0]}`));
    for (const payload of payloads) {
      await sendEverywhere(lab, payload);
      await lab.sessions.create({
        ...{ user: payload, password: 'x', stamp: 'x', listener: payload, publicName: payload, clientAddress: '127.0.0.1' },
        ...{ bindToClientAddress: true, trusted: true, lifetime: { kind: 'idle', length: 21_600_000 } },
      });
    }
    // What came by the stream.
    await page
      .locator('.hop')
      .filter({ hasText: payloads.at(-1) as string })
      .first()
      .waitFor();
    t.is(await page.locator(strange).count(), 0);

    for (const path of ['/', '/runs/run-1', '/compare?left=run-1&right=run-1', '/sessions'])
      t.true((await looksClean(t, page, `${url}${path}`)).includes(payloads[0] as string), path);
    for (const payload of payloads) {
      const written = encodeURIComponent(payload);
      for (const path of [
        `/facts?text=${written}`,
        `/matrix/cell?id=${written}`,
        `/matrix?suite=${written}`,
        `/matrix?${written}=1`,
      ])
        await looksClean(t, page, `${url}${path}`);
      for (const path of [
        `/runs/${written}`,
        `/compare?left=${written}`,
        `/sessions?notice=${written}`,
        `/sessions/end?user=${written}`,
      ])
        await looksClean(t, page, `${url}${path}`);
      for (const path of [`/${written}`, `/api/sessions?user=${written}`, `/api/trace/export?format=${written}`])
        await looksClean(t, page, `${url}${path}`);
    }
    const folder = makeTemporaryFolder('files').path;
    for (const path of ['/runs/run-1/export?format=html', '/api/trace/export?format=html']) {
      const file = join(folder, `${path.slice(1, 4)}.html`);
      await writeFile(file, await (await fetch(`http://127.0.0.1:${new URL(url).port}${path}`)).text());
      t.true((await looksClean(t, page, pathToFileURL(file).href)).includes(payloads[0] as string), path);
    }
    t.deepEqual(ran, []);
    const strangers = asked.filter((address) => !address.startsWith(`${url}/`) && !/^(data|file):/.test(address));
    t.deepEqual(strangers, []);
  },
);

/** What a hostile site finds of the page that leads to it. */
const prying = `<h1>site</h1><script>
const tried = (look) => { try { return String(look()); } catch (error) { return error.name; } };
window.found = {
  opener: tried(() => window.opener),
  referrer: document.referrer,
  page: tried(() => window.parent === window ? 'none' : window.parent.document.title),
};
</script><button onclick="window.left = tried(() => { top.location.href = 'http://evil.invalid/'; })">Win</button>`;

chromiumTest(
  'a hostile site learns nothing of the console that shows it, in a tab or in a frame, and cannot lead it elsewhere',
  async (t, { lab, context }) => {
    const url = await startConsoleOf(t, lab);
    await context.route(/^http:\/\/mail\.localhost:/, (route) => route.fulfill({ contentType: 'text/html', body: prying }));
    const page = await context.newPage();
    await page.goto(url);
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'CU1 breaks it', exact: true }) });
    await card.getByRole('button', { name: 'Try it yourself' }).click();
    const link = page.getByRole('link', { name: /^http:\/\/mail\.localhost/ });
    const [tab] = await Promise.all([context.waitForEvent('page'), link.click()]);
    await tab.getByRole('heading', { name: 'site' }).waitFor();
    t.deepEqual(await tab.evaluate('found'), { opener: 'null', referrer: '', page: 'none' });

    await page.getByText('Show the site beside this page').click();
    const frame = page.frame('site');
    const site = page.frameLocator('iframe[name=site]');
    await site.getByRole('heading', { name: 'site' }).waitFor();
    t.deepEqual(await frame?.evaluate('found'), { opener: 'null', referrer: '', page: 'SecurityError' });
    await site.getByRole('button', { name: 'Win' }).click();
    t.is(await frame?.evaluate('left'), 'SecurityError');
    t.is(page.url(), `${url}/runs/run-1`);
  },
);
