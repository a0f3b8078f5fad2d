import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { judgeMemory, type Sample } from './verdict.ts';

const MEGABYTE = 1e6;

/** Looks of one a minute. */
const looks = (heaps: readonly number[]): Sample[] => heaps.map((heap, n) => ({ at: n * 60_000, heap: heap * MEGABYTE }));

const judged: [what: string, heaps: number[], flat: boolean, sentence: RegExp][] = [
  ['that goes up and down', [40, 43, 40, 43, 40, 43, 40, 43, 40], true, /^Memory is flat: from 4\d\.\d MB/],
  ['that falls', [60, 55, 50, 45, 40, 35, 30, 25, 20], true, /grown by -25\.0 MB/],
  ['that grows by less than 5 MB', [40, 40, 40, 40, 40.9, 41.8, 42.7, 43.6, 44.5], true, /by 4\.\d MB .* of 5\.0 MB allowed/],
  [
    'that grows by 6 MB',
    [40, 40, 40, 40, 41.2, 42.4, 43.6, 44.8, 46],
    false,
    /^Memory is NOT FLAT: from 40\.0 MB it has grown by 6\.0 MB/,
  ],
  ['that grows by less than a tenth', [400, 400, 400, 400, 407, 414, 421, 428, 435], true, /by 35\.0 MB .* of 40\.0 MB allowed/],
  ['that grew while it warmed up', [10, 25, 40, 40, 40, 40, 40, 40, 40], true, /from 40\.0 MB it has grown by 0\.0 MB/],
  ['that was looked at too few times', [40, 40, 40, 40, 40], false, /^Too short to say/],
];

for (const [what, heaps, flat, sentence] of judged)
  test(`memory ${what} ${flat ? 'is flat' : 'is not said to be flat'}`, (t) => {
    const verdict = judgeMemory(looks(heaps));
    t.is(verdict.flat, flat, verdict.sentence);
    t.regex(verdict.sentence, sentence);
  });

function startSoak(t: ExecutionContext, ...args: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=DEP0060', 'test/load/soak.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = Promise.all([text(child.stderr), once(child, 'close')]).then(([complaint, [code]]) => ({ complaint, code }));
  return { child, ended };
}

test('a soak of seconds finds memory flat and nothing that must not be', async (t) => {
  const { child, ended } = startSoak(t, '--minutes', '0.1', '--every', '1', '--people', '8');
  const output = await text(child.stdout);
  const { code, complaint } = await ended;
  t.regex(output, /^Outcomes: (?=.*\blogon \d)(?=.*\bvisit \d)(?=.*\bsign-out \d)/m);
  t.regex(output, /^Memory is flat/m);
  t.regex(output, /^Outcomes that must not be: 0\.$/m);
  t.is(code, 0, complaint);
});

test('a soak that is interrupted says what it has found so far', async (t) => {
  const { child, ended } = startSoak(t, '--minutes', '2', '--every', '1', '--people', '2');
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (output === '') child.kill('SIGINT');
    output += chunk;
  });
  t.is((await ended).code, 1, 'nobody can say that memory is flat');
  t.regex(output, /^Sessions ended: .*\n(.*\n)*Too short to say/m);
  t.regex(output, /^Outcomes that must not be: 0\.$/m);
});

test('a soak explains itself, and knows what it does not know', async (t) => {
  const help = startSoak(t, '--help');
  t.regex(await text(help.child.stdout), /^npm run soak -- \[--minutes 15\]/);
  t.is((await help.ended).code, 0);
  for (const wrong of [
    ['--hours', '1'],
    ['--minutes', 'many'],
    ['--people', '0'],
  ]) {
    const { code, complaint } = await startSoak(t, ...wrong).ended;
    t.is(code, 2, wrong.join(' '));
    t.regex(complaint, /npm run soak/);
  }
});
