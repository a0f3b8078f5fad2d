import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { holds } from '../holds.ts';
import { type Answer, send } from '../send-request.ts';
import { cheapHash, startRig } from './gateway-rig.ts';

const LOGON = '/CookieAuth.dll?Logon';
const FORM = 'application/x-www-form-urlencoded';
const ORIGIN = 'http://site.test';

const logOn = (port: number, body: string | Buffer, headers: Record<string, string> = {}, path = LOGON) =>
  send(port, 'POST', path, { Host: 'site.test', 'Content-Type': FORM, ...headers }, body);

/** What every answer to a logon is, whatever was sent: by design, with an id, and leading nowhere else. */
function assertByDesign({ status, headers, location }: Answer): void {
  assert.ok(status === 302 || (status >= 400 && status < 500), String(status));
  assert.match(String(headers['x-request-id']), /^[\w-]{36}$/);
  assert.equal(status === 302, location !== '');
  if (status !== 302) return;
  assert.match(location, /^\/(?![/\\])[!-~]*$/);
  assert.equal(new URL(location, ORIGIN).origin, ORIGIN);
}

/** A logon that was refused: back to the form, or not read at all. */
function assertRefused(answer: Answer): void {
  assertByDesign(answer);
  assert.deepEqual(answer.cookies, []);
  if (answer.status === 302)
    assert.match(answer.location, /^\/CookieAuth\.dll\?GetLogon\?curl=[A-Za-z0-9.-]*&reason=2&formdir=\d{1,4}$/);
}

const fieldName = fc.constantFrom(
  'curl',
  'flags',
  'formdir',
  'trusted',
  'username',
  'password',
  'SubmitCreds',
  'isUtf8',
  'forcedownlevel',
  '__proto__',
  'constructor',
  'username[]',
  'Username',
  '',
);
const fieldValue = fc.oneof(
  fc.constantFrom(
    'corp%5Canna',
    'corp\\anna',
    'corp%5cbert',
    'secret',
    'secret+',
    'SECRET+PASS',
    'secret+pass%00',
    'secret++pass',
    'Z2FappZ2F',
    'Z2FZ2Fevil',
    '0',
    '4',
    '1e9',
    'NaN',
  ),
  fc.constantFrom(
    '%',
    '%%',
    '%zz',
    '%C3',
    '%FF%FE',
    '%00',
    '%0d%0aSet-Cookie:+a=b',
    '%u0061',
    '+',
    '=',
    '==',
    '&&',
    ';',
    '\0',
    '\r\n\r\n',
    '//evil.example',
    'Z'.repeat(3_000),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const fields = fc.array(
  fc.tuple(fieldName, fc.constantFrom('=', '=', '=', '', '%3D'), fieldValue).map((parts) => parts.join('')),
  { maxLength: 12 },
);
const body = fc.oneof(
  fields.map((list) => Buffer.from(list.join('&'))),
  fields.map((list) => Buffer.from(list.join('&'), 'utf16le')),
  fc.uint8Array({ maxLength: 400 }).map((list) => Buffer.from(list)),
  fc
    .tuple(fields, fc.uint8Array({ maxLength: 12 }))
    .map(([list, tail]) => Buffer.concat([Buffer.from(`${list.join('&')}&password=`), tail])),
  fc.nat(40_000).map((length) => Buffer.alloc(length, 'username=a&')),
);
const type = fc.oneof(
  fc.constantFrom(
    FORM,
    `${FORM}; charset=utf-7`,
    `${FORM};charset="ISO-8859-1"`,
    `${FORM}; charset=utf-16`,
    'multipart/form-data; boundary=a',
    'application/json',
    'text/plain',
    '',
    ';;;',
    '*/*',
  ),
  fc.string({
    unit: fc
      .integer({ min: 0x21, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 30,
  }),
);

test('whatever is posted to the logon form is refused by design, signs nobody in and leads nowhere else', async (t) => {
  const { port, gateway, post } = await startRig(t);
  const path = fc.constantFrom(
    LOGON,
    LOGON,
    '/CookieAuth.dll%3FLogon',
    '/cookieauth.dll?LOGON&curl=Z2FZ2Fevil',
    '/CookieAuth.dll?Logon?username=corp\\anna',
  );
  const property = fc.asyncProperty(body, type, path, async (bytes, contentType, address) => {
    assertRefused(await logOn(port, bytes, { 'Content-Type': contentType }, address.replace('\\', '%5C')));
  });
  await holds(t, property, 300);
  t.deepEqual(await gateway.sessions.list(), []);
  const { status, cookies } = await post({ username: 'corp\\anna', password: 'secret pass' });
  t.deepEqual([status, cookies.length], [302, 1]);
});

/** `application/x-www-form-urlencoded` as clients may write it: any byte may be escaped, a blank may be a plus. */
const encoded = (text: string, choices: readonly boolean[]) =>
  [...Buffer.from(text)]
    .map((byte, index) => {
      const char = String.fromCharCode(byte);
      if (char === ' ' && choices[index % choices.length]) return '+';
      const plain = /[\w.-]/.test(char) && choices[index % choices.length];
      return plain ? char : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');

test('a session begins exactly with the right name and password, however the form is written, and leads to its own site', async (t) => {
  const passwords = { 'corp\\anna': 'secret pass', 'corp\\zoë': 'pä ss+%41&=\u{1f511}' };
  const users = Object.entries(passwords).map(([name, password]) => ({ name, hash: cheapHash(password) }));
  const { port } = await startRig(t, { listener: { validate: { kind: 'users', users } } });
  const name = fc.constantFrom('corp\\anna', 'corp\\zoë', 'corp\\zoe', 'anna', '');
  const password = fc.constantFrom(...Object.values(passwords), 'pä ss+A&=\u{1f511}', 'secret pass ', 'secret+pass', 'pa ss', '');
  const curl = fc.oneof(
    fieldValue,
    fc.string({ unit: 'binary' }),
    fc.constantFrom('Z2FappZ2FaZ3Fb', 'Z2FZ5Cevil.example', 'httpZ3AZ2FZ2Fevil.example'),
  );
  const more = fc.array(fc.tuple(fc.constantFrom('flags', 'trusted', 'isUtf8', 'formdir', 'SubmitCreds', 'x', ''), fieldValue), {
    maxLength: 4,
  });
  const choices = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });
  const property = fc.asyncProperty(
    name,
    password,
    curl,
    more,
    choices,
    type,
    async (user, secret, target, rest, how, contentType) => {
      const list: [string, string][] = [['curl', target], ...rest, ['username', user], ['password', secret]];
      const text = list.map(([field, value]) => `${encoded(field, how)}=${encoded(value.toWellFormed(), how)}`).join('&');
      fc.pre(text.length <= 16_384); // more is too large a form
      const answer = await logOn(port, text, { 'Content-Type': contentType });
      const right = Object.entries(passwords).some(([known, its]) => known === user && its === secret);
      if (!right) return assertRefused(answer);
      assertByDesign(answer);
      assert.equal(answer.cookies.length, 1);
      assert.equal(answer.status, 302);
      assert.doesNotMatch(answer.location, /GetLogon/);
    },
  );
  await holds(t, property, 300);
});

test('of a field that stands twice the first counts, whatever stands between', async (t) => {
  const { port } = await startRig(t);
  const right = { username: 'corp%5Canna', password: 'secret+pass' };
  const fill = fc.array(
    fieldValue.map((value) => `x=${encodeURIComponent(value.toWellFormed())}`),
    { maxLength: 3 },
  );
  const property = fc.asyncProperty(
    fc.constantFrom('username', 'password'),
    fc.boolean(),
    fill,
    async (twice, rightFirst, between) => {
      const pair = [`${twice}=${right[twice as keyof typeof right]}`, `${twice}=wrong`];
      const others = Object.entries(right).flatMap(([name, value]) => (name === twice ? [] : [`${name}=${value}`]));
      const list = [...others, ...(rightFirst ? pair : pair.toReversed())];
      const answer = await logOn(port, list.join(`&${between.join('&')}&`));
      if (!rightFirst) return assertRefused(answer);
      assertByDesign(answer);
      assert.equal(answer.cookies.length, 1);
    },
  );
  await holds(t, property, 60);
});
