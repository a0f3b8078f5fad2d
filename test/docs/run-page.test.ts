import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { runPage } from './run-page.ts';

const fence = '```';

/** Runs a page with these blocks; resolves to what is wrong with it, or null. */
async function problemOf(...blocks: [info: string, text: string][]): Promise<string | null> {
  const folder = makeTemporaryFolder('page-of-test').path;
  const page = join(folder, 'page.md');
  writeFileSync(page, blocks.map(([info, text]) => `Text.\n\n${fence}${info}\n${text}\n${fence}\n`).join('\n'));
  try {
    await runPage(page);
    return null;
  } catch (error) {
    return (error as Error).message.slice(folder.length + 1);
  }
}

test('a command that fails is found, with page, line and what it said', async (t) => {
  const problem = await problemOf(['sh', 'echo good'], ['sh', 'echo bad >&2; false\necho never']);
  t.is(problem, 'page.md:9: exit 1 instead of 0:\nbad\n');
});

test('a command that has to fail may, and must', async (t) => {
  t.is(await problemOf(['sh exits=3', 'exit 3']), null);
  t.regex((await problemOf(['sh exits=3', 'true'])) ?? '', /exit 0 instead of 3/);
});

test('what is shown as output has to be in it, in order, with anything for …', async (t) => {
  const commands: [string, string] = ['sh', 'echo one; echo two of 17'];
  t.is(await problemOf(commands, ['text output', 'one\n  two of …']), null);
  t.regex((await problemOf(commands, ['text output', 'two of …\none'])) ?? '', /^page\.md:9: "one" is not in the output/);
});

test('a file is written where commands find it, and one shell runs them all', async (t) => {
  const blocks: [string, string][] = [
    ['json file=made/a.json', '{"port": 8080}'],
    ['sh', 'cd made\nexport WHERE=here'],
    ['sh', 'test "$WHERE" = here; cat a.json; grep -q "$LOGOFF_LAB_PORT" a.json; ! grep -q 8""080 a.json'],
    ['text output', '{"port": 8080}'],
  ];
  t.is(await problemOf(...blocks), null);
});

test('what is started stays until the next is, is waited for, and is ended with all its children', async (t) => {
  const serve = (name: string) => `(echo $BASHPID > ${name}; echo Stop with Ctrl+C; exec sleep 600) & wait`;
  // A process that nobody has waited for yet is in state Z.
  const gone = (name: string) => `if grep -qs '^State:.[^ZX]' "/proc/$(cat ${name})/status"; then exit 1; fi`;
  const blocks: [string, string][] = [
    ['sh starts', serve('a')],
    ['sh starts=also', serve('b')],
    ['sh', 'kill -0 "$(cat a)" "$(cat b)"'],
    ['sh starts="on"', 'echo on; sleep 600'],
    ['sh', `${gone('a')}; ${gone('b')}`],
  ];
  t.is(await problemOf(...blocks), null);
  t.regex((await problemOf(['sh starts', 'echo no'])) ?? '', /echo no\nended and did not say "Stop with Ctrl\+C":\nno/);
});

test('a block that nothing tries is found, and so is a reason that is none', async (t) => {
  t.regex((await problemOf(['yaml', 'a: 1'])) ?? '', /^page\.md:3: nothing tries this yaml/);
  t.regex((await problemOf(['sh not-run="no time"', 'true'])) ?? '', /"no time" is no reason/);
  t.regex((await problemOf(['sh exit=1', 'true'])) ?? '', /there is no "exit" for sh/);
});
