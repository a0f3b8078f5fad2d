import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { detectLogoff } from '../../src/gateway/detect-logoff.ts';
import { readTarget } from '../../src/gateway/read-target.ts';
import type { LogoffSetting } from '../../src/rules/publishing-rule.ts';
import { holds } from '../holds.ts';

/** Triplets and characters of a text. */
const tokens = (text: string) => text.match(/%[0-9a-f]{2}|./gis) ?? [];

/** T-02, said once more: escapes of unreserved characters count as these, in a path as servers read it those of `!$&'()*+,:=@` too. */
function comparable(text: string, ignoreCase: boolean, asWritten: boolean): string {
  let query = asWritten;
  const read = tokens(text).map((token) => {
    query ||= token === '?';
    const char = token.length === 3 ? String.fromCharCode(Number.parseInt(token.slice(1), 16)) : token;
    const same = /[A-Za-z0-9._~-]/.test(char) || (!query && "!$&'()*+,:=@".includes(char));
    return token.length === 3 && !same ? token.toUpperCase() : char;
  });
  return ignoreCase ? read.join('').toLowerCase() : read.join('');
}

function occurs(text: string, part: string): boolean {
  for (let at = 0; at + part.length <= text.length; at++) if (text.slice(at, at + part.length) === part) return true;
  return false;
}

function isSignOut(target: string, logoff: LogoffSetting): boolean {
  return isSignOutAs(target, logoff, true) || isSignOutAs(target, logoff, false);
}

function isSignOutAs(target: string, { url, match, ignoreCase }: LogoffSetting, asWritten: boolean): boolean {
  const [whole = '', wanted = ''] = [target, url].map((text) => comparable(text, ignoreCase, asWritten));
  const [path = '', ...rest] = whole.split('?');
  if (match === 'exact') return (wanted.includes('?') ? whole : path) === wanted;
  return occurs(match === 'query' ? whole.slice(path.length) : whole, wanted) && (match === 'contains' || rest.length > 0);
}

const word = fc.constantFrom(
  '/',
  'owa',
  'Owa',
  'logoff',
  '%6cogoff',
  '.owa',
  '?',
  'Cmd',
  '=',
  '%3D',
  '&',
  '%26',
  '(',
  '%28',
  '%c3%a4',
  'a',
  '%3b',
  '%2b',
);
const words = fc.array(word, { minLength: 1, maxLength: 5 }).map((list) => list.join(''));
const setting = fc.record({
  url: words,
  match: fc.constantFrom<LogoffSetting['match'][]>('contains', 'query', 'exact'),
  ignoreCase: fc.boolean(),
  onLogoff: fc.constant('page' as const),
  redirectTo: fc.constant(null),
  forwardToBackend: fc.constant(false),
});
/** Targets that hold the logoff URL, in one case or the other, or parts of it, or nothing of it. */
const watched = setting.chain((logoff) => {
  const around = fc.tuple(
    fc.oneof(words, fc.constant('')),
    fc.constantFrom(logoff.url, logoff.url.toUpperCase(), ''),
    fc.oneof(words, fc.constant('')),
  );
  return fc.tuple(
    fc.constant(logoff),
    around.map((parts) => parts.join('')),
  );
});

test('the logoff URL is detected exactly where a plain search finds it (T-02)', async (t) => {
  const count = { hit: 0, miss: 0 };
  await holds(
    t,
    fc.property(watched, ([logoff, text]) => {
      const target = readTarget(text.startsWith('/') ? text : `/${text}`);
      if ('problem' in target) return;
      const { matched, sentence } = detectLogoff(target, logoff);
      assert.equal(matched, isSignOut(target.text, logoff));
      assert.equal(/ (does|is) not /.test(sentence.replaceAll(/"[^"]*"/g, '')), !matched);
      count[matched ? 'hit' : 'miss']++;
    }),
    4_000,
  );
  assert.ok(count.hit > 200 && count.miss > 200, JSON.stringify(count));
});

test('a target that holds the logoff URL as it is written contains it (T-02)', async (t) => {
  await holds(
    t,
    fc.property(watched, ([logoff, text]) => {
      const target = readTarget(`/${text.replace(/^\/+/, '')}?${logoff.url}`);
      if ('problem' in target) return;
      assert.ok(detectLogoff(target, { ...logoff, match: 'contains' }).matched);
    }),
    2_000,
  );
});
