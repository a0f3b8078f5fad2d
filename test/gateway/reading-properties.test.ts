import assert from 'node:assert/strict';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { decodeCurl, encodeCurl } from '../../src/gateway/curl.ts';
import { type RequestTarget, readTarget } from '../../src/gateway/read-target.ts';
import type { PublishingRule } from '../../src/rules/publishing-rule.ts';
import { selectRule } from '../../src/rules/select-rule.ts';
import { holds } from '../holds.ts';

const ORIGIN = 'http://site.test';
const SITE = 'site.test';

const printable = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
/** Pieces that servers read in more than one way, and ordinary ones. */
const piece = fc.oneof(
  fc.constantFrom(
    '/',
    '/',
    '.',
    '..',
    '/.',
    '/..',
    ';',
    '?',
    '//',
    '\\',
    '#',
    '%',
    '~',
    '*',
    ':',
    '@',
    "'",
    '"',
    '|',
    '{',
    '^',
    '`',
    '<',
  ),
  fc.constantFrom(
    '%2e',
    '%2E%2e',
    '%2f',
    '%2F',
    '%5c',
    '%25',
    '%252e',
    '%25%32%65',
    '%3b',
    '%3f',
    '%23',
    '%00',
    '%0d%0a',
    '%zz',
    '%u002e',
  ),
  fc.constantFrom(
    '%6c',
    '%41',
    '%7e',
    '%5F',
    '%c3%a9',
    '%C3',
    '%c0%af',
    '%e2%84%aa',
    '%20',
    '\t',
    ' ',
    '\r\n',
    '\0',
    '\x7f',
    '\xe9',
    '\u2215',
  ),
  fc.constantFrom('owa', 'OWA', '/owa/', '/%6Fwa/', '/app', '/app/', '/one', 'logoff.owa', '...', 'a', '=', '&'),
  printable,
);
const raw = fc.array(piece, { maxLength: 10 }).map((pieces) => `/${pieces.join('')}`);
const unescaped = fc.array(fc.constantFrom('/', 'a', '.', '%41', '%6c', '%2C', '?', ';', '~', 'owa', '%c3%a9'), {
  maxLength: 10,
});
const likely = fc.oneof(
  raw,
  unescaped.map((pieces) => `/${pieces.join('')}`),
  fc.string({ unit: printable }).map((text) => `/${text}`),
);

/** Runs `check` with readable targets. */
async function forReadable(t: ExecutionContext, check: (read: RequestTarget, text: string) => void): Promise<void> {
  await holds(
    t,
    fc.property(likely, (text) => {
      const read = readTarget(text);
      if (!('problem' in read)) check(read, text);
    }),
    3_000,
  );
}

test('reading a target again changes nothing, and its parts make the whole', async (t) => {
  await forReadable(t, (read) => {
    assert.deepEqual(readTarget(read.text), read);
    assert.equal(read.path + read.query, read.text);
  });
});

/** RFC 3986 §6.2.2: case of escapes, escapes of unreserved characters, and dot segments as §5.2.4 removes them. */
function normalForm(text: string): string {
  const [, path = '', query = ''] = /^([^?]*)(.*)$/s.exec(text) ?? [];
  const decoded = (part: string) =>
    part.replace(/%../gs, (triplet) => {
      const char = String.fromCharCode(Number(`0x${triplet.slice(1)}`));
      return 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'.includes(char) ? char : triplet.toUpperCase();
    });
  const output: string[] = [];
  const segments = decoded(path).split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '..') output.pop();
    else if (segment !== '.') output.push(segment);
    if (last && (segment === '..' || segment === '.')) output.push('');
  }
  return `/${output.join('/')}${decoded(query)}`;
}

test('a readable target is its own normal form, and the normal form of what came (RFC 3986 §6.2.2)', async (t) => {
  await forReadable(t, (read, text) => {
    assert.equal(normalForm(read.text), read.text);
    assert.equal(normalForm(text), read.text);
  });
});

/** RFC 3986 has no place for these characters: browsers escape them in a path or query, servers take them as they are. */
const escaped = (text: string) => text.replace(/["<>^`{|}']/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

test('a browser reads a readable target as the same path and query of the same site (WHATWG URL)', async (t) => {
  await forReadable(t, (read) => {
    const url = new URL(read.text, ORIGIN);
    assert.equal(url.origin, ORIGIN);
    const seen = url.href.slice(ORIGIN.length);
    assert.equal(escaped(seen), escaped(read.text));
    if (/^[\w.~:/?@!$&()*+,;=%-]*$/.test(read.text)) assert.equal(seen, read.text);
  });
});

test('no segment of a readable path becomes a dot segment, a separator or NUL, however often a server decodes it', async (t) => {
  const decodeBytes = (text: string) =>
    text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  await forReadable(t, (read) => {
    for (const segment of read.path.slice(1).split('/')) {
      const once = decodeBytes(segment);
      for (const form of [segment, once, decodeBytes(once)])
        assert.doesNotMatch(form, /^\.{1,2}(;|$)|[/\\\0]/, JSON.stringify(read.path)); // a servlet container drops what follows ";"
    }
  });
});

test('what cannot be read is refused with a sentence, and holds nothing of the target', async (t) => {
  const any = fc.oneof(
    likely,
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  await holds(
    t,
    fc.property(any, (text) => {
      const read = readTarget(text);
      if ('problem' in read) assert.match(read.problem, /^(it|its path|the request target) [ -~]{10,120}$/);
      else assert.ok(read.text.startsWith('/'));
    }),
    2_000,
  );
});

const published: readonly (readonly [name: string, path: string])[] = [
  ['Exchange', '/owa/*'],
  ['App', '/app/*'],
  ['One', '/one'],
  ['Deep', '/a/b/*'],
];
const rules = published.map(([name, path]) => ({ name, publicNames: [SITE], paths: [path] }) as unknown as PublishingRule);

/** The rule that a server would say the raw target belongs to: decoded at once, letters of ASCII alike. */
function ruleFor(text: string): string | null {
  const path = Buffer.from(
    text.replace(/\?.*/s, '').replace(/%(..)/gs, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  const lower = path.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const hit = published.find(([, pattern]) => {
    const folder = pattern.replace(/\*$/, '');
    return lower === pattern || (folder !== pattern && (lower.startsWith(folder) || `${lower}/` === folder));
  });
  return hit?.[0] ?? null;
}

test('the rule for what came is the rule for what is forwarded', async (t) => {
  const selected = (path: string) => {
    const selection = selectRule(rules, SITE, path);
    return selection.kind === 'rule' ? selection.rule.name : null;
  };
  const below = fc.tuple(fc.constantFrom('/owa', '/O%77a', '/%61pp', '/one', '/a/%62', '/ow', '/a%'), likely, fc.boolean());
  await holds(
    t,
    fc.property(
      fc.oneof(
        likely,
        below.map(([start, rest, slash]) => start + (slash ? rest : rest.slice(1))),
      ),
      (text) => {
        const read = readTarget(text);
        if ('problem' in read) return;
        assert.equal(selected(read.path), ruleFor(text), text);
        assert.equal(ruleFor(read.text), ruleFor(text), text);
      },
    ),
    3_000,
  );
});

test('every readable target survives curl unchanged (T-06)', async (t) => {
  await forReadable(t, ({ text }) => assert.equal(decodeCurl(encodeCurl(text)), text));
});

test('curl is of letters, digits, points, hyphens and Z escapes alone (T-06)', async (t) => {
  await holds(
    t,
    fc.property(fc.oneof(likely, fc.string({ unit: 'binary' })), (text) => {
      assert.match(encodeCurl(text), /^(?:[A-Ya-z0-9.-]|Z[0-9A-F]{2})*$/);
    }),
  );
});

test('whatever curl says, it leads to a path of this site, in a browser too, and it says the same ever after (T-06, guard)', async (t) => {
  const hostile = fc.array(
    fc.constantFrom(
      '/',
      '\\',
      '//',
      '\t',
      '\n',
      '\r',
      '\0',
      ' ',
      'Z2F',
      'Z5C',
      'Z09',
      'Z0D',
      'Z0A',
      'Z00',
      'Z2f',
      'Z25',
      '%2F',
      'Z',
      'ZZ',
      'Z5A2F',
      '@',
      ':',
      'evil.example',
      'http:',
      '.',
      '..',
      '?',
      '#',
      'Zc3',
      '\u012f',
      '\u2215',
      '\ufeff',
      '\xa0',
    ),
    { maxLength: 8 },
  );
  const curl = fc.oneof(
    fc.string({ unit: 'binary' }),
    hostile.map((pieces) => pieces.join('')),
    hostile.map((pieces) => encodeCurl(`/${pieces.join('')}`)),
    likely,
  );
  await holds(
    t,
    fc.property(curl, (text) => {
      const target = decodeCurl(text);
      assert.match(target, /^\/[!-~]*$/);
      for (const form of [target, target.replace(/%(2f|5c|09|0[ad])/gi, '$&'), target.replaceAll('\\', '/')])
        assert.equal(new URL(form, ORIGIN).origin, ORIGIN, target);
      assert.equal(decodeCurl(encodeCurl(target)), target);
    }),
    5_000,
  );
});
