import test from 'ava';
import { type Har, harOf } from '../../src/trace/har.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';
import { answered, asked, inExchange, told } from './told.ts';

const JUNE = Date.UTC(2015, 5, 17);
const options = { version: '1.2.3', title: 'a run' };
const browserSide = (events: readonly TraceEvent[]) => harOf(events, { side: 'browser', ...options });
const backEndSide = (events: readonly TraceEvent[]) => harOf(events, { side: 'back end', ...options });

/** The browser's cookie of the gateway and its query do not reach the back end as they came. */
const signOut = told(
  {
    ...asked('gateway', '/owa/logoff.owa?canary=…&src=exch'),
    at: JUNE,
    headers: [
      ['Host', 'mail.localhost:8080'],
      ['Cookie', null],
    ],
    cookies: [
      { name: 'cadataTMG', did: 'sent' },
      { name: 'UC', did: 'sent' },
    ],
  },
  { party: 'gateway', kind: 'decision', sentence: 'no match' },
  { ...asked('mailbox', '/owa/logoff.owa'), at: JUNE + 20 },
  { ...answered('mailbox', 302, '/owa/auth/logon.aspx'), at: JUNE + 20 },
  { ...asked('front-end', '/owa/logoff.owa'), at: JUNE + 30, host: 'backend.localhost', cookies: [{ name: 'UC', did: 'sent' }] },
  { ...answered('front-end', 302, '/owa/auth/logon.aspx'), at: JUNE + 30, cookies: [{ name: 'UC', did: 'cleared' }] },
  {
    ...answered('gateway', 302, '/owa/auth/logon.aspx'),
    at: JUNE + 35,
    headers: [
      ['Location', '/owa/auth/logon.aspx'],
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Content-Length', '12'],
      ['Set-Cookie', null],
    ],
    cookies: [
      { name: 'UC', did: 'cleared' },
      { name: 'ClientId', did: 'set' },
    ],
  },
);

test('on the browser’s side of the gateway a request is as the browser sent it, with what it got', (t) => {
  const { entries } = browserSide(signOut).log;
  t.deepEqual(entries, [
    {
      pageref: 'trace',
      startedDateTime: '2015-06-17T00:00:00.000Z',
      time: 35,
      request: {
        method: 'GET',
        url: 'http://mail.localhost:8080/owa/logoff.owa?canary=…&src=exch',
        httpVersion: 'HTTP/1.1',
        cookies: [
          { name: 'cadataTMG', value: '…' },
          { name: 'UC', value: '…' },
        ],
        headers: [
          { name: 'Host', value: 'mail.localhost:8080' },
          { name: 'Cookie', value: '…' },
        ],
        queryString: [
          { name: 'canary', value: '…' },
          { name: 'src', value: 'exch' },
        ],
        headersSize: -1,
        bodySize: -1,
      },
      response: {
        status: 302,
        statusText: 'Found',
        httpVersion: 'HTTP/1.1',
        cookies: [
          { name: 'ClientId', value: '…' },
          { name: 'UC', value: '…', expires: '1970-01-01T00:00:00.000Z' },
        ],
        headers: [
          { name: 'Location', value: '/owa/auth/logon.aspx' },
          { name: 'Content-Type', value: 'text/html; charset=utf-8' },
          { name: 'Content-Length', value: '12' },
          { name: 'Set-Cookie', value: '…' },
        ],
        content: { size: 12, mimeType: 'text/html; charset=utf-8' },
        redirectURL: '/owa/auth/logon.aspx',
        headersSize: -1,
        bodySize: -1,
      },
      cache: {},
      timings: { send: 0, wait: 35, receive: 0 },
    },
  ]);
});

test('behind the gateway a request is as the server there got it; the mailbox is not the gateway’s to see', (t) => {
  const { entries } = backEndSide(signOut).log;
  t.is(entries.length, 1);
  t.is(entries[0]?.request.url, 'http://backend.localhost/owa/logoff.owa');
  t.deepEqual(entries[0]?.request.cookies, [{ name: 'UC', value: '…' }]);
});

test('what the gateway answers itself, and what nobody published, has no side behind the gateway', (t) => {
  const events = told(
    ...inExchange('1', asked('gateway', '/'), answered('gateway', 302, '/CookieAuth.dll?GetLogon')),
    ...inExchange('2', asked('front-end', '/owa/'), answered('front-end', 401)),
  );
  t.deepEqual(backEndSide(events).log.entries, []);
  t.deepEqual(backEndSide(events).log.pages, []);
  t.deepEqual(
    browserSide(events).log.entries.map(({ response }) => response.status),
    [302, 401],
  );
});

test('requests stand in the order in which they were made, and what a party did by itself is no request', (t) => {
  const behind = (id: string, at: number) => [
    ...inExchange(id, { ...asked('front-end', `/${id}`), at }, { ...answered('front-end', 200), at }),
  ];
  const events = told(
    ...inExchange('slow', asked('gateway', '/slow')),
    ...inExchange('quick', asked('gateway', '/quick')),
    ...behind('quick', JUNE + 1),
    ...behind('slow', JUNE + 2),
    ...inExchange('', { party: 'gateway', kind: 'session', session: { id: 'g', state: 'ended', reason: 'idle' } }),
  );
  const paths = ({ log }: Har) => log.entries.map(({ request }) => new URL(request.url).pathname);
  t.deepEqual(paths(browserSide(events)), ['/slow', '/quick']);
  t.deepEqual(paths(backEndSide(events)), ['/quick', '/slow']);
});

test('a request without a whole answer says so, and its status is 0 where none came', (t) => {
  const { status: _, ...unsent } = answered('gateway', 200);
  const events = told(
    ...inExchange('1', asked('gateway', '/waits')),
    ...inExchange('2', asked('gateway', '/gone'), { ...unsent, outcome: 'client-gone' }),
    ...inExchange('3', asked('gateway', '/cut'), { ...answered('gateway', 200), outcome: 'cut-off' }),
  );
  t.deepEqual(
    browserSide(events).log.entries.map(({ response, comment }) => [response.status, response.statusText, comment]),
    [
      [0, '', 'no answer yet'],
      [0, '', 'the client left before the answer was handed over'],
      [200, 'OK', 'the answer was cut off'],
    ],
  );
});

for (const [target, url] of [
  ['/a#b', 'http://mail.localhost:8080/a'],
  ['*', 'http://mail.localhost:8080/*'],
  ['http://other.localhost/a', 'http://other.localhost/a'],
] as const)
  test(`the target ${target} makes the address ${url}`, (t) => {
    t.is(browserSide(told(asked('gateway', target))).log.entries[0]?.request.url, url);
  });

type Shape = string | [Shape] | { [name: string]: Shape };

/** Required fields of HAR 1.2 and their types, from the specification; a list: each item. `?`: may be missing. */
const pair = { name: 'string', value: 'string', 'comment?': 'string' };
const cookie = {
  ...pair,
  'path?': 'string',
  'domain?': 'string',
  'expires?': 'date',
  'httpOnly?': 'boolean',
  'secure?': 'boolean',
};
const message: Record<string, Shape> = {
  httpVersion: 'string',
  cookies: [cookie],
  headers: [pair],
  headersSize: 'number',
  bodySize: 'number',
};
const har: Shape = {
  log: {
    version: 'string',
    creator: { name: 'string', version: 'string' },
    'pages?': [{ startedDateTime: 'date', id: 'string', title: 'string', pageTimings: {} }],
    entries: [
      {
        'pageref?': 'string',
        startedDateTime: 'date',
        time: 'time',
        request: { ...message, method: 'string', url: 'string', queryString: [pair] },
        response: {
          ...message,
          ...{ status: 'number', statusText: 'string', redirectURL: 'string' },
          content: { size: 'number', mimeType: 'string', 'text?': 'string' },
        },
        cache: {},
        timings: { send: 'time', wait: 'time', receive: 'time' },
        'comment?': 'string',
      },
    ],
  },
};

const kinds: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  time: (value) => typeof value === 'number' && value >= 0,
  boolean: (value) => typeof value === 'boolean',
  date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$/.test(value),
};

/** Where a value is not of a shape, as paths. */
function faults(value: unknown, shape: Shape, at = 'har'): string[] {
  if (typeof shape === 'string') return kinds[shape]?.(value) ? [] : [`${at}: no ${shape}`];
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${at}: no list`];
    return value.flatMap((item, index) => faults(item, shape[0], `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return [`${at}: no object`];
  const known = Object.entries(shape).map(([name, part]) => [name.replace('?', ''), part, name.endsWith('?')] as const);
  const unknown = Object.keys(value).filter((name) => !known.some(([one]) => one === name));
  const inside = known.flatMap(([name, part, optional]) =>
    name in value ? faults(value[name as keyof typeof value], part, `${at}.${name}`) : optional ? [] : [`${at}.${name}: missing`],
  );
  return [...unknown.map((name) => `${at}.${name}: unknown`), ...inside];
}

test('both files are as the specification wants them, and say who made them of what', (t) => {
  const odd = told({ party: 'gateway', kind: 'request' }, { party: 'gateway', kind: 'response' }).map(
    ({ host: _, ...event }) => event,
  );
  for (const file of [browserSide(signOut), backEndSide(signOut), browserSide([]), browserSide(odd)])
    t.deepEqual(faults(file, har), []);
  t.is(browserSide(odd).log.entries[0]?.request.url, 'http://unknown.invalid/');
  const { version, creator, pages } = browserSide(signOut).log;
  t.deepEqual([version, creator], ['1.2', { name: 'logoff-lab', version: '1.2.3' }]);
  t.deepEqual(pages, [{ startedDateTime: '2015-06-17T00:00:00.000Z', id: 'trace', title: 'a run', pageTimings: {} }]);
});
