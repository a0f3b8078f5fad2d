import { createConsole } from '../../src/console/console.ts';
import { chromiumTests } from './chromium.ts';

const chromiumTest = chromiumTests();
const TOKEN = 'sixteen-characters';

chromiumTest(
  'a browser that was given the token sends it with pages, forms, the module and the stream that keeps the page up to date',
  async (t, { lab, context }) => {
    const api = createConsole({ sessions: lab.sessions, admin: lab, lab, token: TOKEN });
    t.teardown(() => api.close());
    const url = `http://127.0.0.1:${await api.listen(0, '127.0.0.1')}`;
    const page = await context.newPage();
    const refused: string[] = [];
    page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
    page.on('response', (answer) => answer.status() === 401 && refused.push(answer.url()));
    const streams = page.waitForResponse(`${url}/sessions/stream`);
    await page.goto(`${url}/sessions`);
    t.is((await streams).status(), 200);
    await lab.sessions.create({
      ...{ user: '<b>lab</b>\\alice', password: 'x', stamp: 'x', listener: 'Lab', publicName: 'mail.localhost' },
      ...{ clientAddress: '127.0.0.1', bindToClientAddress: true, trusted: true },
      lifetime: { kind: 'idle', length: 21_600_000 },
    });
    lab.recorder.record({ exchange: 'x', party: 'gateway', kind: 'session' });
    const row = page.getByRole('rowheader', { name: '<b>lab</b>\\alice' });
    await row.waitFor();
    await page.locator('#said', { hasText: '1 session, of <b>lab</b>\\alice, began.' }).waitFor({ state: 'attached' });
    await page.getByRole('link', { name: /^End… session/ }).click();
    await page.getByRole('button', { name: 'End this session' }).click();
    await page.getByText('1 session ended:').waitFor();
    await page.getByRole('button', { name: '+8 h' }).click();
    await page.getByText('No session was due.').waitFor();
    t.deepEqual(await context.cookies(), []);
    t.deepEqual(refused, []);
  },
  { httpCredentials: { username: 'anybody', password: TOKEN } },
);
