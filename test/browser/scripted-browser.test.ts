import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { runDecide } from '../../src/browser/page-script.ts';
import { createScriptCache } from '../../src/browser/script-cache.ts';
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
  t.deepEqual(decide('return {do: "submit", form: "f", url: "/"}'), { do: 'submit', form: 'f' });
  t.is(decide('return null'), null);
  t.is(decide(''), null);
  t.throws(() => decide('return {do: "format", disk: "c"}'), {
    message: /expected navigate with a url, submit with a form, or dialog with a text/,
  });
  t.throws(() => runDecide('for (;;);', {}, 'load', 50), { message: 'a page’s script timed out after 50 ms' });
  t.throws(() => decide('return process.env'), { message: /script failed/ });
  t.throws(() => decide('return eval("1")'));
  t.throws(() => decide('import("x").catch((e) => e.constructor)'), { message: /may not import/ });
  t.throws(() => decide('throw { get message() { for (;;); } }'), { message: 'a page’s script failed' });
  const hostile = 'JSON.stringify = () => ({ toString() { for (;;); } }); globalThis.decide = () => 1';
  t.throws(() => runDecide(hostile, {}, 'load'), { message: /nothing that can be read/ });
});

/** A page with a script that decides `decision` upon every event but, for a click, the loading. */
function acting(decision: object, on: 'load' | 'click', content: string): Record<string, string> {
  const script = `globalThis.decide = (data, event) => event === data.on ? ${JSON.stringify(decision)} : null`;
  const head = `<script type="application/json" id="page-data">{"on":"${on}"}</script><script id="page-decide" src="/decide.js"></script>`;
  return { '/': `${head}<button data-event="click">Go</button>${content}`, '/decide.js': script };
}

/** Serves `files` by path and anything else as an empty page; `seen` has each request with its cookies, and its body if any. */
function serve(files: Record<string, string>, headers: Record<string, Record<string, string>> = {}, status = 200) {
  const seen: string[] = [];
  const respond: RequestListener = async (request, response) => {
    const body = (await request.toArray()).join('');
    seen.push([request.method, request.url, request.headers.cookie, body].filter(Boolean).join(' '));
    const own = headers[request.url ?? ''] ?? {};
    response.writeHead('Location' in own ? 302 : status, own).end(files[request.url ?? ''] ?? '');
  };
  return { seen, respond };
}

const form = (method: string) =>
  `<form name="token" method="${method}" action="/token?a=b"><input type="hidden" name="t" value="1 &amp; 2"><input name="empty">
  <input type="checkbox" name="no" value="x"><input type="submit" name="s" value="x"><button name="b" value="x">Go on</button></form>`;

for (const on of ['load', 'click'] as const)
  test(`a script that decides upon ${on} to submit a form posts it, without any button`, async (t) => {
    const { seen, respond } = serve(acting({ do: 'submit', form: 'token' }, on, form('post')));
    const { browser, origin } = await start(t, respond);
    await browser.visit(`${origin}/`);
    if (on === 'click') t.deepEqual(await browser.click('click'), { do: 'submit', form: 'token' });
    t.deepEqual(seen, ['GET /', 'GET /decide.js', 'POST /token?a=b t=1+%26+2&empty=']);
    t.is(browser.page()?.url, `${origin}/token?a=b`);
  });

for (const [what, from, method] of [
  ['another site', 'http://other.localhost/data', 'POST'],
  ['its own site with a method that a form cannot have', '/data', 'DELETE'],
] as const)
  test(`a page’s data is not asked of ${what}`, async (t) => {
    const block = JSON.stringify({ from, method });
    const page = `<script type="application/json" id="page-data">${block}</script><script id="page-decide" src="/decide.js"></script>`;
    const { seen, respond } = serve({ '/': page, '/decide.js': 'globalThis.decide = () => null' });
    const { browser, origin } = await start(t, respond);
    await t.throwsAsync(browser.visit(`${origin}/`), { message: /expected GET or POST from its own origin/ });
    t.deepEqual(seen, ['GET /', 'GET /decide.js']);
  });

test('a form that is not posted becomes the query, with its button when a person submits it', async (t) => {
  const { seen, respond } = serve({ '/': form('get') });
  const { browser, origin } = await start(t, respond);
  await browser.visit(`${origin}/`);
  await browser.submit('token', { empty: 'no more' });
  t.deepEqual(seen, ['GET /', 'GET /token?t=1+%26+2&empty=no+more&s=x&b=x']);
});

test('a page that submits itself for ever, or a form that it does not have, is given up', async (t) => {
  const endless = acting({ do: 'submit', form: 'token' }, 'load', '<form name="token" method="post" action="/"></form>');
  const loop = await start(t, serve(endless).respond);
  await t.throwsAsync(loop.browser.visit(`${loop.origin}/`), { message: /more than 20 hops/ });
  const none = await start(t, serve(acting({ do: 'submit', form: 'token' }, 'load', '')).respond);
  await t.throwsAsync(none.browser.visit(`${none.origin}/`), { message: /there is no form "token" on/ });
});

test('a 307 keeps method and body, a 302 does not', async (t) => {
  for (const [status, last] of [
    [307, 'POST /there t=1+%26+2&empty=&s=x&b=x'],
    [302, 'GET /there'],
  ] as const) {
    const seen: string[] = [];
    const { browser, origin } = await start(t, async (request, response) => {
      seen.push(`${request.method} ${request.url} ${(await request.toArray()).join('')}`.trim());
      if (request.url === '/') response.end(form('post'));
      else if (request.url === '/there') response.end();
      else response.writeHead(status, { Location: '/there' }).end();
    });
    await browser.visit(`${origin}/`);
    await browser.submit('token', {});
    t.is(seen.at(-1), last);
  }
});

test('[E-20] images and frames of a page are fetched once each, with cookies and redirects, before its script decides', async (t) => {
  const away = '<img src="http://example.com/x"><img src="data:,x"><img src=""><iframe src="http://["></iframe><img src="/loop">';
  const page = acting(
    { do: 'navigate', url: '/next' },
    'load',
    `${away}<img src="/out?a=1&amp;b=2"><iframe src="/frame"></iframe><iframe src="/frame">`,
  );
  const headers = {
    '/': { 'Set-Cookie': 'x=1' },
    '/out?a=1&b=2': { Location: '/out2', 'Set-Cookie': 'y=2' },
    '/loop': { Location: '/loop' },
  };
  const { seen, respond } = serve({ ...page, '/frame': '<img src="/not-fetched">' }, headers);
  const { browser, origin } = await start(t, respond);
  t.is((await browser.visit(`${origin}/`)).url, `${origin}/next`);
  t.deepEqual(
    seen.filter((request) => request !== 'GET /loop x=1'),
    ['GET /', 'GET /decide.js x=1', 'GET /out?a=1&b=2 x=1', 'GET /out2 x=1; y=2', 'GET /frame x=1; y=2', 'GET /next x=1; y=2'],
  );
  t.is(seen.length, 6 + 20);
});

test('what is not HTML has no elements', async (t) => {
  const { respond, seen } = serve({ '/': `${form('post')}<img src="/x">` }, { '/': { 'Content-Type': 'text/plain' } });
  const { browser, origin } = await start(t, respond);
  t.is((await browser.visit(`${origin}/`)).root.querySelector('form'), null);
  t.deepEqual(seen, ['GET /']);
});

const page = acting({ do: 'dialog', text: 'x' }, 'click', '');

for (const [field, status, times] of [
  ['public, max-age=60', 200, 1],
  ['PUBLIC, Max-Age="60"', 200, 1],
  ['max-age=60', 200, 2],
  ['public', 200, 2],
  ['public, max-age=0', 200, 2],
  ['public, max-age=60, no-cache', 200, 2],
  ['public, max-age=60', 203, 2],
] as const)
  test(`a script sent with ${status} and Cache-Control: ${field} is asked for ${times === 1 ? 'once' : 'again'}`, async (t) => {
    const { seen, respond } = serve(page, { '/decide.js': { 'Cache-Control': field } }, status);
    const { browser, origin } = await start(t, respond);
    await browser.visit(`${origin}/`);
    await browser.clone().visit(`${origin}/`);
    t.is(seen.filter((request) => request === 'GET /decide.js').length, times);
  });

test('a kept script is asked for again when its time is over by the lab’s clock', async (t) => {
  const { seen, respond } = serve(page, { '/decide.js': { 'Cache-Control': 'public, max-age=60' } });
  const { browser, origin, clock } = await start(t, respond);
  for (const [ms, times] of [
    [0, 1],
    [59_999, 1],
    [1, 2],
    [59_999, 2],
  ] as const) {
    clock.advance(ms);
    await browser.visit(`${origin}/`);
    t.is(seen.filter((request) => request === 'GET /decide.js').length, times);
  }
  t.deepEqual(await browser.click('click'), { do: 'dialog', text: 'x' });
});

test('browsers that share a cache ask for a script once; those of an earlier clock, and pages, are not served from it', async (t) => {
  const { seen, respond } = serve(page, { '/decide.js': { 'Cache-Control': 'public, max-age=60' } });
  const { origin } = await start(t, respond);
  const cache = createScriptCache();
  for (const [time, requests] of [
    [1_000_000, 2],
    [1_000_000, 3],
    [999_999, 5],
  ] as const) {
    const browser = createScriptedBrowser(standingClock(time), { cache });
    await browser.visit(`${origin}/`);
    t.deepEqual(await browser.click('click'), { do: 'dialog', text: 'x' });
    browser.close();
    t.is(seen.length, requests);
  }
});

test('a decision is not made twice, and remembered for the same script, data and event only', (t) => {
  const cache = createScriptCache();
  const script = 'globalThis.decide = (data, event) => ({do: "dialog", text: data.a + event})';
  const said = (source: string, a: number, event: string) => cache.decide(source, { a }, event);
  const random = 'globalThis.decide = () => ({do: "dialog", text: String(Math.random())})';
  t.deepEqual(said(random, 1, 'load'), said(random, 1, 'load'));
  for (const round of [1, 2]) {
    t.deepEqual(said(script, 1, 'load'), { do: 'dialog', text: '1load' }, String(round));
    t.deepEqual(said(script, 2, 'load'), { do: 'dialog', text: '2load' });
    t.deepEqual(said(script, 1, 'click'), { do: 'dialog', text: '1click' });
    t.is(said(`${script} && null`, 1, 'load'), null);
  }
});

test('a kept connection that the server closes just as it is used again loses no request', async (t) => {
  const used = new WeakSet<object>();
  let resets = 0;
  const { browser, origin } = await start(t, ({ socket }, response) => {
    if (used.has(socket)) {
      resets++;
      socket.resetAndDestroy();
    } else response.end('<p>there</p>');
    used.add(socket);
  });
  await browser.visit(`${origin}/a`);
  t.is((await browser.visit(`${origin}/b`)).url, `${origin}/b`);
  t.is(resets, 1);
});

test('a new connection that is reset gave no answer, and nothing is sent twice', async (t) => {
  let asked = 0;
  const { browser, origin } = await start(t, ({ socket }) => {
    asked++;
    socket.resetAndDestroy();
  });
  await t.throwsAsync(browser.visit(`${origin}/a`), { code: 'unreachable' });
  t.is(asked, 1);
});
