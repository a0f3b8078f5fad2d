import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import test from 'ava';
import type { Figure } from './figure.ts';

const titles: [name: string, title: RegExp, rows: RegExp[]][] = [
  [
    'logoff',
    /^Time from a sign-out at gateway A until gateway B refuses/,
    [/^Redis.*refusal at B/, /^Redis.*cut of a WebSocket/, /^memory.*refusal/],
  ],
  ['bytes', /^Bytes per session/, [/^memory: a session/, /^Redis: a session, in Redis/]],
  ['limit', /^Sessions in memory that a gateway holds/, [/sessions held/, /default limit/]],
  ['store', /^Store operations per second/, [/^memory: find/, /^Redis: find/, /^Redis: read what is near/, /^memory: log on/]],
  ['near', /^Time of a read/, [/^memory/, /^Redis, near/, /^Redis, not near/]],
  ['requests', /^Requests through the gateway/, [/^bare stack/, /sessions in memory/, /sessions in Redis/]],
  [
    'console',
    /^The pages of the console/,
    [
      /^0 live pages open/,
      /^10 live pages open/,
      ...(process.env['CHROME_PATH'] ? [/^live page: to its row/, /^matrix page/] : []),
    ],
  ],
];

async function bench(args: string[]): Promise<{ code: number; output: string; said: string }> {
  const child = spawn(process.execPath, ['--disable-warning=DEP0060', 'test/bench/run.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, output, said };
}

test('the benchmark measures each figure, and nothing that must not be was accepted', async (t) => {
  const { code, output, said } = await bench(['--quick', '--json']);
  if (output === '') t.fail(said);
  const { machine, figures } = JSON.parse(output) as { machine: string; figures: Figure[] };
  const wrong = figures.flatMap(({ counts }) => counts).filter(({ count, must }) => must !== null && count !== must);
  t.deepEqual([wrong, code], [[], 0], said);
  t.regex(machine, /cores?, Node v\d/);
  t.deepEqual(
    figures.map(({ name }) => name),
    titles.map(([name]) => name),
  );
  for (const [at, [, title, rows]] of titles.entries()) {
    const figure = figures[at] as Figure;
    t.regex(figure.title, title);
    for (const row of rows)
      t.true(
        figure.rows.some(({ what }) => row.test(what)),
        `${row}`,
      );
    for (const { what, median } of figure.rows) t.true(median > 0, what);
  }
});

test('the benchmark shows a figure as a table, and knows what it does not know', async (t) => {
  const { output } = await bench(['--quick', '--only', 'near']);
  t.regex(
    output,
    /^Time of a read.* \(near\)\n\n +unit +median +p99 +least +most +times +against\n +memory, one after the other +ns /m,
  );
  t.is((await bench(['--only', 'speed'])).code, 2);
});
