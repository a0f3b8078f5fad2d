import test from 'ava';
import { clickRequest, isAnswerOf, requestThatEndedIt } from '../../src/api/read-click.ts';
import type { Step } from '../../src/browser/scripted-browser.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';

const step = (target: string, ...cookies: string[]): Step => ({
  method: 'GET',
  url: `http://mail.localhost:8080${target}`,
  status: 200,
  headers: cookies.map((value) => ['Set-Cookie', value] satisfies [string, string]),
});
const heard = (target: string, ...cleared: string[]): TraceEvent => ({
  ...{ seq: 1, at: 1, run: null, exchange: 'x', party: 'front-end', kind: 'response', method: 'GET', target },
  cookies: cleared.map((name) => ({ name, did: 'cleared' })),
});
const gone = (name: string) => `${name}=; Path=/; Max-Age=0`;

const rows: [title: string, way: Step[], heard: TraceEvent[], which: number | null][] = [
  ['nothing was requested', [], [], null],
  ['the first that the back end never heard of', [step('/a'), step('/b'), step('/c')], [heard('/a')], 1],
  ['the first that takes a cookie of the proxy', [step('/a', gone('front')), step('/b')], [heard('/a')], 0],
  ['what the back end takes itself says nothing', [step('/a', gone('UC')), step('/b')], [heard('/a', 'UC')], 1],
  ['a cookie that is set is not taken', [step('/a', 'front=1'), step('/b')], [heard('/a')], 1],
  ['all were heard, and none took anything: the last', [step('/a'), step('/b')], [heard('/a'), heard('/b')], 1],
  ['the back end is asked about the same address only', [step('/a?x=1'), step('/b')], [heard('/a'), heard('/b')], 0],
  [
    'the back end is asked by the same method only',
    [step('/a'), step('/b')],
    [{ ...heard('/a'), method: 'POST' }, heard('/b')],
    0,
  ],
  ['the back end tells of an address without its secrets', [step('/a?token=hunter2'), step('/b')], [heard('/a?token=…')], 1],
];

for (const [title, way, events, which] of rows)
  test(`the request that ended the session: ${title}`, (t) => {
    t.is(requestThatEndedIt(way, events), which);
  });

test('what the browser is shown is the back end’s answer only with the same address and status', (t) => {
  const answer = { ...heard('/a'), status: 200 };
  t.true(isAnswerOf(step('/a'), [heard('/b'), answer]));
  t.false(isAnswerOf(step('/a'), [{ ...answer, status: 401 }]));
  t.false(isAnswerOf(step('/b'), [answer]));
  t.false(isAnswerOf(undefined, [answer]));
});

test('a request of the click holds no secret of an address, and no field', (t) => {
  const headers: Step['headers'] = [
    ['Location', '/owa/?canary=hunter2&x=1'],
    ['Set-Cookie', 'a=hunter2'],
  ];
  const seen: Step = { ...step('/owa/logoff.owa?token=hunter2'), status: 302, headers };
  const shown = { method: 'GET', target: '/owa/logoff.owa?token=…', status: 302, location: '/owa/?canary=…&x=1' };
  t.deepEqual(clickRequest(seen), shown);
});
