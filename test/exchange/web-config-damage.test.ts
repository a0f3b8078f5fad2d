import test from 'ava';
import fc from 'fast-check';
import { LabError } from '../../src/errors.ts';
import { readWebConfig } from '../../src/exchange/web-config/read-web-config.ts';
import { webConfigText } from '../../src/exchange/web-config/shipped-web-config.ts';

const KEY = 'LogonSettings.SignOutKind';
const ENTRY = `<add key="${KEY}" value="LegacyLogOff" />`;
const holding = (inside: string) => `<configuration><appSettings>${inside}</appSettings></configuration>`;

/** Pieces that mutations put in: what XML, encodings and this reader look at. */
const marks = ['<', '>', '"', "'", '&', ';', '<!--', '-->', ']]>', '<![CDATA[', '<?', '?>', '/', '<!DOCTYPE', '<x>', '</x>', '='];
const pieces = ['', ' ', 'x', ...marks, '–', '“', '\0', '\r', '\ud800', ENTRY, KEY];

const originals = [webConfigText('feOwa', '15.0', { value: 'LegacyLogOff' }), webConfigText('beOwa', '15.0', 'commented-out')];
const damaged = fc
  .tuple(
    fc.constantFrom(...originals),
    fc.array(fc.tuple(fc.nat(700), fc.constantFrom(0, 0, 1, 3, 40), fc.constantFrom(...pieces)), { maxLength: 3 }),
  )
  .map(([original, edits]) =>
    edits.reduce((text, [at, gone, piece]) => text.slice(0, at) + piece + text.slice(at + gone), original),
  );
const damagedBytes = fc
  .tuple(damaged, fc.constantFrom('utf8', 'utf16le'), fc.array(fc.tuple(fc.nat(1200), fc.nat(255)), { maxLength: 2 }))
  .map(([text, form, changes]) => {
    const bytes = Buffer.from(form === 'utf8' ? text : text.replace('utf-8', 'utf-16'), form as BufferEncoding);
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    return bytes;
  });

test('a damaged file is read or refused with a sentence, never a crash', (t) => {
  const count = { read: 0, refused: 0 };
  const read = (content: string | Uint8Array) => {
    try {
      readWebConfig(content, 'web.config');
      count.read++;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      count.refused++;
    }
  };
  fc.assert(fc.property(fc.oneof(damaged, damagedBytes), read), { numRuns: 6000 });
  t.true(count.read > 300 && count.refused > 300, JSON.stringify(count));
});

test('the largest files take time in proportion to their size, whatever they are full of', (t) => {
  const full = (piece: string) => piece.repeat(Math.floor(2_000_000 / piece.length));
  const contents = [
    ...['<x>', '<!--', `<!-- ${KEY} -->`, `<x a="${KEY}"/>`, '\n', '&lt;', '<!', `<remove key="${KEY}"/>${ENTRY}`, '“']
      .map(full)
      .map(holding),
    holding(`<!-- ${full(`add key="${KEY}" <`)} -->`),
    holding(`<add ${full('a="b" ')}`),
    holding(`<add key="${full('<!-')}`),
    `<?xml ${full('encoding= ')}`,
    full(' '),
    Buffer.alloc(2_000_000, 10).fill(0xff, 1_999_999),
  ];
  for (const content of contents) {
    const start = process.cpuUsage();
    try {
      t.true(readWebConfig(content, 'big').notes.length <= 21);
    } catch (error) {
      t.true(error instanceof LabError, String(error));
    }
    const { user } = process.cpuUsage(start); // of this process alone: how busy the machine is does not matter
    t.true(user < 5_000_000, String(content.slice(0, 200)));
  }
});
