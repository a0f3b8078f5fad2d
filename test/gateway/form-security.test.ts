import test, { type ExecutionContext } from 'ava';
import { clearedCookie, logonCookie } from '../../src/gateway/session-cookie.ts';
import { type Answer, type Rig, startRig } from './gateway-rig.ts';

const anna = { username: 'corp\\anna', password: 'secret pass' };
const SITE = 'http://site.test';

/** What a link to the form may bring as `curl`, and where the logon leads then (T-06). */
const hostile: [curl: string, leadsTo: string][] = [
  ['https://evil.test/', '/app/'],
  ['httpsZ3AZ2FZ2Fevil.testZ2F', '/app/'],
  ['//evil.test/', '/app/'],
  ['Z2FZ2Fevil.test', '/app/'],
  ['///evil.test', '/app/'],
  ['/\\evil.test', '/app/'],
  ['Z2FZ5Cevil.test', '/app/'],
  ['\\\\evil.test', '/app/'],
  ['Z5CZ5Cevil.test', '/app/'],
  ['Z2FZ09Z2Fevil.test', '/app/'],
  ['Z2FZ0AZ2Fevil.test', '/app/'],
  ['Z2F\tZ2Fevil.test', '/app/'],
  ['Z20Z2FZ2Fevil.test', '/app/'],
  ['Z00Z2FZ2Fevil.test', '/app/'],
  ['Z2FaZ0D0ALocationZ3A https://evil.test', '/app/'],
  ['Z2FaZ0DZ0ASet-CookieZ3AZ20cadataTMGZ3Devil', '/app/'],
  ['javascriptZ3Aalert(1)', '/app/'],
  ['dataZ3Atext/html,x', '/app/'],
  ['evil.test', '/app/'],
  ['@evil.test/', '/app/'],
  [':80@evil.test/', '/app/'],
  ['Z2FZC0ZAFevil.test', '/app/'],
  ['ZEFZBCZ8FZEFZBCZ8Fevil.test', '/app/'],
  ['Z2FappZ2FZE2Z80ZAEtxt', '/app/'],
  ['', '/app/'],
  ['Z', '/app/'],
  ['ZZ2F', '/app/'],
  ['Z2F@evil.test', '/@evil.test'],
  ['Z2FZ3BZ40evil.test', '/;@evil.test'],
  ['Z2F.Z2FZ2Fevil.test', '/.//evil.test'],
  ['Z2F..Z2FZ2Fevil.test', '/..//evil.test'],
  ['Z2F%2Fevil.test', '/%2Fevil.test'],
  ['Z2F%5Cevil.test', '/%5Cevil.test'],
  ['Z2F%0D%0ALocation:x', '/%0D%0ALocation:x'],
  ['Z2FappZ2FZ3FuZ3Dhttps://evil.test', '/app/?u=https://evil.test'],
  ['Z2FZ5Aulu', '/Zulu'],
  ['Z2FZ5A2F', '/Z2F'],
];
for (const [curl, leadsTo] of hostile)
  test(`[T-06] curl=${JSON.stringify(curl)} leads to ${leadsTo} of the same site, through form, wrong password and logon`, async (t) => {
    const { ask, post } = await startRig(t);
    const form = await ask('GET', `/CookieAuth.dll?GetLogon?curl=${encodeURIComponent(curl)}&reason=0&formdir=3`);
    const again = (await post({ ...anna, password: 'no', curl: hiddenCurl(form) })).headers.location ?? '';
    staysHere(t, again);
    const direct = await post({ ...anna, curl });
    const last = await post({ ...anna, curl: hiddenCurl(await ask('GET', again)) });
    for (const { headers } of [direct, last]) {
      staysHere(t, headers.location);
      t.is(headers.location, leadsTo);
    }
  });

function hiddenCurl({ body }: Answer): string {
  return /name="curl" value="([\w.-]*)"/.exec(body)?.[1] ?? 'missing';
}

/** As a browser reads it. */
function staysHere(t: ExecutionContext, location = 'https://missing.test'): void {
  t.is(new URL(location, `${SITE}/app/`).origin, SITE, location);
}

const payloads = [
  '"><script>alert(1)</script>',
  "'><img/src=x/onerror=alert(1)>",
  '</title></code><svg/onload=alert(1)>',
  '"autofocus/onfocus="alert(1)',
  '&quot;><script>alert(1)</script>',
  '<!--"><b>',
];

/** Every place where something of the request could come back, for a payload that stands as it is or percent-encoded. */
const places: Record<string, (rig: Rig, raw: string, escaped: string) => Promise<Answer>> = {
  'curl of the form': ({ ask }, _, escaped) => ask('GET', `/CookieAuth.dll?GetLogon?curl=Z2F${escaped}&reason=0&formdir=3`),
  'reason of the form': ({ ask }, _, escaped) => ask('GET', `/CookieAuth.dll?GetLogon?curl=Z2F&reason=${escaped}&formdir=3`),
  'formdir of the form': ({ ask }, _, escaped) => ask('GET', `/CookieAuth.dll?GetLogon?curl=Z2F&reason=0&formdir=${escaped}`),
  'another field of the form': ({ ask }, raw) => ask('GET', `/CookieAuth.dll?GetLogon?curl=Z2F&x=${raw}`),
  'user name, curl and formdir of a failed logon': ({ post }, raw) =>
    post({ username: raw, password: raw, curl: `/${raw}`, formdir: raw }, undefined, { Accept: 'text/html' }),
  'curl of a logon': ({ post }, raw) => post({ ...anna, curl: `/${raw}` }, undefined, { Accept: 'text/html' }),
  'another verb': ({ ask }, raw) => ask('GET', `/CookieAuth.dll?${raw}`),
  Host: ({ ask }, raw) => ask('GET', '/app/', { Host: raw }),
  'a published path': ({ ask }, raw) => ask('GET', `/app/${raw}?${raw}`, { Accept: 'text/html' }),
  'a path that is not published': ({ ask }, raw) => ask('GET', `/other/${raw}?${raw}`),
  'a path that has no single reading': ({ ask }, raw) => ask('GET', `/app/..//${raw}`),
  'a method': ({ ask }, _, escaped) => ask('TRACE', `/app/${escaped}`),
  'a transfer coding': ({ ask }, raw) => ask('POST', '/app/', { 'Transfer-Encoding': `gzip, chunked, ${raw}` }),
  'the logoff URL': ({ ask }, raw) => ask('GET', `/app/bye?${raw}`),
  'the logoff URL, at the word of another site': ({ ask }, raw) =>
    ask('GET', `/app/bye?${raw}`, { 'Sec-Fetch-Site': 'cross-site' }),
  'a cookie': ({ ask }, raw) => ask('GET', '/app/', { Cookie: `cadataTMG=${raw}` }),
};
for (const [place, send] of Object.entries(places))
  test(`nothing of a request is markup in the answer: ${place}`, async (t) => {
    const asking = { crossSite: { cookie: 'unset', logon: 'allow', logoff: 'ask', framedBy: [] } } as const;
    const rig = await startRig(t, { listener: asking });
    for (const raw of payloads) {
      const { body, headers, status } = await send(rig, raw, encodeURIComponent(raw));
      t.true(status >= 200 && status < 502, String(status));
      t.false(body.includes(raw), body);
      t.notRegex(body, /<(?:script|img|svg|!--)/i);
      t.notRegex(headers.location ?? '', /["'<>]/.test(raw) ? /["<>]/ : /[\r\n]/);
    }
  });

test('the page that asks before a sign-out leads to the very target that was asked for', async (t) => {
  const rig = await startRig(t, { listener: { crossSite: { cookie: 'unset', logon: 'allow', logoff: 'ask', framedBy: [] } } });
  const { body } = await rig.ask('GET', '/app/bye?"><b>&a=\'', { 'Sec-Fetch-Site': 'cross-site' });
  t.true(body.includes('href="/app/bye?&quot;&gt;&lt;b&gt;&amp;a=&#39;"'), body);
});

const STRICT = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'self'; form-action 'none'";
/** A browser holds the form to where its answer leads, too, and a published server may send users on to another host (E-20). */
const OF_THE_FORM = STRICT.replace("form-action 'none'", 'form-action http: https:');

const pages: [page: string, status: number, policy: string, send: (rig: Rig) => Promise<Answer>][] = [
  ['the form', 200, OF_THE_FORM, ({ ask }) => ask('GET', '/CookieAuth.dll?GetLogon?curl=Z2F&reason=2&formdir=3')],
  ['no such page', 404, STRICT, ({ ask }) => ask('GET', '/CookieAuth.dll?ChangePwd')],
  ['no such site', 404, STRICT, ({ ask }) => ask('GET', '/', { Host: 'nowhere.test' })],
  ['not published', 403, STRICT, ({ ask }) => ask('GET', '/other/')],
  ['no single reading', 400, STRICT, ({ ask }) => ask('GET', '/app/../x')],
  ['a form too large', 413, STRICT, ({ post }) => post({ username: 'x'.repeat(20_000) })],
  ['a foreign form', 403, STRICT, ({ post }) => post(anna, undefined, { 'Sec-Fetch-Site': 'cross-site' })],
  ['signed out', 200, STRICT, ({ ask }) => ask('GET', '/app/bye')],
  ['asked before signing out', 200, STRICT, ({ ask }) => ask('GET', '/app/bye', { 'Sec-Fetch-Site': 'cross-site' })],
  [
    'not signed out unseen',
    403,
    STRICT,
    ({ ask }) => ask('GET', '/app/bye', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'image' }),
  ],
  [
    'a published server that is away',
    502,
    STRICT,
    async ({ ask, logOn, backEnd }) => {
      const Cookie = await logOn();
      backEnd.close();
      return ask('GET', '/app/', { Cookie });
    },
  ],
];
for (const [page, status, policy, send] of pages)
  test(`the page "${page}" runs nothing, loads only our style sheet, is stored nowhere and framed by no other site`, async (t) => {
    const rig = await startRig(t, { listener: { crossSite: { cookie: 'unset', logon: 'refuse', logoff: 'ask', framedBy: [] } } });
    const answer = await send(rig);
    t.is(answer.status, status);
    t.like(answer.headers, {
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'content-type': 'text/html; charset=utf-8',
    });
    t.notRegex(answer.body, /<(?:script|style|img|iframe)|\son\w+=|\sstyle=/i);
  });

/** RFC 6265bis §5.7: a Secure cookie is not overwritten by one without it, nor a SameSite one from another site. */
for (const secure of [true, false])
  for (const [sameSite, written] of [
    ['unset', ''],
    ['lax', '; SameSite=Lax'],
    ['strict', '; SameSite=Strict'],
  ] as const)
    test(`the cookie (${secure ? 'TLS' : 'plain'}, ${sameSite}) is deleted with the attributes that it was set with`, (t) => {
      const attributes = `; Path=/; HttpOnly${secure ? '; Secure' : ''}${written}`;
      t.is(logonCookie('cadataTMG', 'v', secure, sameSite), `cadataTMG=v${attributes}`);
      t.is(
        clearedCookie({ name: 'cadataTMG', path: '/' }, secure, sameSite),
        `cadataTMG=${attributes}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`,
      );
    });

test('sites that are named may frame our pages, and no others', async (t) => {
  const framedBy = ['http://console.mail.localhost:*', 'https://portal.test'];
  const rig = await startRig(t, { listener: { crossSite: { cookie: 'unset', logon: 'allow', logoff: 'allow', framedBy } } });
  const { headers } = await rig.ask('GET', '/app/bye');
  t.is(
    headers['content-security-policy'],
    STRICT.replace("frame-ancestors 'self'", `frame-ancestors 'self' ${framedBy.join(' ')}`),
  );
});
