import test, { type ExecutionContext } from 'ava';
import { CookieJar } from 'tough-cookie';
import { clearCookies, clearPublishedServersCookies } from '../../src/gateway/end-session.ts';
import type { VisitContext } from '../../src/gateway/visit.ts';
import type { LogoffSetting, NamedCookie } from '../../src/rules/publishing-rule.ts';
import { type Change, startRig } from './gateway-rig.ts';

const named: NamedCookie[] = [
  { name: 'UC', path: '/' },
  { name: 'sid', path: '/app' },
];
const theirs = ['UC=hers; Path=/', 'sid=hers; Path=/app', 'theme=dark; Path=/', 'sid=elsewhere; Path=/app/x'];
const signIn = { curl: 'Z2FappZ2F', username: 'corp\\anna', password: 'secret pass' };

/** A published server that gives everybody cookies, at the sign-out too, and one browser that two people use. */
async function startKiosk(t: ExecutionContext, change: Change = {}) {
  const rig = await startRig(t, { ...change, rule: { clearCookies: named, ...change.rule } }, (request, response) =>
    response.writeHead(200, request.headers.cookie?.includes('theme') ? {} : { 'Set-Cookie': theirs }).end(),
  );
  const jar = new CookieJar();
  const go = async (method: string, path: string, body?: Record<string, string>) => {
    const url = `http://site.test${path}`;
    const text = body && new URLSearchParams(body).toString();
    const answer = await rig.ask(method, path, { Cookie: await jar.getCookieString(url) }, text);
    for (const field of answer.cookies) await jar.setCookie(field, url);
    return answer;
  };
  const logOn = (fields: Record<string, string> = {}) => go('POST', '/CookieAuth.dll?Logon', { ...signIn, ...fields });
  const jarAt = (path: string) => jar.getCookieString(`http://site.test${path}`);
  return { ...rig, go, logOn, jarAt };
}

const deletions = (cookies: string[]) =>
  cookies.filter((cookie) => cookie.includes('Max-Age=0')).map((cookie) => cookie.split('; Max-Age')[0]);

const answers: Partial<LogoffSetting>[] = [
  { onLogoff: 'page' },
  { onLogoff: 'page', forwardToBackend: true },
  { onLogoff: 'redirect', redirectTo: '/bye' },
  { onLogoff: 'redirect', redirectTo: '/bye', forwardToBackend: true },
  { onLogoff: 'pass-through', forwardToBackend: true },
];
for (const logoff of answers)
  test(`a logoff answered by ${logoff.onLogoff}${logoff.forwardToBackend ? ', the back end told,' : ''} deletes the cookies that the rule names, and no others`, async (t) => {
    const { logOn, go, jarAt, seen } = await startKiosk(t, { logoff });
    await logOn();
    await go('GET', '/app/x/');
    t.is((await jarAt('/app/x/')).split('; ').length, 5);
    const { cookies } = await go('GET', '/app/bye');
    t.deepEqual(deletions(cookies), ['cadataTMG=; Path=/; HttpOnly', 'UC=; Path=/; HttpOnly', 'sid=; Path=/app; HttpOnly']);
    t.is(await jarAt('/app/x/'), 'sid=elsewhere; theme=dark');
    t.is(seen.length, logoff.forwardToBackend ? 2 : 1);
  });

for (const onLogoff of ['page', 'redirect', 'pass-through'] as const)
  test(`a named cookie that the back end sets in answer to the sign-out is deleted all the same (${onLogoff})`, async (t) => {
    const { logOn, go, jarAt } = await startKiosk(t, { logoff: { onLogoff, redirectTo: '/bye', forwardToBackend: true } });
    await logOn();
    const { cookies } = await go('GET', '/app/bye');
    t.true(cookies.includes('UC=hers; Path=/'));
    t.is(await jarAt('/app/'), 'theme=dark');
  });

test('of two users of one browser, the second brings nothing of the first’s, though her session merely timed out', async (t) => {
  const { logOn, go, clock, seen } = await startKiosk(t);
  await logOn();
  await go('GET', '/app/');
  clock.advance(600_000);
  t.is((await go('GET', '/app/')).status, 302);
  const answer = await logOn({ username: 'corp\\bert' });
  t.deepEqual(deletions(answer.cookies), ['UC=; Path=/; HttpOnly', 'sid=; Path=/app; HttpOnly']);
  await go('GET', '/app/');
  t.is(seen.at(-1)?.headers.cookie, 'theme=dark');
  t.is(seen.at(-1)?.headers.authorization, `Basic ${Buffer.from('corp\\bert:secret pass').toString('base64')}`);
});

test('a logon over somebody’s open session deletes their cookies, and one that fails deletes nothing', async (t) => {
  const { logOn, go, jarAt } = await startKiosk(t);
  await logOn();
  await go('GET', '/app/');
  t.deepEqual((await logOn({ password: 'wrong' })).cookies, []);
  t.is((await go('GET', '/app/')).status, 200);
  await logOn({ username: 'corp\\bert' });
  t.regex(await jarAt('/app/'), /^(theme=dark; cadataTMG=[\w.-]+|cadataTMG=[\w.-]+; theme=dark)$/);
});

test('a logoff deletes what any rule of its public name says, once, and nothing that only rules of others say', async (t) => {
  const { logOn, go, gateway } = await startKiosk(t);
  const { listener, rules } = gateway.gateway.rules();
  const more = rules.flatMap((rule) => [
    { ...rule, name: 'More', paths: ['/more/*'], clearCookies: [named[0] as NamedCookie, { name: 'more', path: '/more' }] },
    { ...rule, name: 'Other', publicNames: ['third.test'], clearCookies: [{ name: 'other', path: '/' }] },
  ]);
  await gateway.gateway.setRules({ listener, rules: [...rules, ...more] });
  const sorted = ['UC=; Path=/; HttpOnly', 'sid=; Path=/app; HttpOnly', 'more=; Path=/more; HttpOnly'];
  t.deepEqual(deletions((await logOn()).cookies), sorted);
  t.deepEqual(deletions((await go('GET', '/app/bye')).cookies).slice(1), sorted);
});

for (const secure of [true, false])
  test(`over ${secure ? 'TLS' : 'plain HTTP'}, cookies are deleted ${secure ? 'as' : 'without'} Secure`, (t) => {
    const fields: string[] = [];
    const policy = { listener: { cookie: 'cadataTMG', crossSite: { cookie: 'unset' } } };
    const ctx = {
      state: { policy, secure, rules: [{ clearCookies: named }] },
      append: (_: string, value: string) => fields.push(value),
    };
    clearCookies(ctx as unknown as VisitContext);
    clearPublishedServersCookies(ctx as unknown as VisitContext);
    t.is(fields.length, 5);
    for (const field of fields) t.is(field.includes('; Secure;'), secure, field);
  });
