import type { EndedBy, Tried } from '../../scenarios/ends-case.ts';
import type { EndsInput, EndsResult } from '../cell.ts';

type Judged = Omit<EndsResult, 'codes' | 'because'>;

/** One English sentence: what the old cookie opens and why, and what became of everything else. */
export function explainEnds(cell: EndsInput, result: Judged): string {
  const rest = [whatBecameOfConnection(cell, result), whatBecameOfBob(result), whomExchangeTakes(cell, result)];
  return `${[`${whatCookieOpens(cell, result)}, ${why(cell, result)}`, ...rest.filter((part) => part !== null)].join('; ')}.`;
}

function whatCookieOpens({ tried, at, replicas }: EndsInput, { oldCookie }: Judged): string {
  const who = tried === 'second-tab' ? 'A second tab' : 'The old cookie';
  const where = replicas === 1 ? '' : at === 'same-replica' ? ' at the first replica' : ' at the second replica';
  if (oldCookie === 'unavailable') return `${who} meets an error page${where}`;
  return `${who} is ${oldCookie}${where}`;
}

/** What has ended alice's session, or should have. */
const causes: Readonly<Record<EndedBy, string>> = {
  logoff: 'alice has signed out',
  'idle-time-out': 'alice’s idle time is over',
  'session-time-out': 'the duration of alice’s session is over',
  admin: 'an administrator has ended the session',
  'admin-user': 'an administrator has ended all of alice’s sessions',
  'admin-all': 'an administrator has ended everybody’s sessions',
  'new-logon': 'somebody else has signed in in the same browser',
  'user-removed': 'alice was taken from the list of users',
  'password-changed': 'alice got another password',
  'rule-removed': 'her site was published no more for a while',
  eviction: 'the store was full and hers was the session used least lately',
  restart: 'the gateway was restarted',
  'store-restart': 'the Redis server was killed and started again',
  'store-frozen': 'the Redis server stands still',
  'store-away': 'the Redis server is away',
  nothing: 'nothing has ended the session',
};

/** A cookie that opens what must have ended does so although; all else is because. */
function why(cell: EndsInput, { oldCookie, endRecords }: Judged): string {
  const { endedBy, store, replicas, options } = cell;
  const cause = causes[endedBy];
  if (oldCookie === 'unavailable') return `because ${cause} and nobody can say whether alice has signed out`;
  if (oldCookie === 'accepted') {
    if (endedBy === 'nothing') return `because ${cause}`;
    return endedBy === 'restart' && store === 'redis' ? `because ${cause} and Redis kept the session` : `although ${cause}`;
  }
  if (options?.['snapshot'] === 'before-logoff')
    return 'because alice has signed out, and of a Redis server that came back with a snapshot of before no record counts';
  if (endedBy === 'store-restart') return `because ${cause} and has no record that counts`;
  if (endedBy === 'nothing')
    return store === 'memory' && replicas === 2
      ? 'because each replica knows only the sessions in its own memory'
      : `although ${cause}`;
  return endRecords === 0 ? `because ${cause}, of which no gateway has made a record` : `because ${cause}${times(endRecords)}`;
}

function times(records: number): string {
  return records === 1 ? '' : `, of which there are ${records} records`;
}

const connections: Partial<Record<Tried, string>> = {
  'in-flight': 'the request under way',
  'long-poll': 'the long poll',
  websocket: 'the WebSocket',
  sse: 'the stream of events',
  download: 'the download',
  upload: 'the upload',
};

function whatBecameOfConnection({ tried }: EndsInput, { connection, lateCookie }: Judged): string | null {
  if (connection === null) return null;
  const what = connections[tried] ?? 'the connection';
  const brought = lateCookie ? ' and brought a cookie' : '';
  return connection === 'open' ? `${what} is still open` : `${what} was ${connection}${brought}`;
}

function whatBecameOfBob({ bobsSession, oldCookie }: Judged): string | null {
  if (bobsSession === 'ended') return 'bob’s session has ended too';
  return bobsSession === 'unavailable' && oldCookie !== 'unavailable' ? 'nobody can say whether bob is signed in' : null;
}

function whomExchangeTakes({ tried }: EndsInput, { seenAs }: Judged): string | null {
  if (tried !== 'identity-switch') return null;
  if (seenAs === null) return 'Exchange asks bob, who signs in next in this browser, who he is';
  return `Exchange takes bob, who signs in next in this browser, for ${seenAs === 'bob' ? 'himself' : 'alice'}`;
}
