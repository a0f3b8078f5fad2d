import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'node-html-parser';
import { SaxesParser } from 'saxes';
import { send } from '../send-request.ts';
import { startConsole } from './console-rig.ts';

const HOSTILE = '"><script>ran()</script><!--]]>&amp;`|*[x](javascript:ran())';

/** A run of a choice that nobody has committed anything for, whose texts are hostile, once it is over. */
async function runHostile(t: ExecutionContext, fields: Record<string, string> = {}) {
  const rig = await startConsole(t);
  const host = `127.0.0.1:${rig.consolePort}`;
  const own = { Host: host, Origin: `http://${host}`, 'Content-Type': 'application/x-www-form-urlencoded' };
  const choice = { profile: '2013-cu8', vdirAuth: 'basic', app: 'owa', client: 'premium', match: 'contains', how: 'driven' };
  const kinds = { feOwa: 'shipped', beOwa: HOSTILE, beEcp: 'shipped' };
  const body = new URLSearchParams({ ...choice, ...kinds, logoffUrl: `/owa/${HOSTILE}`, ...fields });
  const post = (path: string, form: URLSearchParams) => rig.ask('POST', path, form.toString(), own);
  const begun = await post('/runs', body);
  // A comparison has its own turn, behind the run.
  if (begun.status === 303) await post('/compare', new URLSearchParams({ left: 'cu1-breaks-it', right: 'run-1' }));
  return { ...rig, begun };
}

test('whatever a choice says, each file of its run is what its type says, under a name of ours', async (t) => {
  const { ask, begun } = await runHostile(t);
  t.deepEqual([begun.status, begun.headers.location], [303, '/runs/run-1']);
  const file = async (format: string) => {
    const { status, headers, text } = await ask('GET', `/runs/run-1/export?format=${format}`);
    t.is(status, 200, format);
    t.regex(String(headers['content-disposition']), /^attachment; filename="run-1\.[a-z.-]+"$/);
    t.is(headers['x-content-type-options'], 'nosniff');
    return text;
  };
  const elements: string[] = [];
  const xml = new SaxesParser();
  xml.on('opentag', ({ name }) => elements.push(name));
  xml.on('error', (error) => t.fail(error.message));
  xml.write(await file('junit')).close();
  t.deepEqual([...new Set(elements)], ['testsuites', 'testsuite', 'testcase', 'skipped']);
  for (const format of ['har', 'har-back-end', 'json']) t.is(typeof JSON.parse(await file(format)), 'object', format);
  const html = parse(await file('html'));
  t.is(html.querySelectorAll('script, img, [onload], [onerror], a[href^="javascript"]').length, 0);
  t.regex(html.querySelector('meta[http-equiv]')?.getAttribute('content') ?? '', /^default-src 'none'/);
  const [prose] = (await file('markdown')).split('```mermaid');
  t.notRegex(prose?.replace(/\\./g, '') ?? '', /[<`|[]/, 'all that Markdown would read is escaped');
  t.notRegex(await file('mermaid'), /<script|`/);
});

test('a run that nobody has committed anything for is neither right nor wrong: on its page, and in no file', async (t) => {
  const { ask } = await runHostile(t, { logoffUrl: '/owa/logoff.owa?x', beOwa: 'shipped', profile: '2013-cu1' });
  const text = async (path: string) => (await ask('GET', path)).text;
  const page = parse(await text('/runs/run-1')).querySelector('#verdict')?.textContent ?? '';
  t.regex(page, /Nothing is committed for this choice/);
  t.notRegex(page, /[Aa]s expected/);
  t.regex(
    await text('/runs/run-1/export?format=junit'),
    /skipped="1"[\s\S]*<skipped message="nothing is committed for this choice/,
  );
  const markdown = await text('/runs/run-1/export?format=markdown');
  t.deepEqual([/nothing is committed for this choice/.test(markdown), /as expected/.test(markdown)], [true, false]);
  const { run } = JSON.parse(await text('/runs/run-1/export?format=json'));
  t.is(run.verdict.confirmation, 'no-expectation');
  t.regex(await text('/runs/run-1/export?format=html'), /Nothing is committed for this choice/);
});

test('a run that is as the documents say has passed in JUnit', async (t) => {
  const { ask } = await runHostile(t, { preset: 'cu1-breaks-it' });
  const { text } = await ask('GET', '/runs/run-1/export?format=junit');
  t.regex(text, /failures="0" errors="0" skipped="0"/);
  t.regex(text, /name="mark" value="seen"/);
});

test('no text of a request can end a message of a stream, or begin another', async (t) => {
  const { lab, consolePort, ask } = await startConsole(t);
  const breaks = '\r\nevent: end\rdata: 1\n\n\u2028\u2029event: reload';
  lab.recorder.record({
    ...{ exchange: breaks, party: 'gateway', kind: 'request', method: breaks, host: breaks, target: breaks },
    ...{ identity: breaks, sentence: breaks, headers: [[breaks, breaks]], cookies: [{ name: breaks, did: 'set' }] },
  });
  await send(lab.ports.gateway, 'GET', '/owa/%0D%0Aevent:%20end', { Host: 'mail.localhost' });
  t.is((await ask('GET', '/')).status, 200);
  const last = lab.recorder.next() - 1;
  for (const path of ['/stream?since=1', '/api/trace/stream?since=1']) {
    const sent = get({ host: '127.0.0.1', port: consolePort, path, agent: false });
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of answer.setEncoding('utf8')) {
      text += chunk;
      if (text.includes(`id: ${last}\n`)) break;
    }
    const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== '' && !line.startsWith('data: '));
    const known = lines.filter((line) => /^(id: \d+|event: (put|at|message)|retry: 500)$/.test(line));
    t.deepEqual(lines, known, path);
    t.false(text.includes('\r'));
  }
});

for (const [what, fields] of [
  ['a value with a control character', { beOwa: 'x\u0001y' }],
  ['a value that is too long', { beOwa: 'x'.repeat(201) }],
  ['a logoff URL with a line break', { logoffUrl: '/owa/\r\nX: y' }],
  ['a logoff URL that is too long', { logoffUrl: `/${'x'.repeat(2_100)}` }],
  ['a name that objects have', { profile: '__proto__', preset: 'constructor' }],
  ['a number of advice that there is not', { preset: 'none' }],
  ['a way to run that there is not', { preset: 'cu1-breaks-it', how: 'toString' }],
] as const)
  test(`${what} begins no run, and is answered with a sentence`, async (t) => {
    const { begun, ask } = await runHostile(t, fields);
    t.is(begun.status, 400);
    t.true(begun.text.length < 2_000);
    t.is((await ask('GET', '/runs/run-1')).status, 404);
  });
