import { createHash } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { plainPlan } from '../../src/exchange/site-plan.ts';
import { ALICE, BOB, base64, basic, type Person, startExchange } from './rig.ts';

const start = (t: ExecutionContext, vdirAuth: 'basic' | 'windows' | 'digest') =>
  startExchange(t, { ...plainPlan('2013-cu8'), vdirAuth });
const labToken = (user: string, password: string) => base64(`logoff-lab\0${user}\0${password}`);

/** E-30: a plain 401 with the schemes of the virtual directory, for pages and scripts alike. */
for (const [vdirAuth, schemes] of [
  ['basic', ['Basic']],
  ['windows', ['Negotiate', 'NTLM']],
  ['digest', ['Digest', 'Digest']],
] as const)
  test(`[E-30] FBA off, ${vdirAuth}: who brings nothing is asked with 401 for ${schemes.join(' and ')}, and set no cookie`, async (t) => {
    const { ask } = await start(t, vdirAuth);
    for (const [method, path] of [
      ['GET', '/owa/'],
      ['POST', '/owa/sessiondata.ashx'],
      ['GET', '/owa/logoff.owa'],
      ['GET', '/ecp/'],
    ] as const) {
      const { status, headers, location, cookies } = await ask(method, path);
      const asked = (headers['www-authenticate'] ?? '')
        .split(/, (?=Negotiate|NTLM|Digest|Basic)/)
        .map((one) => one.split(' ', 1)[0]);
      t.deepEqual([status, location, cookies, asked], [401, '', [], [...schemes]]);
    }
  });

/** Authorization fields, and who they are to the virtual directory; null: nobody. */
const fields: [vdirAuth: 'basic' | 'windows', title: string, field: string, name: string | null][] = [
  ['basic', 'the right password', basic(ALICE).Authorization, 'Alice Adams'],
  ['basic', 'an address for a name', `Basic ${base64('alice@lab.example:Passw0rd!')}`, 'Alice Adams'],
  ['basic', 'another case of the name', `basic ${base64('LAB\\Bob:Passw0rd!')}`, 'Bob Brown'],
  ['basic', 'a wrong password', `Basic ${base64('lab\\alice:passw0rd!')}`, null],
  ['basic', 'an unknown user', `Basic ${base64('lab\\carol:Passw0rd!')}`, null],
  ['basic', 'no colon', `Basic ${base64('lab\\alice')}`, null],
  ['basic', 'garbage', 'Basic %%%', null],
  ['basic', 'nothing', 'Basic', null],
  ['basic', 'a Negotiate token', `Negotiate ${labToken('lab\\alice', 'Passw0rd!')}`, null],
  ['windows', 'a Negotiate token', `Negotiate ${labToken('lab\\alice', 'Passw0rd!')}`, 'Alice Adams'],
  ['windows', 'an NTLM token', `NTLM ${labToken('lab\\bob', 'Passw0rd!')}`, 'Bob Brown'],
  ['windows', 'a token with a wrong password', `Negotiate ${labToken('lab\\alice', 'no')}`, null],
  ['windows', 'a token of another kind', `Negotiate ${base64('NTLMSSP\0lab\\alice\0Passw0rd!')}`, null],
  ['windows', 'a token without a password', `Negotiate ${base64('logoff-lab\0lab\\alice')}`, null],
  ['windows', 'garbage', 'Negotiate ?', null],
  ['windows', 'nothing', 'NTLM', null],
  ['windows', 'Basic', basic(ALICE).Authorization, null],
];
for (const [vdirAuth, title, Authorization, name] of fields)
  test(`[E-30] ${vdirAuth}: ${title} is ${name ?? 'refused with 401'}`, async (t) => {
    const { ask, identitiesAtMailbox } = await start(t, vdirAuth);
    const { status, body } = await ask('GET', '/owa/', { Authorization });
    t.is(status, name ? 200 : 401);
    t.is(body.includes(name ?? 'Inbox'), name !== null);
    t.is(identitiesAtMailbox().length, name ? 1 : 0);
  });

test('[E-30] Basic credentials do not open a virtual directory with forms', async (t) => {
  const { ask } = await startExchange(t, { ...plainPlan('2013-cu8'), vdirAuth: 'fba' });
  t.is((await ask('GET', '/owa/', basic(ALICE))).status, 302);
});

/** One challenge of a Digest virtual directory, by its algorithm. */
async function challenge(rig: Awaited<ReturnType<typeof start>>, algorithm: string): Promise<Record<string, string>> {
  const all = (await rig.ask('GET', '/owa/')).headers['www-authenticate'] ?? '';
  const one = all.split(/, (?=Digest )/).find((text) => text.endsWith(`algorithm=${algorithm}`)) ?? '';
  return Object.fromEntries([...one.matchAll(/(\w+)="?([^",]*)"?/g)].map(([, name, value]) => [name, value]));
}

type Use = {
  method?: string;
  uri?: string;
  person?: Person;
  algorithm?: string;
  nonce: string;
  realm: string;
  name?: string;
  qop?: string;
};

/** A client’s answer by RFC 7616 §3.4.1, computed here. */
function digest({ method = 'GET', uri = '/owa/', person = ALICE, algorithm = 'SHA-256', nonce, realm, name, qop = 'auth' }: Use) {
  const hash = (text: string) =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const [nc, cnonce] = ['00000001', 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'];
  const secret = hash(`${person.user}:${realm}:${person.password}`);
  const response = hash(`${secret}:${nonce}:${nc}:${cnonce}:${qop}:${hash(`${method}:${uri}`)}`);
  const username = (name ?? person.user).replaceAll('\\', '\\\\');
  const parts = [`username="${username}"`, `realm="${realm}"`, `uri="${uri}"`, `algorithm=${algorithm}`, `nonce="${nonce}"`];
  return {
    Authorization: `Digest ${[...parts, `nc=${nc}`, `cnonce="${cnonce}"`, `qop=${qop}`, `response="${response}"`].join(', ')}`,
  };
}

test('[E-30] the computation of this test is RFC 7616’s: its own example, §3.9.1', (t) => {
  const person = { user: 'Mufasa', password: 'Circle of Life' };
  const use = {
    uri: '/dir/index.html',
    realm: 'http-auth@example.org',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    person,
  };
  t.regex(digest(use).Authorization, /response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"/);
  t.regex(digest({ ...use, algorithm: 'MD5' }).Authorization, /response="8ca523f5e9506fed4657c9700eebdbec"/);
});

for (const algorithm of ['SHA-256', 'MD5'])
  test(`[E-30] Digest with ${algorithm}: the right answer opens the mail, and the same nonce the next page`, async (t) => {
    const rig = await start(t, 'digest');
    const { nonce = '', realm = '', qop } = await challenge(rig, algorithm);
    t.is(qop, 'auth');
    const mail = await rig.ask('GET', '/owa/?a=1', digest({ algorithm, nonce, realm, uri: '/owa/?a=1' }));
    t.is(mail.status, 200);
    t.true(mail.body.includes('Alice Adams'));
    const next = digest({ algorithm, nonce, realm, person: BOB, method: 'POST', uri: '/owa/sessiondata.ashx' });
    t.true((await rig.ask('POST', '/owa/sessiondata.ashx', next)).body.includes('bob@lab.example'));
  });

const flip = (text: string) => text.slice(0, -2) + (text.endsWith('AA') ? 'BB' : 'AA');

/** Answers that are wrong: what is computed, and with which request it is sent. */
const wrong: [title: string, change: (nonce: string) => Partial<Use>, sent?: [method: string, path: string]][] = [
  ['a wrong password', () => ({ person: { ...ALICE, password: 'no' } })],
  ['bob’s password hash under alice’s name', () => ({ person: BOB, name: ALICE.user })],
  ['an unknown user', () => ({ person: { user: 'lab\\carol', password: 'Passw0rd!' } })],
  ['a replay under another method', () => ({}), ['POST', '/owa/']],
  ['a replay under another URI', () => ({}), ['GET', '/owa/logoff.owa']],
  ['a replay under another query', () => ({}), ['GET', '/owa/?x=1']],
  ['another realm', () => ({ realm: 'Elsewhere' })],
  ['a nonce of the client’s own', () => ({ nonce: 'bm9uY2U' })],
  ['a nonce with another signature', (nonce) => ({ nonce: flip(nonce) })],
  ['a nonce with a later time', (nonce) => ({ nonce: `z${nonce}` })],
  ['a nonce with something appended', (nonce) => ({ nonce: `${nonce}.x` })],
  ['no nonce', () => ({ nonce: '' })],
  ['a qop that was not offered', () => ({ qop: 'auth-int' })],
];
for (const [title, change, [method, path] = ['GET', '/owa/']] of wrong)
  test(`[E-30] Digest refuses ${title} with 401, not as stale`, async (t) => {
    const rig = await start(t, 'digest');
    const { nonce = '', realm = '' } = await challenge(rig, 'SHA-256');
    const { status, headers } = await rig.ask(method, path, digest({ nonce, realm, ...change(nonce) }));
    t.is(status, 401);
    t.notRegex(headers['www-authenticate'] ?? '', /stale/);
    t.deepEqual(rig.identitiesAtMailbox(), []);
  });

test('[E-30] Digest: an old nonce is stale for who knows the password, and only refused for who does not; a new one opens', async (t) => {
  const rig = await start(t, 'digest');
  const { nonce = '', realm = '' } = await challenge(rig, 'SHA-256');
  rig.clock.advance(3_600_000);
  const late = await rig.ask('GET', '/owa/', digest({ nonce, realm }));
  t.is(late.status, 401);
  t.regex(late.headers['www-authenticate'] ?? '', /stale=true/);
  const guess = await rig.ask('GET', '/owa/', digest({ nonce, realm, person: { ...ALICE, password: 'no' } }));
  t.notRegex(guess.headers['www-authenticate'] ?? '', /stale/);
  const fresh = await challenge(rig, 'SHA-256');
  t.not(fresh['nonce'], nonce);
  t.is((await rig.ask('GET', '/owa/', digest({ nonce: fresh['nonce'] ?? '', realm }))).status, 200);
});

/** RFC 7616 §3.4: what is missing or of a kind that was not offered cannot be an answer. */
for (const [title, edit] of [
  ['without a response', (field: string) => field.replace(/, response="\w+"/, '')],
  ['without a uri', (field: string) => field.replace(/uri="[^"]*", /, '')],
  ['without a user name', (field: string) => field.replace(/username="[^"]*", /, '')],
  ['without a qop', (field: string) => field.replace(', qop=auth', '')],
  ['with another qop', (field: string) => field.replace('qop=auth', 'qop=auth-int')],
  ['with MD5-sess', (field: string) => field.replace('=SHA-256', '=MD5-sess')],
  ['with an algorithm that there is not', (field: string) => field.replace('=SHA-256', '=__proto__')],
  ['with nothing in it', () => 'Digest'],
  ['with garbage in it', () => 'Digest ,,="",username'],
] as const)
  test(`[E-30] Digest refuses a field ${title}`, async (t) => {
    const rig = await start(t, 'digest');
    const { nonce = '', realm = '' } = await challenge(rig, 'SHA-256');
    const { Authorization } = digest({ nonce, realm });
    t.is((await rig.ask('GET', '/owa/', { Authorization: edit(Authorization) })).status, 401);
    t.is((await rig.ask('GET', '/owa/', { Authorization })).status, 200);
  });

test('the journal says who reached which server with which request, and holds no secret', async (t) => {
  const { ask, recorder } = await start(t, 'basic');
  await ask('GET', '/owa/', { ...basic(ALICE), 'X-Request-Id': 'r-1', Cookie: 'UC=hidden-value' });
  const { events } = recorder.read();
  const requests = events.filter(({ kind }) => kind === 'request');
  t.deepEqual(
    requests.map(({ party, exchange, method, target, identity }) => [party, exchange, method, target, identity]).sort(),
    [
      ['front-end', 'r-1', 'GET', '/owa/', ALICE.user],
      ['mailbox', 'r-1', 'GET', '/owa/', ALICE.user],
    ],
  );
  const text = JSON.stringify(events);
  for (const secret of [basic(ALICE).Authorization.slice(6), 'Passw0rd!', 'hidden-value']) t.false(text.includes(secret));
  const lab = events.flatMap(({ headers = [] }) => headers).find(([name]) => name === 'X-Lab-Secret');
  t.is(lab?.[1], null);
});
