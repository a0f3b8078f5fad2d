import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { runDecide } from '../../src/browser/page-script.ts';
import { createScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import { standingClock } from '../../src/clock.ts';

async function start(t: ExecutionContext, respond: RequestListener) {
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clock = standingClock();
  const browser = createScriptedBrowser(clock);
  t.teardown(() => {
    browser.close();
    server.close();
    server.closeAllConnections();
  });
  return { browser, clock, origin: `http://site.localhost:${(server.address() as AddressInfo).port}` };
}

test('redirects are followed one hop at a time, each with the cookies of the hop before', async (t) => {
  const seen: string[] = [];
  const { browser, origin } = await start(t, (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.host?.split(':')[0]} ${request.headers.cookie ?? '-'}`);
    if (request.url === '/a') response.writeHead(302, { Location: '/b', 'Set-Cookie': 'x=1; Path=/' }).end();
    else response.end('<p>there</p>');
  });
  const page = await browser.visit(`${origin}/a`);
  t.is(page.url, `${origin}/b`);
  t.deepEqual(seen, ['GET /a site.localhost -', 'GET /b site.localhost x=1']);
});

test('a redirect loop is given up with the address it was at', async (t) => {
  const { browser, origin } = await start(t, (_, response) => response.writeHead(302, { Location: '/again' }).end());
  await t.throwsAsync(browser.visit(`${origin}/`), { message: /more than 20 hops; the last was .*\/again/ });
});

test('cookies expire by the lab’s clock, and deleted ones are gone', async (t) => {
  const { browser, origin, clock } = await start(t, (request, response) => {
    if (request.url === '/set')
      response.setHeader('Set-Cookie', ['hour=1; Max-Age=3600', 'browser=1', 'gone=1', 'gone=; Max-Age=0']);
    response.end(request.headers.cookie ?? '');
  });
  await browser.visit(`${origin}/set`);
  t.is((await browser.probe('GET', `${origin}/`)).body, 'hour=1; browser=1');
  clock.advance(3_600_000);
  t.is((await browser.probe('GET', `${origin}/`)).body, 'browser=1');
});

test('a Basic challenge is answered when a person is there, and from memory afterwards, in clones too', async (t) => {
  const { browser, origin } = await start(t, (request, response) => {
    if (request.headers.authorization) response.end('<p>in</p>');
    else response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end();
  });
  t.is((await browser.visit(`${origin}/`)).status, 401);
  t.is((await browser.visit(`${origin}/`, { user: 'u', password: 'p' })).status, 200);
  t.is((await browser.clone().visit(`${origin}/`)).status, 200);
});

test('a clone keeps its cookies to itself', async (t) => {
  const { browser, origin } = await start(t, (request, response) => {
    response.setHeader('Set-Cookie', 'x=1');
    response.end(request.headers.cookie ?? 'none');
  });
  await browser.clone().visit(`${origin}/`);
  t.is((await browser.probe('GET', `${origin}/`)).body, 'none');
});

test('it leaves this machine neither by address nor by redirect', async (t) => {
  const { browser, origin } = await start(t, (_, response) => response.writeHead(302, { Location: 'http://example.com/' }).end());
  await t.throwsAsync(browser.visit('http://192.0.2.1/'), { message: /this machine/ });
  await t.throwsAsync(browser.visit('http://127.example.com/'), { message: /this machine/ });
  await t.throwsAsync(browser.visit('http://localhost.example.com/'), { message: /this machine/ });
  await t.throwsAsync(browser.visit(`${origin}/`), { message: /example\.com/ });
});

test('a page’s script decides in an empty context, within a time limit, what a page can do', (t) => {
  const decide = (body: string) => runDecide(`globalThis.decide = (data, event) => { ${body} }`, { a: 1 }, 'load');
  t.deepEqual(decide('return {do: "navigate", url: "/" + data.a + event}'), { do: 'navigate', url: '/1load' });
  t.is(decide('return null'), null);
  t.is(decide(''), null);
  t.throws(() => decide('return {do: "format", disk: "c"}'), { message: /expected navigate with a url, or dialog with a text/ });
  t.throws(() => runDecide('for (;;);', {}, 'load', 50), { message: 'a page’s script timed out after 50 ms' });
  t.throws(() => decide('return process.env'), { message: /script failed/ });
  t.throws(() => decide('return eval("1")'));
  t.throws(() => decide('import("x").catch((e) => e.constructor)'), { message: /may not import/ });
  t.throws(() => decide('throw { get message() { for (;;); } }'), { message: 'a page’s script failed' });
  const hostile = 'JSON.stringify = () => ({ toString() { for (;;); } }); globalThis.decide = () => 1';
  t.throws(() => runDecide(hostile, {}, 'load'), { message: /nothing that can be read/ });
});
