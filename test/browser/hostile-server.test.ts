import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { createFetcher } from '../../src/browser/fetch-once.ts';
import { createScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import { standingClock } from '../../src/clock.ts';
import { LabError } from '../../src/errors.ts';

/** Writes as it likes, to whatever is asked; null: closes the connection. */
async function start(t: ExecutionContext, answer: (head: string, write: (text: string) => boolean) => string | null) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (head) => {
      const text = answer(String(head), (more) => !socket.destroyed && socket.write(more));
      if (text === null) socket.destroy();
      else socket.write(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = createScriptedBrowser(standingClock());
  t.teardown(() => {
    browser.close();
    server.close();
  });
  return { browser, origin: `http://site.localhost:${(server.address() as AddressInfo).port}` };
}

const page = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const redirect = (to: string) => `HTTP/1.1 302 Found\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`;
const acting =
  (script: string, data = '{}') =>
  (head: string) =>
    head.startsWith('GET /s.js ')
      ? page(script)
      : page(`<script id="page-data">${data}</script><script id="page-decide" src="/s.js"></script>`);

const broken: [title: string, answer: (head: string) => string | null, message: RegExp][] = [
  ['a redirect to what is no address', () => redirect('http://[?token=Kolibri'), /leads to an address that cannot be read/],
  ['data that are no JSON', acting('1', 'Kolibri'), /are no JSON/],
  ['a script from what is no address', () => page('<script id="page-decide" src="http://[Kolibri">'), /cannot be read/],
  ['a script that fails', acting('throw new Error("Kolibri")'), /script failed/],
  [
    'a script that leads to what is no address',
    acting('globalThis.decide = () => ({ do: "navigate", url: "http://[Kolibri" })'),
    /cannot be read/,
  ],
  ['a page that would take its parser seconds', () => page('<div>Kolibri'.repeat(5_001)), /has more than 5000 tags/],
  ['a circle of redirects with a secret in it', () => redirect('/x?a=Kolibri'), /more than 20 hops; the last was .*\/x\?…$/],
];

for (const [title, answer, message] of broken)
  test(`${title} is the server’s fault, said without what it holds`, async (t) => {
    const { browser, origin } = await start(t, answer);
    const error = await t.throwsAsync(browser.visit(`${origin}/`), { instanceOf: LabError, message });
    t.is((error as LabError).code, 'backend-broken');
    t.notRegex(inspect(error, { depth: 9 }), /Kolibri/);
  });

test('a password that a form has put into an address is in no error', async (t) => {
  const form = '<form action="/in"><input name="who"><input type="password" name="p"></form>';
  const { browser, origin } = await start(t, (head) => (head.startsWith('GET / ') ? page(form) : null));
  await browser.visit(`${origin}/`);
  const error = await t.throwsAsync(browser.submit(0, { who: 'anna', p: 'Kolibri' }), { message: /no answer to GET .*\/in\?…/ });
  t.notRegex(inspect(error, { depth: 9 }), /Kolibri/);
});

test('an answer that changes to another protocol is none', async (t) => {
  const { browser, origin } = await start(t, () => 'HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  await t.throwsAsync(browser.visit(`${origin}/`), { instanceOf: LabError, message: /changed to another protocol/ });
});

for (const [title, begin, piece] of [
  ['a body', 'HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n', 'x'],
  ['interim answers', '', 'HTTP/1.1 102 Processing\r\n\r\n'],
] as const)
  test(`${title} without end, a piece at a time, is given up`, async (t) => {
    const { origin } = await start(t, (_, write) => {
      const go = () => {
        write(piece);
        timer = setTimeout(go, 5);
      };
      let timer = setTimeout(go, 5);
      t.teardown(() => clearTimeout(timer));
      return begin;
    });
    const fetcher = createFetcher(300);
    t.teardown(fetcher.close);
    await t.throwsAsync(fetcher.fetch('GET', `${origin}/`, {}), { instanceOf: LabError, message: /did not end in 0\.3 s/ });
  });
