import test from 'ava';
import { webConfigText } from '../../src/exchange/web-config/shipped-web-config.ts';
import { applicationOf, startConsole } from './console-rig.ts';

const legacy = webConfigText('beOwa', '15.0.1076.9', { value: 'LegacyLogOff' });
const remarked = webConfigText('beOwa', '15.0.1076.9', 'commented-out');
const REMINDER = /overwrites web\.config; going back to LegacyLogOff is supported with CU9 or later only, and may go \[E-02\]/;

test('a file is sent as it is, in any encoding of XML, and is in effect', async (t) => {
  const { put, upload, show } = await startConsole(t);
  await put({ profile: '2013-cu8' });
  const utf16 = Buffer.from(`\ufeff${remarked.replace('utf-8', 'utf-16')}`, 'utf16le');
  const { status, json, text } = await upload('beOwa', utf16);
  t.is(status, 200);
  t.like(json, { file: 'beOwa', entry: 'commented out (line 9)', inEffect: 'commented out (line 9)' });
  t.regex((json['notes'] as string[]).join('\n'), REMINDER);
  t.true(text.endsWith('}\n'));
  t.like(await show(), { signOutKind: { feOwa: 'LegacyLogOff', beOwa: null, beEcp: 'LegacyLogOff' } });
});

test('no content type is asked for, but a form’s is refused: with it the body is not the file', async (t) => {
  const { ask } = await startConsole(t);
  const send = (type: string) => ask('PUT', '/api/lab/web-config/beOwa', legacy, { 'Content-Type': type });
  for (const type of ['text/xml', 'text/plain', 'application/octet-stream']) t.is((await send(type)).status, 200, type);
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const { status, json } = await send(type);
    t.is(status, 400);
    t.regex(
      json['error'] as string,
      /send the file as it is: curl -T FILE http:\/\/127\.0\.0\.1:\d+\/api\/lab\/web-config\/beOwa/,
    );
  }
});

for (const [title, file, content, status, says] of [
  ['another name', 'feEcp', legacy, 404, /no web\.config "feEcp"; there are feOwa, beOwa, beEcp/],
  ['more than 2 MiB', 'beOwa', legacy + ' '.repeat(2 * 1024 * 1024), 413, /at most 2 MiB/],
  ['nothing', 'beOwa', '', 400, /^beOwa:1:1: the file is empty/],
  ['a file that is not whole', 'beOwa', legacy.slice(0, -20), 400, /^beOwa:\d+:\d+: this is not well-formed XML/],
  ['bytes that are no text', 'beOwa', Buffer.from([0x3c, 0x61, 0xff, 0x3e]), 400, /^beOwa:1:3: a byte here is not UTF-8/],
] as const)
  test(`${title} is answered with ${status}, and the file that is there stays`, async (t) => {
    const { lab, put, upload } = await startConsole(t);
    await put({ profile: '2013-cu8' });
    const before = applicationOf(lab, 'beOwa').file();
    const reply = await upload(file, content);
    t.is(reply.status, status);
    t.regex(reply.json['error'] as string, says);
    t.is(applicationOf(lab, 'beOwa').file(), before);
  });

test('with autoRecycle off the file waits until the pools are recycled by hand, and that is said', async (t) => {
  const { put, upload, show, json } = await startConsole(t);
  await put({ profile: '2013-cu8', options: { autoRecycle: 'false' } });
  const WAITING = 'set to "LegacyLogOff" (line 9), until the application pool is recycled (POST /api/recycle)';
  const saved = (await upload('beOwa', remarked)).json;
  t.like(saved, { entry: 'commented out (line 9)', inEffect: WAITING });
  t.regex((saved['notes'] as string[]).join('\n'), /beOwa: saved, but not read: the option autoRecycle is false/);
  t.regex(((await put({ signOutKind: { beEcp: null } })).json['notes'] as string[]).join('\n'), /beEcp: saved, but not read/);
  t.like(await show(), {
    signOutKind: { beOwa: 'LegacyLogOff', beEcp: 'LegacyLogOff' },
    webConfig: { feOwa: 'set to "LegacyLogOff" (line 9)', beOwa: `commented out (line 9); in effect: ${WAITING}` },
  });
  const recycled = { signOutKind: { beOwa: null, beEcp: null }, webConfig: { beOwa: 'commented out (line 9)', beEcp: 'absent' } };
  t.like((await json('POST', '/api/recycle', {})).json, recycled);
  t.like(await show(), recycled);
});

test('a build brings its own files; what was saved by hand is gone, and the answer says so', async (t) => {
  const { put, upload } = await startConsole(t);
  await put({ profile: '2013-cu8' });
  await upload('beOwa', remarked);
  const { json } = await put({ profile: '2013-cu9-shipped', signOutKind: { beEcp: null } });
  t.like(json, { webConfig: { beOwa: 'set to "LegacyLogOff" (line 9)', beEcp: 'absent' } });
  const notes = json['notes'] as string[];
  t.regex(
    notes[0] as string,
    /^beOwa: 2013-cu9-shipped brought its own web\.config \(set to "LegacyLogOff"\).*saved before is gone; do it again.*E-02/,
  );
  t.is(notes.filter((note) => note.includes('brought')).length, 1);
  const again = (await put({ profile: '2013-cu10', webConfig: { beEcp: legacy } })).json['notes'] as string[];
  t.false(again.some((note) => note.includes('brought')));
});

test('a file of the command line is not put back after a build is installed: the answer says how', async (t) => {
  const { put } = await startConsole(t, { beOwa: '/home/me/web.config' });
  t.deepEqual((await put({ profile: '2013-cu6' })).json['notes'], []);
  const [note, ...others] = (await put({ profile: '2013-cu8' })).json['notes'] as string[];
  t.regex(
    note as string,
    /^beOwa: 2013-cu8 brought .*the file of --web-config is not on this server; to put it back, save \/home\/me\/web\.config again/,
  );
  t.deepEqual(others, []);
});

const odd = legacy.replace('<appSettings>', '<appSettings>\n    <add key="LogonSettings.SignOutKnd" value="x" />');
for (const [title, change, note] of [
  [
    'a key that the build does not read',
    { profile: '2013-cu6', signOutKind: { beOwa: null } },
    /^beOwa: no effect, for 2013-cu6 does not read the key \[E-08\]$/,
  ],
  [
    'a file of an old front end',
    { profile: '2013-cu8', frontEnd: '2013-cu1', webConfig: { feOwa: legacy } },
    /^feOwa: no effect, for 2013-cu1 does not/,
  ],
  [
    'the front end’s file without forms',
    { profile: '2013-cu8', signOutKind: { feOwa: null } },
    /^feOwa: no effect with vdirAuth basic/,
  ],
  [
    'a value that Exchange does not know',
    { profile: '2013-cu8', signOutKind: { beOwa: 'Modern' } },
    /^beOwa: set to "Modern", which is no value that Exchange knows/,
  ],
  [
    'a value that the literal parser does not know',
    { profile: '2013-cu8', signOutKind: { beOwa: '1' }, options: { signOutKindParser: 'literal' } },
    /^beOwa: set to "1", which is no value/,
  ],
  [
    'a missing key whose meaning is not proven',
    { profile: 'se', signOutKind: { beOwa: null } },
    /^beOwa: what a missing key means to se is not proven/,
  ],
  [
    'what the reader found odd',
    { profile: '2013-cu8', webConfig: { beOwa: odd } },
    /^beOwa:5: .*did you mean LogonSettings\.SignOutKind\?/,
  ],
  ['what the next update does', { profile: '2013-cu8', signOutKind: { beOwa: '0' } }, REMINDER],
  [
    'an option of other builds',
    { profile: '2013-cu8', options: { landing: 'signout' } },
    /^options\.landing: no effect with 2013-cu8 \[E-01\]$/,
  ],
  [
    'a farm’s option without an old front end',
    { profile: '2013-cu8', options: { mixedFarm: 'logon-then-logoff-loop' } },
    /^options\.mixedFarm: no effect/,
  ],
  ['how to match nothing', { logoffUrl: null, match: 'query' }, /^match: no effect while logoffUrl is null$/],
] as const)
  test(`notes tell ${title}`, async (t) => {
    const { put } = await startConsole(t);
    const notes = (await put(change)).json['notes'] as string[];
    t.is(notes.filter((line) => note.test(line)).length, 1, notes.join('\n'));
  });

for (const [title, change] of [
  ['a build', { profile: '2016-rtm' }],
  ['authentication and a logoff URL', { vdirAuth: 'fba', logoffUrl: '/logoff.owa', match: 'contains' }],
  ['an option where it matters', { profile: 'se', options: { landing: 'signout', autoRecycle: 'false' } }],
] as const)
  test(`there is nothing to note about ${title}`, async (t) => {
    const { put } = await startConsole(t);
    t.deepEqual((await put(change)).json['notes'], []);
  });
