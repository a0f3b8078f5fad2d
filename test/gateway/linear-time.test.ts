import test from 'ava';
import Koa from 'koa';
import { standingClock } from '../../src/clock.ts';
import { traceRequest } from '../../src/gateway/admit-request.ts';
import { serveCookieAuth } from '../../src/gateway/cookie-auth.ts';
import { decodeCurl, encodeCurl } from '../../src/gateway/curl.ts';
import { detectLogoff } from '../../src/gateway/detect-logoff.ts';
import { readTarget } from '../../src/gateway/read-target.ts';
import { readCookies, setsCookie, withoutCookie } from '../../src/gateway/session-cookie.ts';
import { shownPath } from '../../src/gateway/spans.ts';
import type { GatewayTools, VisitContext } from '../../src/gateway/visit.ts';
import { html } from '../../src/html.ts';
import type { LogoffSetting } from '../../src/rules/publishing-rule.ts';
import { printable, quote } from '../../src/rules/quote.ts';
import { describeCookies, describeHeaders } from '../../src/trace/describe-headers.ts';
import { createRecorder } from '../../src/trace/recorder.ts';

const NAME = 'cadataTMG';
const SHORT = 256;
const TIMES = 64;
/** Quadratic work on a text 64 times as long takes 64 times as long as 64 short ones; linear work as long as they. */
const PATIENCE = 20;

const logoff = (url: string, match: LogoffSetting['match']): LogoffSetting => ({
  ...{ url, match, ignoreCase: true, onLogoff: 'page', redirectTo: null, forwardToBackend: false },
});
const long = logoff(`${'a/'.repeat(120)}!`, 'contains');
const detect = (text: string, setting: LogoffSetting) => detectLogoff({ text, path: text, query: '' }, setting);

/** Only what the two steps below look at. */
const context = (target: string): VisitContext => {
  const ctx = new Koa().createContext(
    { url: target, headers: {}, rawHeaders: [], method: 'GET', socket: {} } as never,
    {
      setHeader: () => {},
      getHeader: () => undefined,
      removeHeader: () => {},
    } as never,
  ) as unknown as VisitContext;
  const policy = { listener: { crossSite: { framedBy: [] } } };
  ctx.state = {
    target: { text: target, path: target, query: '' },
    publicName: 'site.test',
    policy,
  } as unknown as VisitContext['state'];
  return ctx;
};
const recorder = createRecorder(standingClock(), 1);
const tools = {
  newRequestId: () => 'id',
  policy: () => ({}),
  recorder: { ...recorder, record: () => {} },
} as unknown as GatewayTools;
const trace = traceRequest(tools, new WeakMap(), new WeakMap());
const steps = serveCookieAuth(tools);
/** It gets readable targets only, without the line feed that the texts below end with. */
const cookieAuth = (text: string) => steps(context(`/CookieAuth.dll${text.trimEnd()}`), async () => {});
const record = (text: string) => {
  const about = { exchange: 'id', party: 'gateway', kind: 'request', sentence: text } as const;
  recorder.record({ ...about, target: text, host: text, headers: [['Location', text]], cookies: [{ name: text, did: 'sent' }] });
};

type Reader = (text: string) => unknown;
const readers: [what: string, read: Reader, pieces: string[]][] = [
  ['the request target', readTarget, ['/', '/.a', '%41', '%25', '%c3%a9', '%', '?', '/..x', '%3', ';', '/%2e%']],
  ['the logoff URL', (text) => detect(text, long), ['a/', '%', '?', '%2', '%21', 'a/'.repeat(60), 'A']],
  ['the logoff URL in the query', (text) => detect(text, { ...long, match: 'query' }), ['a/', '?', '?a/', '%21?']],
  ['the logoff URL exactly', (text) => detect(text, { ...long, match: 'exact' }), ['a/', '?', '%28']],
  ['curl', decodeCurl, ['Z', 'Z2', 'Z2F', 'ZZ2F', '/', '\\', 'ZC3']],
  ['what becomes curl', encodeCurl, ['Z', '/', '\xe9', '%']],
  [
    'the cookies of a request',
    (text) => [readCookies(text, NAME), withoutCookie(text, NAME)],
    [';', ' ', '\t;', 'cadataTMG', 'cadataTMG=;', '=', 'a=b; ', '"'],
  ],
  ['a cookie that an answer sets', (text) => setsCookie(text, NAME), [';', ' ', '=', '==', 'cadataTMG', '= ']],
  [
    'cookies for the trace',
    (text) =>
      describeCookies([
        ['Cookie', text],
        ['Set-Cookie', text],
      ]),
    [';', '; ', ' ', ';max-age', '; expires=thu', '='],
  ],
  ['fields for the trace', (text) => describeHeaders([[text, text]]), ['cooki', 'api', 'api-', 'auth-', '-']],
  ['an event of the trace', record, ['canary', '?', '&', '%3F', '?token', '%3Ft%3D', '=', '%26canary', ';t=']],
  ['a path for a span', shownPath, ['a', '/a', '@', '%40', '%4', ';t=', '//a', '%3']],
  ['the verb of CookieAuth.dll', cookieAuth, ['?', '%3F', '?a', 'a', '%3Fa&', '%3', '&']],
  [
    'credentials in a query',
    (text) => trace(context(`/CookieAuth.dll${text}`), async () => {}),
    ['?', '%3F', '?a', 'a', '%3', '?GetLogo', '?GetLogon', '%41'],
  ],
  ['a value to be quoted', (text) => [quote(text), quote(text, 1e9), printable(text)], ['\0', '\u202e', '"', '\ud800', ' ']],
  ['a value in a page', (text) => html`${text}`.text, ['&', '<', '"', ' ']],
];

/** The shortest of some runs, ms: what else the machine does only adds. */
async function shortest(run: () => Promise<void>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 7; tries++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** What a pattern that repeats finds in vain behind the repetition. */
const END = '!=\n';
const filled = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

for (const [what, read, pieces] of readers)
  test.serial(`reading ${what} takes time in proportion to its length, whatever it repeats`, async (t) => {
    for (const start of ['', '/', '?'])
      for (const piece of pieces) {
        const [short, text] = [`${start}${filled(piece, SHORT)}${END}`, `${start}${filled(piece, SHORT * TIMES)}${END}`];
        const many = await shortest(async () => {
          for (let count = 0; count < TIMES; count++) await read(short);
        });
        const one = await shortest(async () => {
          await read(text);
        });
        // Below a tenth of a millisecond it is the clock that is measured.
        t.true(one < Math.max(many, 0.1) * PATIENCE, `${JSON.stringify(start + piece)}: ${one} ms against ${many} ms`);
      }
  });
