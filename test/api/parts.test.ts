import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadProfiles } from '../../src/exchange/profile.ts';
import { createScriptedBrowser, judge, LabError, startExchange, startGateway, startLab, verdictCodes } from '../../src/index.ts';
import { isExchange } from '../../src/regression/cell.ts';
import { allCells, caseOf } from '../../src/regression/cells.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { expectationFor } from '../../src/regression/expectation-for.ts';
import { differences } from '../../src/regression/judge.ts';
import { send } from '../send-request.ts';

const ALICE = { username: 'lab\\alice', password: 'Passw0rd!' };
const rule = (to: string) => ({ name: 'OWA', publicNames: ['owa.localhost'], paths: ['/owa/*'], to, delegation: 'basic' });
const users = { 'lab\\alice': 'Passw0rd!' };

function browserOf(t: ExecutionContext, options: Parameters<typeof createScriptedBrowser>[0] = {}) {
  const browser = createScriptedBrowser(options);
  t.teardown(browser.close);
  return browser;
}

test('a lab comes to what the committed expectations say, at every name and as it is switched', async (t) => {
  await using lab = await startLab();
  const owa = { suite: 'exchange', app: 'owa', client: 'premium', via: 'gateway', match: 'contains' };
  const isPlain = (cell: object) => Object.entries(owa).every(([key, value]) => (cell as Record<string, unknown>)[key] === value);
  const cells = allCells(await loadProfiles())
    .filter(isExchange)
    .filter(isPlain);
  const tried = cells.filter(
    ({ profile, frontEnd, vdirAuth, options, signOutKindSource, logoffUrl }) =>
      /^(2010|2013-cu1|2013-cu8|2013-cu9-announced)$/.test(profile) &&
      profile === frontEnd &&
      options === null &&
      /^(basic|adfs|digest)$/.test(vdirAuth) &&
      signOutKindSource === 'shipped' &&
      /logoff\.owa$|signout|Cmd/.test(logoffUrl ?? ''),
  );
  t.true(tried.length >= 20);
  for (const cell of tried) {
    const { profile, vdirAuth, logoffUrl } = cell;
    await lab.configure({ profile, vdirAuth, logoffUrl, clearCookies: false });
    const seen = await lab.tryToSignOut();
    const expected = expectationFor(caseOf(cell));
    t.deepEqual(expected && differences({ ...seen, addIn: null }, expected), [], `${cell.id}: ${seen.because}`);
  }
});

test('a lab says which logoff URL its gateway has watched for in vain', async (t) => {
  await using lab = await startLab();
  await lab.configure({ profile: '2013-cu9-announced', vdirAuth: 'basic', logoffUrl: '?Cmd=logoff' });
  t.regex((await lab.tryToSignOut()).because, /none matches "\?Cmd=logoff"/);
});

test('a lab names its sites, knows who is signed in, and forgets all of it', async (t) => {
  const lab = await startLab();
  t.teardown(lab.close);
  const browser = browserOf(t, { clock: lab.clock });
  await browser.visit(lab.url('2013-cu1'));
  await browser.submit('logonForm', ALICE);
  t.like((await lab.sessions())[0], { user: 'lab\\alice', publicName: '2013-cu1.localhost', connections: 0 });
  t.true(lab.trace().events.some(({ party, identity }) => party === 'mailbox' && identity === 'lab\\alice'));
  t.notRegex(JSON.stringify([lab.trace(), await lab.sessions()]), /Passw0rd|stamp/);
  await lab.reset();
  t.deepEqual([await lab.sessions(), lab.trace().events], [[], []]);
  t.throws(() => lab.url('2013-cu99'), {
    instanceOf: LabError,
    message: /no public name "2013-cu99\.localhost"; there are legacy, 2007, /,
  });
  await t.throwsAsync(lab.configure({ profile: 'none' }), {
    instanceOf: LabError,
    code: 'configuration',
    message: /^profile: expected one of .* got "none"$/,
  });
});

test('a browser tells the way to its page, and that a dialog leads nowhere', async (t) => {
  await using lab = await startLab();
  const browser = browserOf(t, { clock: lab.clock });
  const way = () => browser.way().map(({ method, url, status }) => `${method} ${new URL(url).pathname} ${status}`);
  await browser.visit(lab.url('2013-cu1'));
  t.deepEqual(way(), ['GET /owa/ 302', 'GET /CookieAuth.dll 200']);
  await browser.submit('logonForm', ALICE);
  t.deepEqual(way(), ['POST /CookieAuth.dll 302', 'GET /owa/ 200']);
  t.like(await browser.click('sign-out'), { do: 'dialog' });
  t.deepEqual(way(), []);
});

test('what is started closes with its block', async (t) => {
  const ports: number[] = [];
  {
    await using lab = await startLab();
    await using exchange = await startExchange();
    await using gateway = await startGateway({ users, rules: { rules: [rule(exchange.url.slice(0, -5))] } });
    using browser = createScriptedBrowser();
    ports.push(...Object.values(lab.ports), exchange.port, gateway.port);
    t.is((await browser.visit(gateway.url)).status, 200);
  }
  t.is(ports.length, 5);
  for (const port of ports) await t.throwsAsync(send(port, 'GET', '/', {}), { code: 'ECONNREFUSED' });
});

test('what is started listens on 127.0.0.1 alone', async (t) => {
  await using lab = await startLab();
  await using exchange = await startExchange();
  await using gateway = await startGateway({ users, rules: { rules: [rule('http://127.0.0.1:1')] } });
  for (const port of [...Object.values(lab.ports), exchange.port, gateway.port]) {
    const socket = connect({ host: '127.0.0.2', port });
    t.teardown(() => socket.destroy());
    await t.throwsAsync(once(socket, 'connect'), { code: 'ECONNREFUSED' }, String(port));
  }
});

test('a gateway tells a stranger no name that it publishes, and of a session what its type says', async (t) => {
  await using gateway = await startGateway({ users, rules: { rules: [rule('http://127.0.0.1:1')] } });
  const { status, body } = await send(gateway.port, 'GET', '/owa/', { Host: 'none.localhost' });
  t.is(status, 404);
  t.notRegex(body, /owa\.localhost/);
  const browser = browserOf(t);
  await browser.visit(gateway.url);
  const { next } = gateway.trace();
  t.deepEqual(gateway.trace(next).events, []);
  await browser.submit('logonForm', ALICE);
  const of = ['clientAddress', 'connections', 'expiresAt', 'lastUsedAt', 'loggedOnAt', 'publicName', 'user'];
  t.deepEqual(
    (await gateway.sessions()).map((session) => Object.keys(session).sort()),
    [of],
  );
});

test('a gateway reads its rules from a file, from text and from a value', async (t) => {
  const folder = makeTemporaryFolder('rules').path;
  const text = `listener: { validate: { users: ${join(process.cwd(), 'rules/users.yaml')} } }\nversion: 1\nrules: [${JSON.stringify(rule('http://127.0.0.1:1'))}]\n`;
  writeFileSync(join(folder, 'rules.yaml'), text);
  const value = { rules: [rule('http://127.0.0.1:1')] };
  for (const options of [{ rules: join(folder, 'rules.yaml') }, { rules: folder }, { rules: text }, { rules: value, users }]) {
    await using gateway = await startGateway(options);
    t.is(gateway.url, `http://owa.localhost:${gateway.port}/owa/`);
    const browser = browserOf(t);
    await browser.visit(gateway.url);
    // Nobody listens behind it: who is let in gets that far.
    t.is((await browser.submit('logonForm', ALICE)).status, 502);
    t.is((await gateway.sessions()).length, 1);
  }
});

test('users that are given take the place of those in a file', async (t) => {
  await using gateway = await startGateway({ rules: 'rules/lab.yaml', users: { carol: 'correct horse' } });
  const browser = browserOf(t);
  const visit = async (fields: Record<string, string>) => {
    await browser.visit(`http://mail.localhost:${gateway.port}/owa/`);
    await browser.submit('logonForm', fields);
    return (await gateway.sessions()).map(({ user }) => user);
  };
  t.deepEqual(await visit(ALICE), []);
  t.deepEqual(await visit({ username: 'carol', password: 'correct horse' }), ['carol']);
  t.is(await gateway.endSessions(), 1);
  t.deepEqual(await gateway.sessions(), []);
});

test('a password that is no text is refused without being said', async (t) => {
  const start = (password: unknown) =>
    startGateway({ rules: { rules: [rule('http://127.0.0.1:1')] }, users: { carol: password as string } });
  const message = /^users: expected a text as the password of "carol", got (\w+)$/;
  for (const [password, type] of [
    [undefined, 'undefined'],
    [8675309, 'number'],
    [null, 'null'],
  ] as const) {
    const error = await t.throwsAsync(start(password), { instanceOf: LabError, code: 'configuration' });
    t.is(message.exec(error.message)?.[1], type);
  }
});

test('a gateway refuses rules with a mistake, says where it is, and goes on by the old ones', async (t) => {
  const wrong = { rules: [{ ...rule('http://127.0.0.1:1'), publicName: 'x' }] };
  await t.throwsAsync(startGateway({ rules: wrong, users }), { instanceOf: LabError, message: /rules:\d+:\d+: .*publicName/ });
  await t.throwsAsync(startGateway({ rules: 'no-such.yaml' }), { message: /no-such\.yaml.*does not exist/ });
  await using gateway = await startGateway({ rules: { rules: [rule('http://127.0.0.1:1')] }, users });
  await t.throwsAsync(gateway.setRules(wrong), { message: /publicName/ });
  const asked = async (host: string) => (await send(gateway.port, 'GET', '/owa/', { Host: host })).status;
  t.deepEqual([await asked('owa.localhost'), await asked('new.localhost')], [302, 404]);
  await gateway.setRules({ rules: [{ ...rule('http://127.0.0.1:1'), publicNames: ['new.localhost'] }] });
  t.deepEqual([await asked('owa.localhost'), await asked('new.localhost')], [404, 302]);
  t.is(gateway.url, `http://new.localhost:${gateway.port}/owa/`);
  t.true(gateway.trace().events.length > 0);
});

test('a mock Exchange answers at every name, as the build and the files that it was given', async (t) => {
  await using exchange = await startExchange({ profile: '2013-cu8', vdirAuth: 'fba', signOutKind: { feOwa: 'Other' } });
  const ask = (host: string) => send(exchange.port, 'GET', '/owa/logoff.owa', { Host: host });
  for (const host of ['127.0.0.1', '2013-cu1.localhost', 'www.example.com:8443'])
    t.is(
      (await ask(host)).location,
      `http://${host}/owa/auth/signout.aspx?url=&reason=0`.replace('url=&', `url=${encodeURIComponent(`http://${host}/owa/`)}&`),
    );
  t.true(exchange.trace().events.length > 0);
});

test('a mock Exchange that cannot be leaves no port behind, and says why', async (t) => {
  await t.throwsAsync(startExchange({ profile: '2013-cu99' }), {
    instanceOf: LabError,
    message: /^profile: expected one of .* got "2013-cu99"/,
  });
  await t.throwsAsync(startExchange({ options: { landing: 'moon' } }), {
    message: /^options: option landing: expected logon or signout/,
  });
  await t.throwsAsync(startExchange({ webConfig: { beOwa: '<a' } }), { instanceOf: LabError });
  await using first = await startExchange();
  await t.throwsAsync(startExchange({ port: first.port }), { message: /another program listens there already/ });
});

test('a gateway and a browser go by the clock of another part', async (t) => {
  await using exchange = await startExchange({ profile: '2013-cu1' });
  const { clock } = exchange;
  await using gateway = await startGateway({ users, clock, rules: { rules: [rule(`http://127.0.0.1:${exchange.port}`)] } });
  const browser = browserOf(t, { clock });
  await browser.visit(gateway.url);
  await browser.submit('logonForm', ALICE);
  clock.advance(10 * 60_000);
  t.regex((await browser.visit(gateway.url)).url, /CookieAuth\.dll\?GetLogon/);
});

test('a browser keeps a cookie for as long as its clock says', async (t) => {
  const server = createServer((asked, answer) => answer.setHeader('Set-Cookie', 'a=1; Max-Age=3600').end(asked.headers.cookie));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => server.close());
  await using exchange = await startExchange();
  const browser = browserOf(t, { clock: exchange.clock });
  const address = `http://localhost:${(server.address() as AddressInfo).port}/`;
  await browser.visit(address);
  const sent = async () => (await browser.probe('GET', address)).body;
  exchange.clock.advance(1_000_000);
  t.is(await sent(), 'a=1');
  exchange.clock.advance(3_000_000);
  t.is(await sent(), '');
});

test('log lines go where they are told to', async (t) => {
  let log = '';
  const rules = { rules: [rule('http://127.0.0.1:1')] };
  await using gateway = await startGateway({ users, rules, log: { write: (line) => (log += line) } });
  const browser = browserOf(t);
  await browser.visit(gateway.url);
  await browser.submit('logonForm', { ...ALICE, password: 'hunter2' });
  t.regex(log, /logon failed/);
  t.notRegex(log, /hunter2/);
});

test('a judge whom nobody tells what is watched for does not pretend to know', (t) => {
  const seen = {
    clientAction: 'dialog',
    requests: [],
    detectedBy: null,
    landing: null,
    sessionBefore: 'a',
    sessionAfter: 'a',
  } as const;
  const left = { proxyAccepts: true, proxyAcceptsOldCookie: true, sessionOfFreshVisit: 'a', promptedBy: null } as const;
  const ground = { via: 'gateway', vdirAuth: 'basic' } as const;
  const verdict = judge(ground, { ...seen, ...left });
  t.like(verdict, { outcome: 'session-alive', codes: ['SO-02', 'SO-09'] });
  t.false('addIn' in verdict);
  t.notRegex(verdict.because, /match|undefined/);
  t.regex(judge({ ...ground, logoffUrl: '/bye' }, { ...seen, ...left }).because, /nothing could match "\/bye"/);
  t.is(verdictCodes.find(({ code }) => code === 'SO-02')?.name, 'proxy-session-survives');
});

test('other rules with the same users leave people signed in, another password does not', async (t) => {
  await using gateway = await startGateway({ users, rules: { rules: [rule('http://127.0.0.1:1')] } });
  const body = new URLSearchParams({ curl: 'Z2F', flags: '0', username: 'lab\\alice', password: 'Passw0rd!' }).toString();
  const Host = 'owa.localhost';
  await send(gateway.port, 'POST', '/CookieAuth.dll?Logon', { Host, 'Content-Type': 'application/x-www-form-urlencoded' }, body);
  t.is((await gateway.sessions()).length, 1);
  await gateway.setRules({ rules: [{ ...rule('http://127.0.0.1:1'), name: 'Renamed' }] });
  t.is((await gateway.sessions()).length, 1);
  await gateway.setRules({ rules: [rule('http://127.0.0.1:1')] }, { 'lab\\alice': 'another password' });
  t.deepEqual(await gateway.sessions(), []);
});
