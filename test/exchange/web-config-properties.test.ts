import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { LabError } from '../../src/errors.ts';
import { readWebConfig } from '../../src/exchange/web-config/read-web-config.ts';
import { webConfigText } from '../../src/exchange/web-config/shipped-web-config.ts';
import { parseSignOutKind, valueInEffect } from '../../src/exchange/web-config/web-config.ts';
import { holds } from '../holds.ts';

const KEY = 'LogonSettings.SignOutKind';

type Encoding = 'utf8' | 'utf8-mark' | 'utf16le' | 'utf16be' | 'string';
const encodings = fc.constantFrom<Encoding[]>('utf8', 'utf8-mark', 'utf16le', 'utf16be', 'string');

/** A text as a file of that encoding holds it, byte order mark and declaration included. */
function written(text: string, encoding: Encoding): Uint8Array | string {
  if (encoding === 'string') return text;
  if (encoding.startsWith('utf8')) return Buffer.from((encoding === 'utf8' ? '' : '\ufeff') + text);
  const bytes = Buffer.from(`\ufeff${text.replace('encoding="utf-8"', 'encoding="utf-16"')}`, 'utf16le');
  return encoding === 'utf16le' ? bytes : bytes.swap16();
}

/** A fault's place lies inside the text; a fault of the whole file has none. */
function assertPlaced(message: string, text: string): void {
  const [, line, column, sentence = ''] = /^web\.config(?::(\d+):(\d+))?: (.+)$/s.exec(message) ?? [];
  assert.match(sentence, /^\S.{10,}$/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  assert.doesNotMatch(message, /[\0-\x1f\x7f-\x9f\u202e]/);
  if (line === undefined) {
    assert.match(sentence, /2 MiB|UTF-32|UTF-16/);
    return;
  }
  const lines = text.split(/\r\n|\r|\n/);
  assert.ok(Number(line) >= 1 && Number(line) <= lines.length, message);
  assert.ok(Number(column) >= 1 && Number(column) <= (lines[Number(line) - 1] as string).length + 1, message);
}

/** Bytes as an editor shows them: by their mark, else by where their zeros are. */
function decoded(content: Uint8Array | string): string {
  if (typeof content === 'string') return content;
  const [a, b] = content;
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0)) return new TextDecoder('utf-16le').decode(content);
  return new TextDecoder((a === 0xfe && b === 0xff) || a === 0 ? 'utf-16be' : 'utf-8').decode(content);
}

/** What a file says, or the message of its fault, which has a place inside the text. */
function read(content: Uint8Array | string): ReturnType<typeof readWebConfig> | string {
  try {
    return readWebConfig(content, 'web.config');
  } catch (error) {
    assert.ok(error instanceof LabError && error.code === 'configuration', String(error));
    assertPlaced(error.message, decoded(content).replace(/^\ufeff/, ''));
    return error.message;
  }
}

const shipped = (['feOwa', 'beOwa', 'beEcp'] as const).flatMap((file) =>
  (['absent', 'commented-out', { value: 'LegacyLogOff' }] as const).map((entry) => webConfigText(file, '15.0', entry)),
);
const marks = [
  '<',
  '>',
  '"',
  '&',
  '&#0;',
  '&a;',
  '--',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?x',
  '<!ENTITY',
  '<x',
  '\r',
  '\r\n',
  '\0',
  '\ufeff',
  '\ud800',
  '“',
  '\u202e',
  '\u2028',
  '{',
  '<html',
  KEY,
];
const mark = fc.oneof(fc.constantFrom(...marks), fc.string({ unit: 'binary', maxLength: 3 }));
const damaged = fc
  .tuple(fc.constantFrom(...shipped), fc.array(fc.tuple(fc.nat(900), fc.nat(30), mark), { minLength: 1, maxLength: 3 }))
  .map(([text, edits]) => edits.reduce((left, [at, gone, more]) => left.slice(0, at) + more + left.slice(at + gone), text));

test('the fault of a damaged file has a sentence and a place inside the file', async (t) => {
  const any = fc.oneof(
    { weight: 6, arbitrary: damaged },
    fc.string({ unit: 'binary' }),
    damaged.map((text) => text.replaceAll('\n', '\r')),
  );
  await holds(
    t,
    fc.property(any, encodings, (text, encoding) => void read(written(text, encoding))),
    3_000,
  );
});

test('whatever bytes a file holds, it is read or has a fault with a place among its lines', async (t) => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .tuple(
        fc.constantFrom(...shipped),
        encodings,
        fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(2_000),
      )
      .map(([text, encoding, edits, end]) => {
        const content = Buffer.from(written(text, encoding));
        for (const [at, byte] of edits) content[at % content.length] = byte;
        return end % 3 === 0 ? content.subarray(0, end) : content;
      }),
  );
  await holds(
    t,
    fc.property(bytes, (content) => void read(content)),
    2_000,
  );
});

/** How an attribute's value may be written: either quotes, any character by its number. */
const attribute = (name: string, value: string, quote: string, numbers: boolean) => {
  const safe = [...value].map((char) =>
    numbers && /[a-z]/i.test(char)
      ? `&#${char.charCodeAt(0)};`
      : /[&<"'\t\n]/.test(char)
        ? `&#x${char.charCodeAt(0).toString(16)};`
        : char,
  );
  return `${name} = ${quote}${safe.join('')}${quote}`.replace(' = ', numbers ? ' =\n' : '=');
};
type Entry = {
  value: string;
  lower: boolean;
  valueFirst: boolean;
  numbers: boolean;
  single: boolean;
  open: boolean;
  more: boolean;
};
function entryOf({ value, lower, valueFirst, numbers, single, open, more }: Entry, bare = false): string {
  const quote = single ? "'" : '"';
  const pair = [
    attribute('key', lower ? KEY.toLowerCase() : KEY, quote, numbers && !bare),
    attribute('value', value, quote, numbers && !bare),
  ];
  const attributes = [...(valueFirst ? pair.toReversed() : pair), ...(more ? ['lockItem="true"'] : [])].join(single ? '\t' : ' ');
  if (bare) return `add ${attributes} /`;
  return open ? `<add ${attributes}></add>` : `<add ${attributes}/>`;
}
const values = [
  'LegacyLogOff',
  'legacylogoff',
  ' LegacyLogOff ',
  'LegacyLogOff,DefaultSignOut',
  'DefaultSignOut, LEGACYLOGOFF',
  '1',
  ' 1',
  '0',
  '',
  'DefaultSignOut',
  'Legacy',
  'LegacyLogOff2',
  'x,y',
  '10',
  '<&>"',
  'ä\u{1f511}',
  'a\tb',
];
const flag = fc.boolean();
const entry = fc.record<Entry>({
  value: fc.constantFrom(...values),
  lower: flag,
  valueFirst: flag,
  numbers: flag,
  single: flag,
  open: flag,
  more: flag,
});
/** What may stand around the entry and says nothing about it. */
const aside = fc.oneof(
  fc.constantFrom(
    '\n',
    '  ',
    '<add key="Other" value="LegacyLogOff"/>',
    `<add key="Other" value="${KEY}x"/>`,
    '<?pi x?>',
    '<!-- a remark -->',
    '<!---->',
    'words',
  ),
  entry.map((one) => `<![CDATA[${entryOf(one)}]]>`),
  entry.map((one) => `<other>${entryOf(one)}</other>`),
  fc.constantFrom(`<remove key="Other"/>`, `<!-- ${KEY} stands elsewhere -->`),
);
const asides = fc.array(aside, { maxLength: 3 }).map((list) => list.join(''));
/** In BLOG's form or an editor's. Nobody writes the key of a commented entry in numbers. */
const commented = fc.tuple(entry, flag).map(([any, blog]) => {
  const one = { ...any, numbers: false };
  return { value: one.value, text: blog ? `<!-- ${entryOf(one, true)}-->` : `<!-- ${entryOf(one)} -->` };
});
const file = fc.record({
  before: asides,
  set: fc.option(entry, { freq: 2 }),
  between: asides,
  comment: fc.option(commented, { freq: 2 }),
  after: asides,
  first: flag,
  prolog: flag,
  crlf: flag,
});

type File = typeof file extends fc.Arbitrary<infer Value> ? Value : never;
const said = ({ set, comment }: File) => [set ? 'set' : comment ? 'commented-out' : 'absent', set?.value ?? comment?.value];

function textOf({ before, set, between, comment, after, first, prolog, crlf }: File, encoding: Encoding): string {
  const parts = [set ? entryOf(set) : '', comment?.text ?? ''];
  const section = [before, ...(first ? parts : parts.toReversed()).flatMap((part) => [part, between]), after].join('');
  const head = prolog || encoding.startsWith('utf16') ? '<?xml version="1.0" encoding="utf-8"?>\n' : '';
  const text = `${head}<!-- top -->\n<configuration>\n<appSettings>\n${section}</appSettings>\n</configuration>\n`;
  return crlf ? text.replaceAll('\n', '\r\n') : text;
}

test('SignOutKind is what XML says that it is, whatever stands around it and however it is written (E-01)', async (t) => {
  const count: Record<string, number> = { set: 0, 'commented-out': 0, absent: 0 };
  const property = fc.property(file, encodings, (one, encoding) => {
    const text = textOf(one, encoding);
    const { entry: found } = readWebConfig(written(text, encoding), 'web.config');
    const value = one.set?.value ?? '';
    assert.deepEqual([found.state, 'value' in found ? found.value : undefined], said(one), text);
    const legacy = /(^|,) *(legacylogoff|1) *(,|$)/i.test(value);
    assert.equal(parseSignOutKind(valueInEffect(found)), legacy ? 'LegacyLogOff' : 'DefaultSignOut');
    assert.equal(parseSignOutKind(valueInEffect(found), 'literal'), value === 'LegacyLogOff' ? value : 'DefaultSignOut');
    count[found.state] = (count[found.state] ?? 0) + 1;
  });
  await holds(t, property, 1_500);
  for (const seen of Object.values(count)) t.true(seen > 100, JSON.stringify(count));
});

test('a document type is never read, and no entity of its own is ever expanded', async (t) => {
  const declaration = fc.constantFrom(
    '<!DOCTYPE configuration>',
    '<!DOCTYPE x [<!ENTITY k "LegacyLogOff">]>',
    '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://x/"> %p;]>',
    `<!DOCTYPE x [${'<!ENTITY a "aa">'.repeat(20)}]>`,
    '',
  );
  const use = fc.constantFrom(
    `<add key="${KEY}" value="&k;"/>`,
    `<add key="&k;" value="1"/>`,
    '&k;',
    '&lol9;',
    '&nbsp;',
    '%p;',
    `<add key="${KEY}" value="1"/>`,
  );
  const place = fc.constantFrom('before', 'after the prolog', 'after a comment');
  const property = fc.property(declaration, use, place, encodings, (doctype, inside, where, encoding) => {
    const prolog = where === 'before' ? '' : '<?xml version="1.0" encoding="utf-8"?>\n';
    const head = where === 'after a comment' ? `${prolog}<!-- <!DOCTYPE a> -->` : prolog;
    const text = `${head}${doctype}\n<configuration><appSettings>${inside}</appSettings></configuration>`;
    const answer = read(written(text, encoding));
    const undeclared = /&(k|lol9|nbsp);/.test(inside);
    if (doctype !== '') assert.match(String(answer), /^web\.config:\d+:\d+: a DOCTYPE is not read here/);
    else assert.equal(typeof answer, undeclared ? 'string' : 'object', String(answer));
  });
  await holds(t, property, 500);
});
