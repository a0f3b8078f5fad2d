import test from 'ava';
import { standingClock } from '../../src/clock.ts';
import { createRecorder } from '../../src/trace/recorder.ts';
import { withoutSecrets } from '../../src/trace/without-secrets.ts';

const cases: [text: string, shown: string][] = [
  ['/owa/logoff.owa?canary=aB-1_x', '/owa/logoff.owa?canary=…'],
  ['/a?X-OWA-CANARY=1.2&b=3&access_token=abc.def&c', '/a?X-OWA-CANARY=…&b=3&access_token=…&c'],
  ['/a?code=1&codec=2&sid=3&session=4&sessions=5', '/a?code=…&codec=2&sid=…&session=…&sessions=5'],
  ['"/a?token=1%262" does not contain "x"', '"/a?token=…" does not contain "x"'],
  ['http://h/x?url=http%3A%2F%2Fh%2F%3Fpassword%3Dab%2Bc%26b%3D1', 'http://h/x?url=http%3A%2F%2Fh%2F%3Fpassword%3D…%26b%3D1'],
  ['/CookieAuth.dll?GetLogon?curl=Z2FowaZ2F&reason=0', '/CookieAuth.dll?GetLogon?curl=Z2FowaZ2F&reason=0'],
  ['a sentence about a token = something', 'a sentence about a token = something'],
];
for (const [text, shown] of cases)
  test(`of ${text} a trace shows ${shown}`, (t) => {
    t.is(withoutSecrets(text), shown);
  });

test('an event is cut to a bounded size and holds no secret of a query, wherever somebody puts it', (t) => {
  const recorder = createRecorder(standingClock());
  const long = `/x?token=hidden&${'a'.repeat(50_000)}`;
  const headers: [string, string][] = [
    ['Referer', `http://h${long}`],
    ['Location', long],
  ];
  const texts = { exchange: long, target: long, host: long, identity: long, sentence: long };
  recorder.record({ ...texts, party: 'gateway', kind: 'request', headers });
  const event = JSON.stringify(recorder.read().events);
  t.true(event.length < 10_000, String(event.length));
  for (const shown of [texts.target, texts.sentence].map(withoutSecrets)) t.true(event.includes(shown.slice(0, 100)));
  t.notRegex(JSON.stringify(recorder.read().events[0]?.headers), /hidden/);
});
