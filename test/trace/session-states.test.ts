import test from 'ava';
import { hopsOf } from '../../src/trace/hops.ts';
import type { TraceEvent } from '../../src/trace/trace-event.ts';
import { asked, inExchange, type Told, told, withSession } from './told.ts';

/** Of each hop, the sessions after it. */
const sessions = (events: readonly TraceEvent[]) =>
  hopsOf(events).map((hop) =>
    hop.sessions.map(({ party, id, state, told }) => `${party} ${id} ${state}${told ? '' : ', not told'}`),
  );

test('a party that a later request does not reach keeps its session, and the hop says that it was not told', (t) => {
  const events = told(
    ...inExchange(
      '1',
      withSession(asked('gateway', '/owa/'), 'g', 'started'),
      withSession(asked('mailbox', '/owa/'), 'uc-1', 'started'),
    ),
    ...inExchange('2', withSession(asked('gateway', '/owa/logoff.owa'), 'g', 'ending')),
    ...inExchange('2', withSession({ party: 'gateway', kind: 'session' }, 'g', 'ended', 'logoff')),
    ...inExchange('3', asked('gateway', '/owa/')),
  );
  t.deepEqual(sessions(events), [
    ['gateway g started', 'mailbox uc-1 started'],
    ['gateway g ended', 'mailbox uc-1 alive, not told'],
    ['gateway g ended, not told', 'mailbox uc-1 alive, not told'],
  ]);
  t.is(hopsOf(events)[2]?.sessions[0]?.reason, 'logoff');
});

test('no request that was under way brings an ended session back, but another logon begins another', (t) => {
  const gateway = (exchange: string, id: string, state: string) =>
    inExchange(exchange, withSession({ party: 'gateway', kind: 'decision' }, id, state));
  const events = told(
    ...gateway('long', 'g', 'alive'),
    ...gateway('out', 'g', 'ended'),
    ...gateway('long', 'g', 'alive'),
    ...gateway('in', 'h', 'started'),
    ...gateway('longer', 'g', 'alive'),
    ...inExchange('4', asked('gateway', '/')),
  );
  t.deepEqual(sessions(events), [
    ['gateway g ended'],
    ['gateway g ended'],
    ['gateway h started'],
    ['gateway g ended'],
    ['gateway h alive, not told'],
  ]);
});

test('an end that was announced and then failed is not taken for one: a later request tells that the session is alive', (t) => {
  const gateway = (exchange: string, state: string) =>
    inExchange(exchange, withSession({ party: 'gateway', kind: 'decision' }, 'g', state));
  const events = told(
    ...gateway('long', 'alive'),
    ...gateway('out', 'ending'),
    ...gateway('long', 'alive'),
    ...gateway('on', 'alive'),
  );
  t.deepEqual(sessions(events), [['gateway g ended'], ['gateway g ending'], ['gateway g alive']]);
});

test('sites of different public names have sessions of their own, on whatever port they are asked', (t) => {
  const at = (host: string, event: Told): Told => ({ ...event, host, exchange: host });
  const events = told(
    at('a.localhost:1', withSession(asked('gateway', '/'), 'g', 'alive')),
    at('b.localhost:1', withSession(asked('gateway', '/'), 'h', 'alive')),
    at('A.localhost:2', asked('front-end', '/')),
  );
  t.deepEqual(sessions(events), [['gateway g alive'], ['gateway h alive'], ['gateway g alive, not told']]);
});

test('a hop at one service of Office 365 shows the sessions at all of them, and at the gateway of AD FS', (t) => {
  const at = (host: string, event: Told): Told => ({ ...event, host, exchange: host });
  const events = told(
    at('sts.corp.localhost', withSession(asked('gateway', '/adfs/ls/'), 'g', 'alive')),
    at('sts.corp.localhost', asked('adfs', '/adfs/ls/')),
    at('mail.localhost', withSession(asked('gateway', '/owa/'), 'm', 'alive')),
    at('login.idp.localhost', withSession(asked('logon-server', '/login.srf'), 'authentication-1', 'opened')),
    at('portal.office.localhost', withSession(asked('portal', '/'), 'portal-1', 'cookie-cleared')),
    at('outlook.mail365.localhost', asked('owa', '/owa/')),
  );
  t.deepEqual(sessions(events).at(-1), [
    'gateway g alive, not told',
    'logon-server authentication-1 alive, not told',
    'portal portal-1 cookie-cleared, not told',
  ]);
});

test('a session that runs out is a hop without a method, of the site where it was', (t) => {
  const { host: _, ...timeOut } = told(
    withSession({ party: 'gateway', kind: 'session', exchange: '', sentence: 'timed out' }, 'g', 'ended', 'timed-out'),
  )[0] as TraceEvent;
  const before = told(
    withSession(asked('gateway', '/owa/'), 'g', 'alive'),
    withSession(asked('mailbox', '/owa/'), 'uc-1', 'alive'),
  );
  const events = [...before, { ...timeOut, seq: 3 }, { ...timeOut, seq: 4, session: { id: 'other', state: 'ended' } }];
  const { session: __, ...remark } = { ...timeOut, seq: 5, kind: 'connection' as const };
  events.push(remark);
  t.deepEqual(sessions(events), [
    ['gateway g alive', 'mailbox uc-1 alive'],
    ['gateway g ended', 'mailbox uc-1 alive, not told'],
    ['gateway other ended'],
    [],
  ]);
  t.like(hopsOf(events)[1]?.legs[0], { method: '', status: null, session: { reason: 'timed-out' } });
});

test('another run begins with nobody signed in', (t) => {
  const events = told(
    ...inExchange('1', { ...withSession(asked('gateway', '/'), 'g', 'alive'), run: 'run-1' }),
    ...inExchange('2', { ...asked('gateway', '/'), run: null }),
    ...inExchange('3', { ...asked('gateway', '/'), run: 'run-2' }),
  );
  t.deepEqual(sessions(events), [['gateway g alive'], ['gateway g alive, not told'], []]);
  t.deepEqual(
    hopsOf(events).map(({ run }) => run),
    ['run-1', null, 'run-2'],
  );
});

test('a server that counts its sessions anew may begin one of an old name', (t) => {
  const mailbox = (exchange: string, state: string) => inExchange(exchange, withSession(asked('mailbox', '/'), 'uc-1', state));
  t.deepEqual(sessions(told(...mailbox('1', 'ended'), ...mailbox('2', 'started'), ...mailbox('3', 'alive'))).flat(), [
    'mailbox uc-1 ended',
    'mailbox uc-1 started',
    'mailbox uc-1 alive',
  ]);
});
