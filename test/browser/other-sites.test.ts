import { createServer } from 'node:http';
import { listen } from '../../src/listen.ts';
import { chromiumTests } from './chromium.ts';
import { startConsoleOf } from './console-rig.ts';

const chromiumTest = chromiumTests();

/** What a page of another site can try without being asked; each value is how that ended. */
const attack = (target: string) => `(async () => {
  const settled = (work) => work.then(() => 'answered', () => 'refused');
  const event = (element, good) => new Promise((resolve) => {
    element.addEventListener(good, () => resolve('loaded'));
    element.addEventListener('error', () => resolve('refused'));
  });
  const picture = new Image();
  const script = document.createElement('script');
  const stream = new EventSource('${target}/stream');
  const events = [event(picture, 'load'), event(script, 'load'), event(stream, 'open')];
  picture.src = '${target}/matrix/cell?id=exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff';
  script.src = '${target}/console.js';
  document.head.append(script);
  const form = { method: 'POST', body: new URLSearchParams({ all: 'yes' }), mode: 'no-cors' };
  const json = { method: 'POST', body: '{"advance":"8h"}', headers: { 'Content-Type': 'application/json' } };
  const [picked, ran, followed] = await Promise.all(events);
  stream.close();
  return {
    picked, ran, followed,
    read: await settled(fetch('${target}/api/trace')),
    unread: await settled(fetch('${target}/stream', { mode: 'no-cors' })),
    form: await settled(fetch('${target}/sessions/end', form)),
    json: await settled(fetch('${target}/api/clock', json)),
    deletes: await settled(fetch('${target}/api/sessions', { method: 'DELETE' })),
  };
})()`;

// On this machine too, for a browser may keep pages from elsewhere away from it by itself.
for (const name of ['mail.localhost', 'evil.localhost'])
  chromiumTest(
    `a page of ${name} can do nothing to the console of somebody who has it open in the same browser`,
    async (t, { lab, context }) => {
      const url = await startConsoleOf(t, lab);
      await lab.sessions.create({
        ...{
          user: 'lab\\alice',
          password: 'x',
          stamp: 'x',
          listener: 'Lab',
          publicName: 'mail.localhost',
          clientAddress: '127.0.0.1',
        },
        ...{ bindToClientAddress: true, trusted: true, lifetime: { kind: 'idle', length: 21_600_000 } },
      });
      const site = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<h1>evil</h1>'));
      t.teardown(() => void site.close());
      const from = `http://${name}:${await listen(site, 0, '127.0.0.1')}`;
      const page = await context.newPage();
      await page.goto(`${from}/`);
      const before = lab.clock.now();
      t.deepEqual(await page.evaluate(attack(url)), {
        ...{ picked: 'refused', ran: 'refused', followed: 'refused', read: 'refused', unread: 'refused', form: 'refused' },
        ...{ json: 'refused', deletes: 'refused' },
      });
      t.is((await lab.sessions.list()).length, 1);
      t.true(lab.clock.now() - before < 3_600_000);

      const [opened] = await Promise.all([
        context.waitForEvent('page'),
        page.evaluate(`void (globalThis.opened = open('${url}/sessions/end?all=yes'))`),
      ]);
      await opened.getByRole('button', { name: 'End every session of everybody' }).waitFor();
      t.is(await page.evaluate('opened.closed'), true);
      t.is(await opened.evaluate('window.opener'), null);

      const refused = page.waitForEvent('requestfailed', (sent) => sent.url() === `${url}/sessions`);
      await page.evaluate(`document.body.innerHTML = '<iframe src="${url}/sessions"></iframe>'; 0`);
      t.regex((await refused).failure()?.errorText ?? '', /BLOCKED_BY_RESPONSE/);

      const form = `<form method="post" action="${url}/sessions/end"><input name="all" value="yes"></form>`;
      await page.evaluate(`document.body.innerHTML = '${form}'; document.querySelector('form').submit()`);
      await page.getByRole('heading', { name: 'That cannot be' }).waitFor();
      t.is((await lab.sessions.list()).length, 1);
    },
  );
