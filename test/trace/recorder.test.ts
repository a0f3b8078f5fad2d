import test from 'ava';
import { standingClock } from '../../src/clock.ts';
import { createRecorder } from '../../src/trace/recorder.ts';
import { withoutSecrets } from '../../src/trace/without-secrets.ts';

const cases: [text: string, shown: string][] = [
  ['/owa/logoff.owa?canary=aB-1_x', '/owa/logoff.owa?canary=…'],
  [
    '/CookieAuth.dll?GetLogon?curl=Z2FowaZ2FZ3FpasswordZ3DaZ252626bZ26xZ3D1&reason=0',
    '/CookieAuth.dll?GetLogon?curl=Z2FowaZ2FZ3FpasswordZ3D…Z26xZ3D1&reason=0',
  ],
  ['curl=Z2FZ3FsidZ3DaZ26passwordZ3Db', 'curl=Z2FZ3FsidZ3D…Z26passwordZ3D…'],
  ['/?u=%2F%3Fto%3D%252F%253Ftoken%253Da%2525b%2526x%253D1', '/?u=%2F%3Fto%3D%252F%253Ftoken%253D…%2526x%253D1'],
  ['/?u=https://anna:2f3f2340@host/', '/?u=https://…@host/'],
  ['/?u=https%3A%2F%2Fanna%3A2f3f2340%40host%2Fx%40y', '/?u=https%3A%2F%2F…%40host%2Fx%40y'],
  ['curl=Z2FZ3FuZ3DhttpsZ3AZ2FZ2FannaZ3A2f3f2340%2F%40Z40hostZ2F', 'curl=Z2FZ3FuZ3DhttpsZ3AZ2FZ2F…Z40hostZ2F'],
  ['/?u=https%3A%2F%2Fhost%2Fx%40y', '/?u=https%3A%2F%2Fhost%2Fx%40y'],
  ['/?u=https://host/x@y', '/?u=https://host/x@y'],
  ['/a?X-OWA-CANARY=1.2&b=3&access_token=abc.def&c', '/a?X-OWA-CANARY=…&b=3&access_token=…&c'],
  ['/a?code=1&codec=2&sid=3&session=4&sessions=5', '/a?code=…&codec=2&sid=…&session=…&sessions=5'],
  ['"/a?token=1%262" does not contain "x"', '"/a?token=…" does not contain "x"'],
  ['http://h/x?url=http%3A%2F%2Fh%2F%3Fpassword%3Dab%2Bc%26b%3D1', 'http://h/x?url=http%3A%2F%2Fh%2F%3Fpassword%3D…%26b%3D1'],
  ['/CookieAuth.dll?GetLogon?curl=Z2FowaZ2F&reason=0', '/CookieAuth.dll?GetLogon?curl=Z2FowaZ2F&reason=0'],
  ...['client_secret', 'Password', 'ticket', 'wresult', 'SAMLassertion', 'apikey', 'api-key', 'state', 'nonce', 't', 'T'].map(
    (name): [string, string] => [`/a?${name}=b;${name}=c&d=e`, `/a?${name}=…;${name}=…&d=e`],
  ),
  ['/a?session=1&sessionid=2&SessionId=3', '/a?session=…&sessionid=…&SessionId=…'],
  ...['PHPSESSID', 'session_id', 'pwd', 'pass', 'sig', 'jwt', 'auth', 'SAMLResponse'].map((name): [string, string] => [
    `/a?${name}=b&d=e`,
    `/a?${name}=…&d=e`,
  ]),
  ['/app/;jsessionid=0F3A', '/app/;jsessionid=…'],
  ['/a?bypass=1&author=2&signal=3&obsession=4', '/a?bypass=1&author=2&signal=3&obsession=4'],
  ['/a?xcode=1&codex=2&at=3&to=4&sids=5', '/a?xcode=1&codex=2&at=3&to=4&sids=5'],
  ['/a?my.token=1#token=2', '/a?my.token=…#token=2'],
  ['/a?token=&b=1', '/a?token=&b=1'],
  ['/?u=%2F%3Fa%3D1%3Btoken%3D2%3Bb%3D3', '/?u=%2F%3Fa%3D1%3Btoken%3D…%3Bb%3D3'],
  ['http://anna:hidden@host/', 'http://…@host/'],
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
