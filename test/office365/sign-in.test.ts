import test from 'ava';
import { parse } from 'node-html-parser';
import { ALICE, BOB, formOf, KEPT, type Service, services, startOffice365 } from './rig.ts';

/** Where each service takes tokens, how the field is called, and the cookies that it sets (O-07). */
const landings: Record<Service, [path: string, field: 't' | 'wresult', cookies: string[]]> = {
  portal: ['/landing.aspx', 't', ['RPSAuth', 'RPSSecAuth']],
  owa: ['/owa/', 't', ['RPSAuth', 'RPSSecAuth']],
  contoso: ['/_forms/default.aspx', 'wresult', ['rtFa', 'FedAuth']],
  team: ['/_forms/default.aspx', 'wresult', ['rtFa', 'FedAuth']],
};
const starts = { portal: '/', owa: '/owa/', contoso: '/', team: '/' };

for (const service of services) {
  const [landing, field, cookies] = landings[service];
  const added = cookies.map((name) => `+${name}`).join(' ');

  test(`[O-07] ${service} sends who is not signed in to the logon server, with the parameters that were seen`, async (t) => {
    const { at, browser } = await startOffice365(t);
    const answer = await browser().get(at(service, `${starts[service]}?a=1&b=%26`));
    t.is(answer.status, 302);
    const asked = new URL(answer.location);
    const { ct, id, ...others } = Object.fromEntries(asked.searchParams);
    t.is(asked.origin + asked.pathname, at('login', '/login.srf'));
    t.deepEqual(others, {
      wa: 'wsignin1.0',
      rpsnv: '2',
      rver: '6.1.6206.0',
      wp: 'MBI_SSL',
      wreply: at(service, `${landing}?wa=wsignin1.0`),
      wctx: `${starts[service]}?a=1&b=%26`,
    });
    t.regex(String(ct), /^\d{10}$/);
    if (service === 'owa') t.is(id, '260563');
    t.deepEqual(answer.cookies, []);
  });

  test(`[O-07] the way into ${service}: form, POST, self-posting page, its cookies, the page that was asked for`, async (t) => {
    const { at, browser } = await startOffice365(t);
    const { shown, url, hops } = await browser().open(at(service, `${starts[service]}?a=1`), ALICE);
    t.deepEqual([shown, url], ['Alice Adams', at(service, `${starts[service]}?a=1`)]);
    t.deepEqual(hops, [
      `GET ${service} ${starts[service]} 302`,
      'GET login /login.srf 200',
      'POST login /ppsecure/post.srf 200 +MSPAuth',
      `POST ${service} ${landing} 302 ${added}`,
      `GET ${service} ${starts[service]} 200`,
    ]);
  });

  test(`[O-07] the page for ${service} posts the token as ${field}, by a script that is served`, async (t) => {
    const { at, browser } = await startOffice365(t);
    const page = await browser().tokenPage(at(service));
    t.is(page.action, at(service, `${landing}?wa=wsignin1.0`));
    t.deepEqual(Object.keys(page.fields), ['wa', field, 'wctx']);
    t.deepEqual([page.fields['wa'], page.fields['wctx']], ['wsignin1.0', starts[service]]);
    const root = parse(page.answer.body);
    t.is(root.querySelector('form')?.getAttribute('method'), 'POST');
    t.deepEqual(JSON.parse(root.querySelector('#page-data')?.text ?? ''), { form: 'tokenForm' });
    t.regex(root.querySelector('#page-decide')?.getAttribute('src') ?? '', /post-token\.js$/);
  });

  test(`[O-02, O-07] with an authentication cookie ${service} asks nothing`, async (t) => {
    const { at, browser } = await startOffice365(t, { options: { rootCookie: 'ignored' } });
    const alice = browser();
    await alice.open(at(service === 'portal' ? 'owa' : 'portal'), ALICE);
    const { shown, hops } = await alice.open(at(service));
    t.is(shown, 'Alice Adams');
    t.deepEqual(hops, [
      `GET ${service} ${starts[service]} 302`,
      'GET login /login.srf 200',
      `POST ${service} ${landing} 302 ${added}`,
      `GET ${service} ${starts[service]} 200`,
    ]);
  });
}

test('[O-07] the form has login and passwd and goes to /ppsecure/post.srf with the sign-in request', async (t) => {
  const { at, browser } = await startOffice365(t);
  const { location } = await browser().get(at('owa'));
  const { body } = await browser().get(location);
  const root = parse(body);
  t.deepEqual(
    root.querySelectorAll('input').map((input) => [input.getAttribute('name'), input.getAttribute('type') ?? 'text']),
    [
      ['login', 'text'],
      ['passwd', 'password'],
      ['KMSI', 'checkbox'],
    ],
  );
  const action = new URL(formOf(body, 'logonForm')?.action ?? '', location);
  t.is(action.origin + action.pathname, at('login', '/ppsecure/post.srf'));
  t.deepEqual([...action.searchParams], [...new URL(location).searchParams]);
});

for (const [title, login, passwd] of [
  ['a wrong password', 'alice@lab.example', 'not-hers'],
  ['a password in another case', 'alice@lab.example', 'passw0rd!'],
  ['somebody unknown', 'carol@lab.example', 'Passw0rd!'],
  ['a name that every object has', 'constructor', 'Passw0rd!'],
] as const)
  test(`[O-07] ${title} brings the form back with a notice, and no cookie`, async (t) => {
    const { at, browser } = await startOffice365(t);
    const { shown, hops, answer } = await browser().open(at('owa'), { login, passwd, KMSI: '' });
    t.deepEqual([shown, hops.at(-1)], ['prompt', 'POST login /ppsecure/post.srf 200']);
    t.regex(answer.body, /not right/);
    t.false(answer.body.includes(passwd));
  });

for (const login of ['ALICE@lab.example', 'lab\\alice', ' Lab\\Alice '])
  test(`[O-07] "${login}" is alice`, async (t) => {
    const { at, browser } = await startOffice365(t);
    t.is((await browser().open(at('portal'), { ...ALICE, login })).shown, 'Alice Adams');
  });

test('[O-07] two browsers are two people', async (t) => {
  const { at, browser } = await startOffice365(t);
  const [one, other] = [browser(), browser()];
  await one.open(at('owa'), ALICE);
  await other.open(at('owa'), BOB);
  t.deepEqual([(await one.open(at('portal'))).shown, (await other.open(at('portal'))).shown], ['Alice Adams', 'Bob Brown']);
});

test('[O-07] the journals of services and logon server name who was signed in, and nobody before', async (t) => {
  const { at, browser, recorder } = await startOffice365(t);
  await browser().open(at('owa'), BOB);
  const answers = recorder.read().events.filter(({ kind }) => kind === 'response');
  t.deepEqual(
    answers.map(({ party, identity, status }) => [party, identity ?? null, status]),
    [
      ['owa', null, 302],
      ['logon-server', null, 200],
      ['logon-server', 'lab\\bob', 200],
      ['owa', 'lab\\bob', 302],
      ['owa', 'lab\\bob', 200],
    ],
  );
});

/** Cookie → attributes without and with *keep me signed in*: the lifetimes of O-10 and O-13, in seconds. */
const attributes: [service: Service, name: string, plain: string, kept: string][] = [
  ['portal', 'MSPAuth', 'Path=/; HttpOnly', 'Max-Age=28800'],
  ['portal', 'RPSAuth', 'Path=/; HttpOnly', 'Max-Age=3600'],
  ['portal', 'RPSSecAuth', 'Path=/; HttpOnly', 'Max-Age=3600'],
  ['owa', 'RPSAuth', 'Path=/; HttpOnly', 'Max-Age=82800'],
  ['owa', 'RPSSecAuth', 'Path=/; HttpOnly', 'Max-Age=82800'],
  ['contoso', 'FedAuth', 'Path=/; HttpOnly', 'Max-Age=432000'],
  ['contoso', 'rtFa', 'Path=/; HttpOnly; Domain=sharepoint.localhost', 'Max-Age=432000'],
  ['team', 'FedAuth', 'Path=/; HttpOnly', 'Max-Age=432000'],
];
for (const [service, name, plain, kept] of attributes)
  for (const [typed, expected] of [
    [ALICE, plain],
    [KEPT, `${plain}; ${kept}`],
  ] as const)
    test(`[O-03, O-07, O-10] ${name} for ${service}, ${typed.KMSI ? '' : 'not '}kept signed in: ${expected}`, async (t) => {
      const { at, browser } = await startOffice365(t);
      const alice = browser();
      const page = await alice.tokenPage(at(service), typed);
      const taken = await alice.post(page.action, page.fields);
      const set = [...page.answer.cookies, ...taken.cookies].filter((field) => field.startsWith(`${name}=`));
      t.deepEqual(
        set.map((field) => field.replace(/^\w+=[\w-]{8,}; /, '')),
        [expected],
      );
    });

test('[O-03] "keep me signed in" travels with silent logons into every service’s cookie, and into none without it', async (t) => {
  const { at, browser } = await startOffice365(t, { options: { rootCookie: 'ignored' } });
  for (const [typed, lasting] of [
    [KEPT, true],
    [ALICE, false],
  ] as const) {
    const alice = browser();
    await alice.open(at('portal'), typed);
    for (const service of ['owa', 'contoso', 'team'] as const) {
      const page = await alice.tokenPage(at(service));
      const { cookies } = await alice.post(page.action, page.fields);
      t.deepEqual(
        cookies.map((field) => field.includes('Max-Age=')),
        [lasting, lasting],
        service,
      );
    }
  }
});

test('[O-07] no two cookies have the same value, and none is the public id of its session', async (t) => {
  const { at, browser, recorder } = await startOffice365(t);
  const alice = browser();
  await alice.openAll(at);
  const values = alice.cookies.save().map(({ value }) => value);
  t.is(new Set(values).size, 8);
  const ids = recorder.read().events.flatMap(({ session }) => session?.id ?? []);
  t.false(ids.some((id) => values.some((value) => value.includes(id) || id.includes(value))));
});

test('[O-12] cookies in frames: only where the logon server’s page has frames, and only for browsers that know SameSite', async (t) => {
  const modern = { 'Sec-Fetch-Site': 'same-origin' };
  for (const [profile, headers, expected] of [
    ['single-sign-out', modern, true],
    ['single-sign-out', {}, false],
    ['zones', modern, false],
  ] as const) {
    const { at, browser } = await startOffice365(t, { profile });
    const alice = browser(headers);
    const page = await alice.tokenPage(at('contoso'));
    const taken = await alice.post(page.action, page.fields);
    const fields = [...page.answer.cookies, ...taken.cookies];
    t.deepEqual(
      fields.map((field) => field.endsWith('; SameSite=None; Secure')),
      [expected, expected, expected],
    );
  }
});

test('[O-07] rtFa opens the second SharePoint site without the logon server, unless it is ignored', async (t) => {
  for (const [rootCookie, expected] of [
    ['opens-sites', ['GET team / 200 +FedAuth']],
    [
      'ignored',
      ['GET team / 302', 'GET login /login.srf 200', 'POST team /_forms/default.aspx 302 +rtFa +FedAuth', 'GET team / 200'],
    ],
  ] as const) {
    const { at, browser } = await startOffice365(t, { options: { rootCookie } });
    const alice = browser();
    await alice.open(at('contoso'), ALICE);
    const { shown, hops } = await alice.open(at('team'));
    t.deepEqual([shown, hops], ['Alice Adams', [...expected]]);
  }
});

test('[O-03] a site that rtFa opens keeps its user signed in just as rtFa does', async (t) => {
  for (const [typed, expected] of [
    [KEPT, /; Max-Age=432000$/],
    [ALICE, /; HttpOnly$/],
  ] as const) {
    const { at, browser } = await startOffice365(t);
    const alice = browser();
    await alice.open(at('contoso'), typed);
    t.regex((await alice.get(at('team'))).cookies.join(), expected);
  }
});

/** What a browser may ask for, and cannot be given back as it is. */
for (const [title, path] of [
  ['with a backslash', '/owa/?a=\\b'],
  ['of 3,000 characters', `/owa/?a=${'x'.repeat(3_000)}`],
  ['of 60,000 characters', `/owa/?a=${'x'.repeat(60_000)}`],
] as const)
  test(`[O-07] a sign-in that begins at an address ${title} ends at the start page`, async (t) => {
    const { at, browser } = await startOffice365(t);
    const { shown, url } = await browser().open(at('owa', path), ALICE);
    t.deepEqual([shown, url], ['Alice Adams', at('owa')]);
  });
