import test from 'ava';
import fc from 'fast-check';
import { escapeMermaid, sequenceDiagram } from '../../src/trace/sequence-diagram.ts';
import { showLocation, showSentence, showTarget } from '../../src/trace/show-target.ts';
import { answered, asked, type Told, told } from './told.ts';

test('a request goes through every server and back, whatever the order in which they wrote it down', (t) => {
  const events = told(
    asked('gateway', '/owa/logoff.owa'),
    { party: 'gateway', kind: 'decision', sentence: 'no match', facts: ['T-01'], session: { id: 'g', state: 'alive' } },
    { ...asked('mailbox', '/owa/logoff.owa'), session: { id: 'uc-1', state: 'ended' } },
    { ...answered('mailbox', 302, '/owa/auth/logon.aspx'), facts: ['E-10'], session: { id: 'uc-1', state: 'ended' } },
    asked('front-end', '/owa/logoff.owa'),
    { ...answered('front-end', 302, '/owa/auth/logon.aspx'), cookies: [{ name: 'UC', did: 'cleared' }] },
    answered('gateway', 302, '/owa/auth/logon.aspx'),
  );
  t.is(
    sequenceDiagram(events),
    `sequenceDiagram
    participant B as Browser
    participant G as Gateway
    participant C as Client Access
    participant M as Mailbox
    B->>G: GET /owa/logoff.owa
    Note over G: no match [T-01]
    G->>C: GET /owa/logoff.owa
    C->>M: GET /owa/logoff.owa
    Note over M: session ended
    M-->>C: 302 to /owa/auth/logon.aspx [E-10]
    C-->>G: 302 to /owa/auth/logon.aspx<br/>clears UC
    G-->>B: 302 to /owa/auth/logon.aspx
`,
  );
});

test('requests that overlap are told one after the other, and remarks stand where they belong', (t) => {
  const events = told(
    { ...asked('front-end', '/a'), exchange: '1' },
    { ...asked('adfs', '/b'), exchange: '2' },
    { ...answered('front-end', 200), exchange: '1' },
    { ...answered('adfs', 200), exchange: '2' },
    { ...asked('front-end', '/c'), exchange: '1' },
  );
  const remarks = [
    { seq: 2, text: 'here' },
    { seq: 9, text: 'at last' },
  ];
  t.deepEqual(sequenceDiagram(events, remarks).trim().split('\n').slice(4), [
    '    B->>C: GET /a',
    '    C-->>B: 200',
    '    Note over B: here',
    '    B->>A: GET /b',
    '    A-->>B: 200',
    '    B->>C: GET /c',
    '    Note over B: at last',
  ]);
});

test('a session’s end is told with its reason, and without a request too', (t) => {
  const ended: Told = { party: 'gateway', kind: 'session', session: { id: 'a1', state: 'ended', reason: 'idle' }, exchange: '' };
  const diagram = sequenceDiagram(told({ ...ended, sentence: 'the session a1 has ended' }));
  t.is(diagram.split('\n')[2], '    Note over G: session ended: idle');
  t.false(diagram.includes('a1'));
});

test('scripts, styles, pictures and health questions are left out', (t) => {
  const targets = ['/owa/15/scripts/x.js', '/a.css?v=1', '/favicon.ico', '/owa/healthcheck.htm', '/livez'];
  const events = told(...targets.map((target, at) => ({ ...asked('front-end', target), exchange: String(at) })));
  t.is(sequenceDiagram(events), 'sequenceDiagram\n');
});

for (const [target, shown] of [
  ['/owa/?wa=wsignout1.0', '/owa/?wa=wsignout1.0'],
  ['/owa/logoff.owa?canary=short&src=exch', '/owa/logoff.owa?canary=…&src=exch'],
  ['/x?state=1&httpCode=404&code=7', '/x?state=…&httpCode=404&code=…'],
  ['/a?url=http%3A%2F%2Fmail.localhost%3A43225%2Fowa%2F&reason=0', '/a?url=…&reason=0'],
  ['/a?to=http://127.0.0.1:99/', '/a?to=http://127.0.0.1/'],
  ['/CookieAuth.dll?GetLogon?curl=Z2FowaZ2F&reason=0', '/CookieAuth.dll?GetLogon?curl=Z2FowaZ2F&reason=0'],
  [`/a?${'x'.repeat(40)}`, '/a?…'],
  ['/logout.srf?ct=1795340428&rver=6.1.6206.0&id=260563&wreply=x', '/logout.srf?ct=…&rver=6.1.6206.0&id=260563&wreply=x'],
  ['/login.srf?wa=wsignin1.0&rpsnv=2&ct=1795340428&rver=6.1.6206.0&wp=MBI_SSL', '/login.srf?wa=wsignin1.0&…'],
] as const)
  test(`the target ${target.slice(0, 60)} is shown as ${shown}`, (t) => {
    t.is(showTarget(target), shown);
    t.is(showTarget(shown), shown);
    t.is(showSentence(`"${target}" does not fit`, target), `"${shown}" does not fit`);
  });

test('a Location on another host names it, one on the same host is its path', (t) => {
  t.is(showLocation('http://mail.localhost:8080/owa/?a=1', 'mail.localhost:8080'), '/owa/?a=1');
  t.is(showLocation('https://sts.corp.localhost:1/adfs/ls/', 'mail.localhost:8080'), 'sts.corp.localhost/adfs/ls/');
  t.is(showLocation('//odd host/', 'mail.localhost'), '//odd host/');
});

test('odd targets stay text: nothing ends the line, comments it out, or becomes markup', (t) => {
  const odd = '/a;b#c%%d\nNote over B: x\r<b>&reg=1`$$x$$\u2028end "q" style:#1;';
  const line = sequenceDiagram(told(asked('gateway', odd))).split('\n')[3] as string;
  t.is(
    line,
    '    B->>G: GET /a#59;b#35;c%#37;d<br/>Note over B: x #60;b#62;#38;reg=1#96;#36;#36;x#36;#36; end "q" #115;tyle:#35;1#59;',
  );
});

test('whatever the text, it is one line without specials that reads back as it was', (t) => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, (given) => {
      const escaped = escapeMermaid(given);
      const bare = escaped.replace(/#\d+;/g, '');
      t.notRegex(bare, /[#;&<>`$\\\n\r\u2028]/);
      // What is written between two of them keeps them apart.
      t.notRegex(escaped, /%%/);
      const back = escaped.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
      t.is(back, given.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '));
    }),
  );
  t.pass();
});
