import test from 'ava';
import fc from 'fast-check';
import { LabError } from '../../src/errors.ts';
import { readWebConfig } from '../../src/exchange/web-config/read-web-config.ts';
import { webConfigText } from '../../src/exchange/web-config/shipped-web-config.ts';
import { describeEntry, parseSignOutKind, type SignOutEntry, valueInEffect } from '../../src/exchange/web-config/web-config.ts';

const KEY = 'LogonSettings.SignOutKind';
const ENTRY = `<add key="${KEY}" value="LegacyLogOff" />`;
const absent = { state: 'absent' } as const;
const set = (value: string, line = 4) => ({ state: 'set', value, line }) as const;
const commented = (value: string, line = 4) => ({ state: 'commented-out', value, line }) as const;

/** A file whose appSettings hold that text, on line 4. */
const holding = (inside: string) =>
  `<?xml version="1.0" encoding="utf-8"?>\n<configuration>\n  <appSettings>\n    ${inside}\n  </appSettings>\n</configuration>\n`;

const utf16 = (text: string, order: 'le' | 'be', mark: boolean) => {
  const bytes = Buffer.from((mark ? '\ufeff' : '') + text.replace('utf-8', 'utf-16'), 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};

/** What a file says, and what the notes must hold (none: there must be no note). */
const readable: [title: string, content: string | Uint8Array, entry: SignOutEntry, note?: RegExp][] = [
  ['the entry as BLOG prints it', holding(ENTRY), set('LegacyLogOff')],
  ['any case of the key', holding(ENTRY.replace(KEY, 'LOGONSETTINGS.signoutkind')), set('LegacyLogOff')],
  ['single quotes and line breaks', holding(`<add\r\n  key='${KEY}'\r\n  value='1'></add>`), set('1')],
  ['a value with entities', holding(`<add key="${KEY}" value="&lt;&#65;&quot;&amp;" />`), set('<A"&')],
  ['an empty value', holding(`<add key="${KEY}" value="" />`), set('')],
  ['no entry', holding('<add key="Other" value="1" />'), absent],
  ['no appSettings', '<configuration />', absent],
  ['lines that end with CR LF', holding(`\n${ENTRY}`).replaceAll('\n', '\r\n'), set('LegacyLogOff', 5)],
  ['lines that end with CR alone', holding(ENTRY).replaceAll('\n', '\r'), set('LegacyLogOff')],
  ['a namespace on the root', holding(ENTRY).replace('<configuration', '<configuration xmlns="urn:x"'), set('LegacyLogOff')],
  ['BLOG’s comment', holding(`<!-- add key="${KEY}" value="LegacyLogOff" /-->`), commented('LegacyLogOff')],
  ['BLOG’s comment without its slash', holding(`<!-- add key="${KEY}" value="X"-->`), commented('X')],
  ['an editor’s comment', holding(`<!-- ${ENTRY} -->`), commented('LegacyLogOff')],
  ['an editor’s comment over lines', holding(`<!--\n<add key="a" />\n  ${ENTRY}\n-->`), commented('LegacyLogOff', 6)],
  ['a remark before the commented entry', holding(`<!-- was: ${ENTRY} -->`), commented('LegacyLogOff')],
  ['two comments', holding(`<!-- ${ENTRY} -->\n<!-- add key="${KEY}" value="x" /-->`), commented('LegacyLogOff')],
  ['a comment beside the entry', holding(`<!-- ${ENTRY} -->\n${ENTRY.replace('Legacy', 'No')}`), set('NoLogOff', 5)],
  ['a comment after text and CR LF', holding(`<!-- a -->\r\n b \r\n<!-- ${ENTRY} -->`), commented('LegacyLogOff', 6)],
  ['<remove> before the entry', holding(`<remove key="${KEY}" />${ENTRY}`), set('LegacyLogOff')],
  [
    '<remove> after the entry',
    holding(`${ENTRY}\n<remove key="${KEY.toUpperCase()}" />`),
    absent,
    /:5: <remove> takes out .* line 4/,
  ],
  ['<clear> after the entry', holding(`${ENTRY}<clear />`), absent, /:4: <clear> takes out/],
  ['the entry again after <clear>', holding(`${ENTRY}<clear />\n${ENTRY}`), set('LegacyLogOff', 5), /<clear>/],
  ['<remove> of another key', holding(`${ENTRY}<remove key="Other" />`), set('LegacyLogOff')],
  [
    'the key inside <location> of another folder',
    `<configuration><location path="auth"><appSettings>${ENTRY}</appSettings></location></configuration>`,
    absent,
    /:1: .* stands in configuration\/location\/appSettings\/add, not in configuration\/appSettings\/add: not in effect$/,
  ],
  ['another section', holding(ENTRY).replaceAll('appSettings', 'settings'), absent, /configuration\/settings\/add/],
  ['the wrong case of appSettings', holding(ENTRY).replaceAll('appS', 'AppS'), absent, /:4: .*AppSettings\/add/],
  ['the wrong case of add', holding(ENTRY.replace('add', 'Add')), absent, /appSettings\/Add/],
  ['the wrong case of key=', holding(ENTRY.replace('key=', 'Key=')), absent, /without an attribute key/],
  ['the wrong case of value=', holding(ENTRY.replace('value=', 'Value=')), set(''), /no attribute value/],
  ['an entry that lost its brackets', holding(`add key="${KEY}" value="LegacyLogOff" /`), absent, /:4: .*stands here as text/],
  ['an entry in CDATA', holding(`<![CDATA[${ENTRY}]]>`), absent, /:4: .*stands here as text/],
  ['a remark that names the key', holding(`<!-- see ${KEY} -->`), absent, /:4: a comment names .* without being an entry/],
  ['a comment outside the section', `<configuration>\n<!-- ${ENTRY} --></configuration>`, absent, /:2: a comment outside/],
  ['a letter too many', holding(`<add key="LogonSettings.SignoutKinds" value="1" />`), absent, /:4: .*did you mean Logon/],
  ['a letter too few', holding(`<add key="LogonSetting.SignOutKind" value="1" />`), absent, /did you mean/],
  ['swapped letters', holding(`<add key="LogonSettings.SingOutKind" value="1" />`), absent, /did you mean/],
  ['a blank in the key', holding(`<add key=" ${KEY}" value="1" />`), absent, /did you mean/],
  [
    'smart quotes in the value',
    holding(ENTRY.replace('LegacyLogOff', '“LegacyLogOff”')),
    set('“LegacyLogOff”'),
    /:4: .*“ \(U\+201C/,
  ],
  ['smart quotes in the key', holding(ENTRY.replace(KEY, `“${KEY}”`)), absent, /“ \(U\+201C.*type a plain ".*did you mean/],
  ['smart quotes in a comment', holding(`<!-- add key=“${KEY}” value=“x” /-->`), absent, /:4: a comment .*“ \(U\+201C/],
  [
    'a dash in a comment’s mark',
    holding(`<!--– add key="${KEY}" value="x" /–-->`),
    absent,
    /– \(U\+2013, en dash\): type two hyphens/,
  ],
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${holding(ENTRY)}`), set('LegacyLogOff')],
  ['UTF-16 LE with a byte order mark', utf16(holding(ENTRY), 'le', true), set('LegacyLogOff')],
  ['UTF-16 BE with a byte order mark', utf16(holding(ENTRY), 'be', true), set('LegacyLogOff')],
  ['UTF-16 LE without one', utf16(holding(ENTRY), 'le', false), set('LegacyLogOff')],
  ['UTF-16 BE without one', utf16(holding(ENTRY), 'be', false), set('LegacyLogOff')],
  ['UTF-16 that declares nothing', Buffer.from(holding(ENTRY).replace(/<\?.*\?>/, ' '), 'utf16le'), set('LegacyLogOff')],
  ['a string that declares UTF-16', holding(ENTRY).replace('utf-8', 'utf-16'), set('LegacyLogOff')],
  ['ASCII bytes that declare windows-1252', Buffer.from(holding(ENTRY).replace('utf-8', 'Windows-1252')), set('LegacyLogOff')],
];
for (const [title, content, entry, note] of readable)
  test(`${title}: ${describeEntry(entry)}${note ? ', with a note' : ''}`, (t) => {
    const config = readWebConfig(content, 'web.config');
    t.deepEqual(config.entry, entry);
    t.is(config.notes.length, note ? 1 : 0, config.notes.join('\n'));
    for (const form of note ? [note, /^web\.config:\d+: /] : []) t.regex(config.notes[0] as string, form);
  });

const umlaut = holding('<!-- ä -->');
const refused: [title: string, content: string | Uint8Array, sentence: RegExp][] = [
  ['an empty file', '', /^web\.config:1:1: the file is empty; expected a web\.config/],
  ['a file of blanks', ' \r\n', /the file is empty/],
  ['a byte order mark alone', Buffer.from([0xef, 0xbb, 0xbf]), /the file is empty/],
  ['HTML', '\n<!DOCTYPE html><html lang=en>', /this is an HTML page/],
  ['JSON', '{"signOutKind": 1}', /this looks like JSON/],
  ['plain text', 'Dear administrator', /this is not XML: it does not begin with "<"/],
  ['another root', '\n<Configuration/>', /^web\.config:2:1: .*root element is <configuration>, got <Configuration>$/],
  ['a DOCTYPE', '\n<!DOCTYPE configuration [<!ENTITY a "b">]><configuration/>', /^web\.config:2:1: a DOCTYPE is not read/],
  ['an entity of nobody', holding('&lol;'), /^web\.config:4:9: this is not well-formed XML \(undefined entity\)$/],
  ['the end missing', holding(ENTRY).slice(0, 150), /^web\.config:\d+:\d+: .*is the file cut off\?$/],
  [
    'a string with a byte order mark',
    '\ufeff<configuration>',
    /^web\.config:1:15: .*\(unclosed tag: configuration\): is the file/,
  ],
  ['half a character', holding('<!-- \ud800 -->'), /^web\.config:4:10: half of a character/],
  ['text before the declaration', ` ${holding(ENTRY)}`, /^web\.config:1:\d+: .*at the start of the document/],
  ['XML 1.1', holding(ENTRY).replace('1.0', '1.1'), /expected version="1.0", got "1.1"/],
  ['a wrong closing tag', holding('<add></ad>'), /^web\.config:4:14: .*unexpected close tag\)$/],
  [
    'the key set twice',
    holding(`${ENTRY}\n\n${ENTRY.replace(KEY, KEY.toLowerCase())}`),
    /^web\.config:6:1: .* on line 4 and on line 6: keep one$/,
  ],
  [
    'appSettings twice',
    holding('</appSettings>\n<appSettings>'),
    /^web\.config:5:1: a second <appSettings>, after that of line 3/,
  ],
  [
    'configSource',
    holding(ENTRY).replace('<appSettings', '<appSettings configSource="app.config"'),
    /^web\.config:3:3: .*another file, "app\.config": look for LogonSettings\.SignOutKind there, or move/,
  ],
  [
    'file=',
    holding(ENTRY).replace('<appSettings', '<appSettings file="more.config"'),
    /"more\.config", may set .*look there, or move/,
  ],
  [
    'a <location> of this directory',
    `<configuration>\n<location path="."><appSettings>${ENTRY}</appSettings></location></configuration>`,
    /^web\.config:2:20: <location path="."> applies to this directory/,
  ],
  [
    'a <location> without a path',
    `<configuration><location><appSettings /></location></configuration>`,
    /^web\.config:1:\d+: <location> applies to this directory/,
  ],
  [
    'a configuration builder',
    holding('').replace('<appSettings', '<appSettings configBuilders="B"'),
    /may set .* from elsewhere/,
  ],
  ['encryption', holding('').replace('<appSettings', '<appSettings configProtectionProvider="R"'), /encrypted: decrypt it/],
  [
    'smart marks and quotes',
    holding(`<!– add key=“${KEY}” value=“x” /–>`),
    /^web\.config:4:7: .*– \(U\+2013, en dash\).*type two hyphens/,
  ],
  ['smart quotes', holding(`<add key=“${KEY}” value="x" />`), /^web\.config:4:14: .*“ \(U\+201C, left double.*type a plain "/],
  ['a smart closing quote', holding(`<add key="${KEY}" value="x” />`), /^web\.config:4:50: .*” \(U\+201D/],
  ['smart single quotes', holding(`<add key=‘${KEY}’ value="x" />`), /‘ \(U\+2018.*type a plain '/],
  ['a smart end of a comment', holding(`<!-- ${ENTRY} –>`), /^web\.config:4:71: .*– \(U\+2013/],
  ['a no-break space', holding(ENTRY.replace(' ', '\u00a0')), /^web\.config:4:9: .*no-break space \(U\+00A0\).*plain space/],
  [
    'only the first mark of a comment taken away',
    holding(`<add key="${KEY}" value="x" /-->`),
    /take the "--" before ">" away too/,
  ],
  [
    'the mark !-- alone taken away',
    holding(`< add key="${KEY}" value="x" />`),
    /^web\.config:4:6: .*no blank may stand between "<"/,
  ],
  [
    'only the last mark of a comment taken away',
    holding(`<!-- ${ENTRY}`),
    /^web\.config:4:5: .*comment that begins here is not closed/,
  ],
  ['a comment with two hyphens', holding('<!-- don’t -- ever -->'), /^web\.config:4:5: [^’]*"--" stands inside it/],
  ['a comment around a comment', holding(`<!-- <!-- ${ENTRY} --> -->`), /^web\.config:4:\d+: .*"--" stands inside it/],
  [
    'UTF-8 that declares UTF-16',
    Buffer.from(holding(ENTRY).replace('utf-8', 'utf-16')),
    /declares encoding="utf-16", but its bytes are UTF-8: save/,
  ],
  [
    'UTF-16 that declares UTF-8',
    Buffer.from(holding(ENTRY), 'utf16le'),
    /declares encoding="utf-8", but its bytes are UTF-16: save/,
  ],
  ['bytes that are not UTF-8', Buffer.from(umlaut, 'latin1'), /^web\.config:4:10: a byte here is not UTF-8: save it/],
  [
    'windows-1252',
    Buffer.from(umlaut.replace('utf-8', 'windows-1252'), 'latin1'),
    /^web\.config:4:10: .*encoding="windows-1252" is not read here/,
  ],
  ['UTF-8 that declares windows-1252', Buffer.from(umlaut.replace('utf-8', 'windows-1252')), /but its bytes are UTF-8/],
  [
    'UTF-16 cut off in a character',
    utf16(holding(ENTRY), 'le', true).subarray(0, -1),
    /begin as UTF-16, but not all of them are/,
  ],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0]), /UTF-32/],
  ['more than 2 MiB', holding(`<!--${'x'.repeat(2 ** 21)}-->`), /^web\.config: it is larger than 2 MiB/],
  ['control characters in its words', `<a\u001b[31m/>`, /^\P{Cc}*$/u],
];
for (const [title, content, sentence] of refused)
  test(`${title}: refused with a sentence`, (t) => {
    const error = t.throws(() => readWebConfig(content, 'web.config'), { instanceOf: LabError });
    t.is(error.code, 'configuration');
    t.regex(error.message, sentence);
    t.notRegex(error.message, /\n/);
  });

test('the literal reading knows one value only, the lenient one all that Exchange takes for it [E-01]', (t) => {
  for (const value of ['legacylogoff', ' LegacyLogOff ', '1', 'DefaultSignOut, LegacyLogOff', '', 'Legacy', null])
    t.is(parseSignOutKind(value, 'literal'), 'DefaultSignOut');
  for (const parser of ['literal', 'enum'] as const) t.is(parseSignOutKind('LegacyLogOff', parser), 'LegacyLogOff');
  t.is(parseSignOutKind('1', 'enum'), 'LegacyLogOff');
});

test('an entry is told in words, and only one that is set has a value in effect', (t) => {
  t.is(describeEntry(set('LegacyLogOff', 12)), 'set to "LegacyLogOff" (line 12)');
  t.is(describeEntry(set('a\u001bb')), 'set to "a\ufffdb" (line 4)');
  t.is(describeEntry(absent), 'absent');
  t.is(describeEntry(commented('LegacyLogOff', 12)), 'commented out (line 12)');
  t.is(describeEntry(commented('x', 12)), 'commented out, with the value "x" (line 12)');
  t.deepEqual([set('x'), absent, commented('x')].map(valueInEffect), ['x', null, null]);
});

const files = ['feOwa', 'beOwa', 'beEcp'] as const;

test('the lab’s own files hold what was asked for, whatever the value', (t) => {
  for (const file of files) {
    t.is(describeEntry(readWebConfig(webConfigText(file, '15.0.1104.5', 'absent'), file).entry), 'absent');
    t.regex(
      webConfigText(file, '1', 'commented-out'),
      /^ *<!-- add key="LogonSettings.SignOutKind" value="LegacyLogOff" \/-->$/m,
    );
    t.like(readWebConfig(webConfigText(file, '1', 'commented-out'), file), {
      entry: { state: 'commented-out', value: 'LegacyLogOff' },
    });
  }
  const writable = fc.string({ unit: 'binary' }).filter((text) => !/[\p{Cc}\ufffe\uffff]/u.test(text));
  const anything = fc.oneof(writable, fc.stringMatching(/^[\t\r\n "'<>&;–“”\]-]{0,12}$/));
  fc.assert(
    fc.property(fc.constantFrom(...files), anything, (file, value) => {
      const text = webConfigText(file, value, { value });
      for (const content of [text, Buffer.from(text)]) t.like(readWebConfig(content, file).entry, { state: 'set', value });
    }),
    { numRuns: 500 },
  );
});

test('a value that XML cannot hold is refused before it is written', (t) => {
  for (const value of ['\0', '\u001f', '\ud800', '\uffff'])
    t.throws(() => webConfigText('beOwa', '1', { value }), { instanceOf: LabError, message: /XML has no such character/ });
});
