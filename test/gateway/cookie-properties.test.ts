import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import { readCookies, setsCookie, withoutCookie } from '../../src/gateway/session-cookie.ts';
import { holds } from '../holds.ts';
import { startRig } from './gateway-rig.ts';

const NAME = 'cadataTMG';
type Pair = { text: string; value: string | null /* of our cookie; null for any other */ };

/** Every byte that a Cookie field can hold (RFC 9110 §5.5), but the semicolon that ends a pair. */
const bytes = [0x09, ...Array.from({ length: 0xe0 }, (_, index) => index + 0x20)].filter(
  (code) => code !== 0x3b && code !== 0x7f,
);
const byte = fc.constantFrom(...bytes.map((code) => String.fromCharCode(code)));
const blank = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 2 });
const isOurs = (text: string) => /^[ \t]*cadataTMG[ \t]*(?:=|$)/.test(text);

const shapes = [
  ...['cadataTMG2=1', 'cadataTM=1', 'cadata=x', 'CADATATMG=1', 'cadatatmg=1', 'xcadataTMG=1', '"cadataTMG"=1', '$Version=1'],
  ...['=cadataTMG=1', '==', '=', '', ' ', 'a="', 'b=";', 'a="1', '2"', 'a=cadataTMG', 'a=b=cadataTMG=c', '__proto__=1'],
  ...['$cadataTMG=1', 'cadataTMG:x=1', 'cada taTMG=1', 'a=1, b=2', 'a="x\\"y"', 'cadataTMG\xe9=1', '%63adataTMG=1'],
].map((text) => text.replace(';', ''));
const other = fc
  .oneof(fc.constantFrom(...shapes), fc.string({ unit: byte, maxLength: 12 }))
  .filter((text) => !isOurs(text))
  .map((text): Pair => ({ text, value: null }));
const ours = fc
  .tuple(blank, blank, blank, fc.string({ unit: byte, maxLength: 8 }), blank)
  .map(
    ([a, b, c, value, d]): Pair => ({ text: `${a}${NAME}${b}=${c}${value}${d}`, value: value.replace(/^[ \t]+|[ \t]+$/g, '') }),
  );
const pairs = fc.array(fc.oneof({ weight: 3, arbitrary: other }, ours), { maxLength: 12 });
const many = fc.array(fc.oneof({ weight: 9, arbitrary: other }, ours), { minLength: 1_500, maxLength: 3_000, size: 'max' });

const join = (list: readonly Pair[]) => list.map(({ text }) => text).join(';');
/** Blanks before the first pair that is left are those of a separator. */
const expected = (list: readonly Pair[]) => {
  const rest = list.filter(({ value }) => value === null);
  if (rest.length === list.length) return join(list);
  return join(rest).replace(/^[ \t]+/, '') || null;
};

for (const [what, list, numRuns] of [
  ['a few', pairs, 2_000],
  ['thousands of', many, 5],
] as const)
  test(`of ${what} pairs, all but ours stay in order and byte for byte, and every value of ours is seen`, async (t) => {
    await holds(
      t,
      fc.property(list, (all) => {
        assert.equal(withoutCookie(join(all), NAME), expected(all));
        const values = all.flatMap(({ value }) => (value === null ? [] : [value]));
        assert.deepEqual(readCookies(join(all), NAME), [...new Set(values)]);
      }),
      numRuns,
    );
  });

test('no byte of the session is left for whatever reading a published server makes of quotes and commas', async (t) => {
  const secret = 'AAAAAAAAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB';
  await holds(
    t,
    fc.property(pairs, pairs, blank, (before, after, space) => {
      const left = withoutCookie([join(before), `${space}${NAME}=${secret}`, join(after)].join(';'), NAME) ?? '';
      assert.ok(!left.includes(secret));
      for (const one of left.split(';')) assert.notEqual(one.split('=', 1)[0]?.trim(), NAME);
    }),
  );
});

test('taking the cookie out again changes nothing', async (t) => {
  await holds(
    t,
    fc.property(fc.string({ unit: fc.constantFrom(...'cadataTMG=; \t",\xa0\xe9', NAME, `${NAME}=`) }), (field) => {
      const once = withoutCookie(field, NAME);
      assert.equal(withoutCookie(once ?? undefined, NAME), once);
      assert.deepEqual(readCookies(once ?? undefined, NAME), []);
    }),
    2_000,
  );
});

/** What a browser sends back of a Set-Cookie field, by RFC 6265bis §5.6 and §5.8.3: a name and value, or a value alone. */
function sentBack(field: string): string {
  const pair = /^[^;]*/.exec(field)?.[0] ?? '';
  const at = pair.indexOf('=');
  const bare = (text: string) => text.replace(/^[ \t]+|[ \t]+$/g, '');
  const [name, value] = at < 0 ? ['', bare(pair)] : [bare(pair.slice(0, at)), bare(pair.slice(at + 1))];
  return name === '' ? value : `${name}=${value}`;
}

test('a published server sets our cookie exactly when a browser would send the field back as ours', async (t) => {
  const attributes = fc.constantFrom('', ';', '; Path=/', `; ${NAME}=1`, `;${NAME}`, '; HttpOnly; Domain=site.test');
  const pair = fc.oneof(
    other.map(({ text }) => text),
    ours.map(({ text }) => text),
    ours.map(({ text }) => `=${text}`),
    ours.map(({ text }) => ` =${text}`),
    fc.constantFrom(NAME, `${NAME} `, `=${NAME}`, `==${NAME}=1`),
  );
  await holds(
    t,
    fc.property(pair, attributes, (text, rest) => {
      assert.equal(setsCookie(text + rest, NAME), isOurs(sentBack(text + rest)), text);
    }),
    2_000,
  );
});

test('a no-break space is part of a name, and no blank around it (RFC 6265 §5.2)', (t) => {
  t.is(withoutCookie('cadataTMG=1;\xa0a=2', NAME), '\xa0a=2');
  t.is(withoutCookie('\xa0cadataTMG=1; a=2', NAME), '\xa0cadataTMG=1; a=2');
  t.deepEqual(readCookies('\xa0cadataTMG=1', NAME), []);
});

/** Sends a request on a bare socket, each Cookie field as it is; resolves to the status line. */
async function sendCookies(port: number, fields: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const lines = ['GET /app/ HTTP/1.1', 'Host: site.test', 'Connection: close', ...fields.map((field) => `Cookie: ${field}`)];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (text) => {
    answer += text;
  });
  await once(socket, 'close');
  return answer.split('\r\n', 1)[0] as string;
}

/** Field values come without the blanks around them (RFC 9110 §5.5), several Cookie fields as one, joined by "; " (RFC 9113 §8.2.3). */
function asOneField(fields: readonly Pair[][]): Pair[] {
  const trimmed = fields.map((field) => join(field).replace(/^[ \t]+|[ \t]+$/g, ''));
  return trimmed
    .join('; ')
    .split(';')
    .map((text) => ({ text, value: isOurs(text) ? '' : null }));
}

test('the published server gets every byte of all other cookies, from hundreds of Cookie fields in one request', async (t) => {
  const { port, logOn, seen } = await startRig(t, { limits: { headerFields: 2_000, headerBytes: 500_000 } });
  const session: Pair = { text: await logOn(), value: '' };
  const some = fc.array(fc.array(fc.oneof({ weight: 5, arbitrary: other }, ours), { minLength: 1, maxLength: 3 }), {
    maxLength: 8,
  });
  const hundreds = fc.array(fc.array(other, { minLength: 1, maxLength: 2 }), { minLength: 300, maxLength: 500, size: 'max' });
  const check = async (before: Pair[][], after: Pair[][]) => {
    seen.length = 0;
    const fields = [...before, [session], ...after];
    assert.equal(await sendCookies(port, fields.map(join)), 'HTTP/1.1 200 OK');
    const raw = seen[0]?.rawHeaders ?? [];
    const got = raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === 'cookie');
    const left = expected(asOneField(fields))?.replace(/^[ \t]+|[ \t]+$/g, '') || null;
    assert.deepEqual(got, left === null ? [] : [left]);
  };
  await holds(t, fc.asyncProperty(some, some, check), 60);
  await holds(t, fc.asyncProperty(hundreds, some, check), 4);
});
