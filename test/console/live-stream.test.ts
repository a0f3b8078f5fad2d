import test, { type ExecutionContext } from 'ava';
import { parse } from 'node-html-parser';
import { startConsole } from './console-rig.ts';
import { type Message, openStream } from './read-stream.ts';

/** A lab in which requests are noted as if somebody had made them, and a reader of the stream that a page of it names. */
async function startLive(t: ExecutionContext) {
  const { lab, ask, consolePort } = await startConsole(t);
  let made = 0;
  const request = (target: string) =>
    lab.recorder.record({
      exchange: `x${++made}`,
      party: 'gateway',
      kind: 'request',
      method: 'GET',
      host: 'mail.localhost',
      target,
    });
  const open = async (since?: number) => {
    const { text } = await ask('GET', '/');
    const named = parse(text).querySelector('body')?.getAttribute('data-stream') ?? '';
    return openStream(t, consolePort, since === undefined ? named : `/stream?since=${since}`);
  };
  return { lab, request, open };
}

const isAt = ({ event }: Message) => event === 'at';
const puts = (messages: readonly Message[]) =>
  messages.filter(({ event }) => event === 'put').map(({ data }) => data as { key: string; html: string });

test('a trace that is forgotten takes the place of what the page shows, and the page is not loaded again', async (t) => {
  const { lab, request, open } = await startLive(t);
  const { until } = await open();
  request('/first');
  const before = puts(await until(isAt));
  t.is(before.length, 1);
  t.true(before[0]?.html.includes('/first'));
  // As a run begins: what nobody has been told yet is gone.
  request('/untold');
  lab.recorder.clear();
  request('/second');
  const messages = await until(isAt);
  const [whole, ...others] = puts(messages);
  t.deepEqual([whole?.key, others], ['live', []]);
  t.true(whole?.html.includes('/second'));
  t.false(/first|untold/.test(whole?.html ?? ''));
  t.false(messages.some(({ event }) => event === 'reload'));
});

test('what happens after that is appended to it', async (t) => {
  const { lab, request, open } = await startLive(t);
  const { until } = await open();
  request('/untold');
  lab.recorder.clear();
  await until(isAt);
  request('/later');
  const [row] = puts(await until(isAt));
  t.like(row, { key: 'hop-2', into: 'live' });
});

for (const [what, since] of [
  ['that was loaded before the trace was forgotten', 1],
  ['of an earlier process', 1_000],
] as const)
  test(`a page ${what} gets all that there is, once`, async (t) => {
    const { lab, request, open } = await startLive(t);
    request('/forgotten');
    lab.recorder.clear();
    request('/kept');
    const { until } = await open(since);
    const told = puts(await until(isAt));
    t.deepEqual(
      told.map(({ key }) => key),
      ['live'],
    );
    t.true(told[0]?.html.includes('/kept'));
  });
