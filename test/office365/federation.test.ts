import test from 'ava';
import { isRefused } from './refused.ts';
import { ALICE, type Browser, query, type Rig, startOffice365 } from './rig.ts';

const ISSUER = 'http://sts.corp.localhost:8080/adfs/ls/';

/** Stands in for AD FS: `token of <account>` is its token, for the realm that a test expects. */
function standIn() {
  const brought: [token: string, realm: string][] = [];
  return {
    brought,
    issuer: () => ISSUER,
    readToken(token: string, realm: string) {
      brought.push([token, realm]);
      const [, account] = /^token of (.+)$/.exec(token) ?? [];
      return account === undefined
        ? ({ claims: null, problem: 'It is no token.' } as const)
        : ({ claims: { account }, problem: null } as const);
    },
  };
}

async function start(t: Parameters<typeof startOffice365>[0], change = {}) {
  const adfs = standIn();
  return { adfs, rig: await startOffice365(t, change, adfs) };
}

const askedOf = (location: string) => Object.fromEntries(new URL(location).searchParams);

/** The answer of the logon server to what AD FS has the browser post. */
const bring = ({ at }: Rig, browser: Browser, change: Record<string, string | undefined> = {}, wctx?: string) =>
  browser.ask(
    'POST',
    at('login'),
    {},
    query({ wa: 'wsignin1.0', wresult: 'token of lab\\alice', wctx: wctx ?? new URL(signIn({ at })).search.slice(1), ...change }),
  );
const signIn = ({ at }: Pick<Rig, 'at'>) =>
  at('login', `/login.srf?${query({ wa: 'wsignin1.0', wreply: at('owa'), wctx: '/owa/?a=1' })}`);

for (const path of ['/owa/?realm=corp.example', '/owa/?whr=Corp.Example'])
  test(`[O-11] ${path} leads through the logon server to AD FS, with its realm and the sign-in request`, async (t) => {
    const { rig } = await start(t);
    const alice = rig.browser();
    const first = await alice.get(rig.at('owa', path));
    const { status, location, cookies } = await alice.get(first.location);
    t.deepEqual([status, location.split('?')[0], cookies], [302, ISSUER, []]);
    const { wa, wtrealm, wctx = '' } = askedOf(location);
    t.deepEqual([wa, wtrealm], ['wsignin1.0', rig.at('login')]);
    t.deepEqual([...new URLSearchParams(wctx)], [...new URL(first.location).searchParams]);
  });

for (const login of ['carol@corp.example', ' Carol@CORP.example '])
  test(`[O-11] "${login}", with any password or none, is sent to AD FS: only it knows`, async (t) => {
    const { rig } = await start(t);
    const { search } = new URL(signIn(rig));
    for (const passwd of ['', 'Passw0rd!']) {
      const { status, location, cookies } = await rig
        .browser()
        .post(rig.at('login', `/ppsecure/post.srf${search}`), { login, passwd });
      t.deepEqual([status, location.split('?')[0], cookies], [302, ISSUER, []]);
      t.deepEqual(new URLSearchParams(askedOf(location)['wctx']).get('wreply'), rig.at('owa'));
      t.false(location.includes('Passw0rd'));
    }
  });

test('[O-11] other users, and other realms, get the logon server’s own form', async (t) => {
  const { rig } = await start(t);
  const { search } = new URL(signIn(rig));
  t.is((await rig.browser().open(`${signIn(rig)}&whr=other.example`)).shown, 'prompt');
  const post = (login: string) => rig.browser().post(rig.at('login', `/ppsecure/post.srf${search}`), { login, passwd: 'x' });
  for (const login of ['carol@other.example', 'carol@corp.example.org', 'corp.example', 'carol@x@corp.example'])
    t.regex((await post(login)).body, /not right/);
});

test('[O-11] with AD FS’s token the user is signed in where the request asked for, and a second service asks nothing', async (t) => {
  const { rig, adfs } = await start(t);
  const alice = rig.browser();
  const answer = await bring(rig, alice);
  t.deepEqual(adfs.brought, [['token of lab\\alice', rig.at('login')]]);
  t.regex(answer.cookies.join(), /^MSPAuth=[^;]+; Path=\/; HttpOnly$/);
  t.true(answer.body.includes(`action="${rig.at('owa')}"`));
  t.is((await alice.open(signIn(rig))).url, rig.at('owa', '/owa/?a=1'));
  t.is((await alice.open(rig.at('contoso'))).shown, 'Alice Adams');
});

test('[O-11] whoever has a session at the logon server is not sent to AD FS', async (t) => {
  const { rig } = await start(t);
  const alice = rig.browser();
  await bring(rig, alice);
  t.is((await alice.open(rig.at('owa', '/owa/?whr=corp.example'))).shown, 'Alice Adams');
});

for (const [title, change, wctx, why, reads] of [
  ['no token of AD FS', { wresult: 'forged' }, undefined, /It is no token\. Nobody was signed in/, true],
  ['no token at all', { wresult: undefined }, undefined, /lacks wresult/, false],
  ['a token for somebody unknown', { wresult: 'token of corp\\carol' }, undefined, /somebody whom nobody knows/, true],
  ['no wa', { wa: undefined }, undefined, /got no wa/, false],
  ['wa=wsignout1.0', { wa: 'wsignout1.0' }, undefined, /got "wsignout1\.0"/, false],
  ['no wctx', { wctx: undefined }, undefined, /lacks wctx/, false],
  ['a wctx that is none', {}, '/owa/', /got no wa/, false],
  ['a wctx that leads away', {}, 'wa=wsignin1.0&wreply=http://evil.example/', /wreply leads to "http:\/\/evil/, false],
  ['a wctx that leads two ways', {}, 'wa=wsignin1.0&wreply=http://evil.example/&wreply=x', /is there 2 times/, false],
  ['a wctx with a wctx of 3 KB', {}, `wa=wsignin1.0&wreply=x&wctx=${'x'.repeat(3_000)}`, /wctx has 3000 characters/, false],
] as const)
  test(`[O-11] ${title}: refused, nobody is signed in${reads ? '' : ', and the token is not used up'}`, async (t) => {
    const { rig, adfs } = await start(t);
    isRefused(t, await bring(rig, rig.browser(), change, wctx), why);
    t.is(adfs.brought.length, reads ? 1 : 0);
  });

test('[O-11] without federation nobody is sent to AD FS, and no token of it signs anybody in', async (t) => {
  const rig = await startOffice365(t);
  t.is((await rig.browser().open(rig.at('owa', '/owa/?whr=corp.example'))).shown, 'prompt');
  const { search } = new URL(signIn(rig));
  const answer = await rig
    .browser()
    .post(rig.at('login', `/ppsecure/post.srf${search}`), { login: 'carol@corp.example', passwd: '' });
  isRefused(t, answer, /lacks passwd/);
  isRefused(t, await bring(rig, rig.browser()), /No AD FS is trusted here/);
});

test('[O-08, O-11] a sign-out goes on to AD FS, with the way back; then the services are cleaned up', async (t) => {
  const { rig } = await start(t);
  const alice = rig.browser();
  await bring(rig, alice);
  for (const place of ['portal', 'owa'] as const) await alice.open(rig.at(place));
  const signOut = rig.at('login', `/logout.srf?${query({ wreply: rig.at('owa') })}`);
  const { status, location, cookies } = await alice.get(signOut);
  t.deepEqual([status, location.split('?')[0]], [302, ISSUER]);
  t.deepEqual(askedOf(location), { wa: 'wsignout1.0', wreply: signOut });
  t.regex(cookies.join(), /^MSPAuth=;/);
  // AD FS has sent the browser back: OWA, which asked, has ended its session itself.
  const { hops } = await alice.open(signOut);
  t.deepEqual(hops.slice(0, 2), ['GET login /logout.srf 302 -MSPAuth', 'GET portal /landing.aspx 302 -RPSAuth -RPSSecAuth']);
  t.is((await alice.open(rig.at('portal'))).shown, 'prompt');
});

test('[O-11] a sign-out of who typed the password at the logon server leaves AD FS alone', async (t) => {
  const { rig } = await start(t);
  const alice = rig.browser();
  await alice.open(rig.at('owa'), ALICE);
  const { location } = await alice.get(rig.at('login', `/logout.srf?${query({ wreply: rig.at('owa') })}`));
  t.true(location.startsWith(rig.at('portal', '/landing.aspx?wa=wsignoutcleanup1.0')));
});

test('[O-08, O-11] AD FS’s clean-up ends the authentication, and no service', async (t) => {
  const { rig } = await start(t, { options: { invalidation: 'on' } });
  const alice = rig.browser();
  await bring(rig, alice);
  await alice.open(rig.at('portal'));
  const old = alice.cookies.save();
  const { status, cookies } = await alice.get(rig.at('login', '/login.srf?wa=wsignoutcleanup1.0'));
  t.is(status, 200);
  t.regex(cookies.join(), /^MSPAuth=; Path=\/; Expires=/);
  t.is((await alice.open(rig.at('portal'))).hops.length, 1);
  alice.cookies.restore(old);
  t.is((await alice.open(rig.at('owa'))).shown, 'prompt');
});
