import test from 'ava';
import type { TraceEvent } from '../../src/trace/trace-event.ts';
import { startRunPages } from './run-rig.ts';

const told = { exchange: 'x', party: 'gateway', kind: 'request', method: 'GET', host: 'mail.localhost' } as const;

test('the stream of the trace tells each event once, from where the reader has got to', async (t) => {
  const { lab, stream } = await startRunPages(t);
  const record = (target: string) => lab.recorder.record({ ...told, target });
  const first = lab.recorder.next();
  record('/a');
  record('/b');
  const reader = await stream(`/api/trace/stream?since=${first}`);
  const before = await reader.until(({ id }) => id === first + 1);
  record('/c');
  const live = await reader.until(({ id }) => id === first + 2);
  t.deepEqual(
    [...before, ...live].map(({ event, data }) => [event, (data as TraceEvent).target]),
    [
      ['message', '/a'],
      ['message', '/b'],
      ['message', '/c'],
    ],
  );
  record('/d');
  const again = await stream(`/api/trace/stream?since=${first}`, first + 1);
  const after = await again.until(({ id }) => id === first + 3);
  t.deepEqual(
    after.map(({ data }) => (data as TraceEvent).target),
    ['/c', '/d'],
  );
});

test('a reader is told how many events are gone', async (t) => {
  const { lab, stream } = await startRunPages(t);
  const first = lab.recorder.next();
  lab.recorder.record({ ...told, target: '/gone' });
  lab.recorder.clear();
  lab.recorder.record({ ...told, target: '/kept' });
  const reader = await stream(`/api/trace/stream?since=${first}`);
  const [dropped] = await reader.until(({ event }) => event === 'message');
  t.deepEqual(dropped, { event: 'dropped', data: { dropped: 1 }, id: null });
});

test('the whole trace is exported in each format, the archive for either side', async (t) => {
  const { ask, drive } = await startRunPages(t);
  await drive({ preset: 'cu9-as-announced' });
  const save = async (query: string) => (await ask('GET', `/api/trace/export${query}`)).text;
  t.regex(await save('?format=mermaid'), /^sequenceDiagram\n/);
  t.regex(await save('?format=html'), /<table class="lanes long"/);
  t.true(Array.isArray(JSON.parse(await save('?format=json'))));
  const [browser, backEnd] = await Promise.all(['browser', 'back-end'].map((side) => save(`?format=har&side=${side}`)));
  t.true((browser ?? '').includes('/owa/logoff.owa'));
  t.false((backEnd ?? '').includes('/owa/logoff.owa'));
  for (const query of ['?format=xml', '?format=har&side=front']) {
    const { status, text } = await ask('GET', `/api/trace/export${query}`);
    t.is(status, 400);
    t.regex(text, /expected one of/);
  }
});
