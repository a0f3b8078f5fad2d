import test from 'ava';
import { type HTMLElement, parse } from 'node-html-parser';
import { html } from '../../src/html.ts';
import type { Hop } from '../../src/trace/hop.ts';
import { hopsOf } from '../../src/trace/hops.ts';
import { type HopView, hopRow, laneColumns, lanesTable, partBody } from '../../src/trace/lanes.ts';
import { answered, asked, inExchange, type Told, told, withSession } from './told.ts';

const columns = laneColumns('exchange');
const hopOf = (...events: Told[]) => hopsOf(told(...events)).at(-1) as Hop;
const rowOf = (hop: Hop, view: Partial<HopView> = {}) =>
  parse(hopRow(hop, { columns, ...view }).text).querySelector('tr') as HTMLElement;
const textOf = (element: HTMLElement | null | undefined) => element?.textContent.replace(/\s+/g, ' ').trim();
/** The lines of each lane of a hop, the browser's first. */
const cells = (hop: Hop, view: Partial<HopView> = {}) =>
  rowOf(hop, view)
    .querySelectorAll('th, td')
    .map((cell) => cell.querySelectorAll('p, summary').map(textOf));

const sent = (...names: string[]) => names.map((name) => ({ name, did: 'sent' as const }));
const through = (target: string, status: number) => [asked('gateway', target), answered('gateway', status)];

test('the browser’s cell tells the request, the answer, and the cookies that went and came', (t) => {
  const hop = hopOf(
    { ...asked('gateway', '/owa/logoff.owa'), cookies: sent('cadataTMG', 'UC') },
    {
      ...answered('gateway', 302, '/owa/auth/logon.aspx'),
      cookies: [
        { name: 'ClientId', did: 'set' },
        { name: 'UC', did: 'cleared' },
      ],
    },
  );
  const [browser] = cells(hop);
  t.deepEqual(browser, [
    'GET mail.localhost/owa/logoff.owa',
    'answers 302 to /owa/auth/logon.aspx',
    'sends cadataTMG, UC',
    'sets ClientId',
    'clears UC',
  ]);
});

test('more than three cookies are folded away, with their number', (t) => {
  const three = rowOf(hopOf({ ...asked('gateway', '/'), cookies: sent('a', 'b', 'c') }));
  const four = rowOf(hopOf({ ...asked('gateway', '/'), cookies: sent('a', 'b', 'c', 'd') }));
  t.is(three.querySelector('details'), null);
  t.is(textOf(four.querySelector('details summary')), 'sends 4 cookies');
  t.is(textOf(four.querySelector('details')), 'sends 4 cookiesa, b, c, d');
});

test('the gateway’s cell tells what it decided by which facts, and the session after it', (t) => {
  const hop = hopOf(
    asked('gateway', '/owa/logoff.owa'),
    withSession({ party: 'gateway', kind: 'decision', sentence: 'it contains the URL', facts: ['T-01', 'T-02'] }, 'g', 'ending'),
    withSession({ party: 'gateway', kind: 'session', sentence: 'it has ended' }, 'g', 'ended', 'logoff'),
    answered('gateway', 200),
  );
  t.deepEqual(cells(hop)[1], ['it contains the URL [T-01 T-02]', 'it has ended', 'session g ended (logoff)']);
  const links = rowOf(hop).querySelectorAll('a');
  t.deepEqual(
    links.map((link) => link.getAttribute('href')),
    ['/facts#T-01', '/facts#T-02'],
  );
  t.truthy(rowOf(hop).querySelector('td .session.ended'));
  t.deepEqual(rowOf(hop, { factsAt: null }).querySelectorAll('a'), []);
  t.is(rowOf(hop, { factsAt: '#' }).querySelector('a')?.getAttribute('href'), '#T-01');
});

test('a server that got and answered the same says so in a word, whom it took the client for, and by which facts', (t) => {
  const hop = hopOf(
    asked('gateway', '/owa/'),
    { ...asked('front-end', '/owa/'), identity: 'lab\\alice' },
    { ...answered('front-end', 200), facts: ['E-17'] },
    asked('mailbox', '/owa/'),
    answered('mailbox', 200),
    answered('gateway', 200),
  );
  t.deepEqual(cells(hop).slice(2), [
    ['same request, same answer', 'as lab\\alice', 'answer rests on [E-17]'],
    ['same request, same answer', 'anonymous'],
  ]);
});

test('a server behind the gateway that got or answered otherwise shows its own side', (t) => {
  const hop = hopOf(
    { ...asked('gateway', '/owa/logoff.owa'), cookies: sent('cadataTMG') },
    asked('front-end', '/mapped/logoff.owa'),
    { ...answered('front-end', 302, '/bye'), cookies: [{ name: 'UC', did: 'cleared' }] },
    answered('gateway', 200),
  );
  t.deepEqual(cells(hop)[2], ['GET /mapped/logoff.owa', 'answers 302 to /bye', 'sends no cookie', 'clears UC', 'anonymous']);
});

test('a party that is not asked still shows the session that it has, and that it was not told', (t) => {
  const before = inExchange('1', ...through('/owa/', 200), withSession(asked('mailbox', '/owa/'), 'uc-1', 'started'));
  const hop = hopOf(...before, ...inExchange('2', ...through('/owa/logoff.owa', 200)));
  t.deepEqual(cells(hop).slice(1), [
    ['no session in this request'],
    ['not asked'],
    ['not asked', 'session uc-1 alive, not told'],
  ]);
  t.truthy(rowOf(hop).querySelector('td.unasked .session.alive'));
});

test('a party that is asked without its session shows that one as of before', (t) => {
  const before = inExchange('1', withSession(asked('gateway', '/owa/'), 'g', 'ended', 'logoff'));
  const hop = hopOf(...before, ...inExchange('2', ...through('/owa/', 302)));
  t.deepEqual(cells(hop)[1], ['no session in this request', 'session g ended (logoff), from before']);
});

test('where several parties share a lane each is called by its name', (t) => {
  const at = (host: string, event: Told): Told => ({ ...event, host, exchange: host });
  const hop = hopOf(
    at('login.idp.localhost', withSession(asked('logon-server', '/login.srf'), 'authentication-1', 'opened')),
    at('contoso.sharepoint.localhost', withSession(asked('sharepoint', '/'), 'contoso-1', 'opened')),
    at('outlook.mail365.localhost', withSession(asked('owa', '/owa/'), 'outlook-1', 'cookie-cleared')),
  );
  t.deepEqual(cells(hop, { columns: laneColumns('office365') }).slice(1), [
    ['not asked'],
    ['not asked', 'session authentication-1 alive, not told'],
    ['OWA', 'anonymous', 'session outlook-1 cookie cleared', 'SharePoint session contoso-1 alive, not told'],
  ]);
});

for (const kind of ['exchange', 'office365', 'any'] as const)
  test(`in the lanes of ${kind} every party has its place`, (t) => {
    const parties = laneColumns(kind).flatMap((column) => [...column.parties]);
    const all = ['adfs', 'front-end', 'gateway', 'logon-server', 'mailbox', 'owa', 'portal', 'sharepoint'];
    t.deepEqual(parties.sort(), all as typeof parties);
    t.is(laneColumns(kind).length, 4);
  });

test('what a party does by itself has no request, an answer that is still to come says so, and a broken one why', (t) => {
  const { status: _, ...unsent } = answered('gateway', 200);
  const browser = (...events: Told[]) => cells(hopOf(...events))[0];
  t.deepEqual(browser({ party: 'gateway', kind: 'session', exchange: '', sentence: 'timed out' }), ['No request']);
  t.deepEqual(browser({ party: 'gateway', kind: 'connection', status: 400, sentence: 'unreadable' }), [
    'No request',
    'answers 400',
  ]);
  t.is(browser(asked('gateway', '/'))?.at(-1), 'no answer yet');
  t.is(browser(asked('gateway', '/'), { ...unsent, outcome: 'client-gone' })?.at(-1), 'the client left');
  const cutOff: Told = { ...answered('gateway', 200), outcome: 'cut-off' };
  t.is(browser(asked('gateway', '/'), cutOff)?.at(-1), 'answers 200, the answer was cut off');
});

test('the hop that decides says so in words, and noise and news are marked', (t) => {
  const row = rowOf(hopOf(...through('/a.css', 200)), { deciding: true, fresh: true });
  t.is(row.id, 'hop-1');
  t.deepEqual(row.classNames, 'hop deciding noise fresh');
  t.is(textOf(row.querySelector('th .decides')), 'decides');
  const plain = rowOf(hopOf(...through('/', 200)));
  t.is(plain.classNames, 'hop');
  t.is(plain.querySelector('.decides'), null);
});

test('the table is one to a screen reader, however it is laid out: roles, headings of columns, parts and rows', (t) => {
  const [hop, other] = hopsOf(told(...inExchange('1', ...through('/', 200)), ...inExchange('2', ...through('/owa/', 200))));
  const bodies = [
    partBody({ id: 'part-sign-in', title: 'Signing in', columns, hops: [hop as Hop] }),
    partBody({ id: 'part-sign-out', title: 'Signing out', columns, hops: [other as Hop], decidingKey: 'hop-3' }),
  ];
  const table = parse(lanesTable({ caption: 'What happened', columns, bodies }).text).querySelector('#lanes') as HTMLElement;
  t.is(table.getAttribute('role'), 'table');
  t.is(textOf(table.querySelector('caption')), 'What happened');
  const headings = table.querySelectorAll('thead[role=rowgroup] tr[role=row] th[scope=col][role=columnheader]');
  t.deepEqual(headings.map(textOf), ['Browser', 'TMG', 'Front end', 'Mailbox']);
  const parts = table.querySelectorAll('tbody[role=rowgroup] > tr.part[role=row] > th[scope=rowgroup][role=rowheader]');
  t.deepEqual(parts.map(textOf), ['Signing in', 'Signing out']);
  t.deepEqual(
    table.querySelectorAll('tbody').map(({ id }) => id),
    ['part-sign-in', 'part-sign-out'],
  );
  const rows = table.querySelectorAll('tr.hop[role=row]');
  for (const row of rows) {
    t.is(row.querySelectorAll('> th[scope=row][role=rowheader]').length, 1);
    t.is(row.querySelectorAll('> td[role=cell]').length, 3);
  }
  t.deepEqual(
    rows.map((row) => row.classList.contains('deciding')),
    [false, true],
  );
});

test('values of the trace that look like HTML are text, wherever they stand', (t) => {
  const odd = (name: string) => `<img id=x${name} src=x onerror="alert('${name}')">&amp;</td>`;
  const fields = ['method', 'target', 'host', 'location', 'cookie', 'identity', 'session', 'state', 'reason', 'sentence', 'fact'];
  const [method, target, host, location, cookie, identity, session, state, reason, sentence, fact] = fields.map(odd) as string[];
  const request = {
    method: method as string,
    target: target as string,
    host: host as string,
    identity,
    cookies: sent(cookie as string),
  };
  const about = { session: { id: session as string, state: state as string, reason: reason as string }, facts: [fact as string] };
  const hop = hopOf(
    { party: 'gateway', kind: 'request', ...request },
    { party: 'gateway', kind: 'decision', sentence: sentence as string, ...about },
    { ...asked('front-end', '/'), ...request, method: 'GET' },
    { ...answered('front-end', 200), ...about, cookies: [{ name: cookie as string, did: 'set' }] },
    { ...answered('gateway', 302, location), cookies: [{ name: cookie as string, did: 'cleared' }] },
  );
  const columnsOdd = columns.map((column) => ({ ...column, title: odd('title') }));
  const body = partBody({ id: odd('id'), title: odd('part'), columns: columnsOdd, hops: [hop] });
  const table = parse(lanesTable({ caption: odd('caption'), columns: columnsOdd, bodies: [body] }).text);
  t.deepEqual(table.querySelectorAll('img'), []);
  t.is(table.querySelectorAll('td').length, 3);
  t.is(table.querySelectorAll('.session.other').length, 2);
  for (const name of [...fields, 'title', 'part', 'caption']) t.true(table.textContent.includes(odd(name)), name);
  t.is(table.querySelector('tbody')?.getAttribute('id'), odd('id'));
  t.is(table.querySelector('a')?.getAttribute('href'), `/facts#${fact}`);
  t.is(parse(lanesTable({ caption: html`<b>bold</b>`, columns, bodies: [] }).text).querySelectorAll('caption > b').length, 1);
});
