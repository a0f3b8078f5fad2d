import { type Html, html } from '../../html.ts';
import { printable } from '../../rules/quote.ts';
import type { EndRecord } from '../../sessions/session.ts';
import { readingTable } from '../reading/reading-table.ts';
import type { ShownSession } from './sessions-api.ts';

/** Rows of the table; the API lists all. */
const MOST_ROWS = 500;
/** Rows of a notice. */
const MOST_TOLD = 20;
const MINUTE = 60_000;

/**
 * The sessions as they are at `now`, ms. To the minute: a table that is put anew with every request could not be read, or clicked on.
 * null: the store cannot be asked.
 */
export function sessionsSection(sessions: readonly ShownSession[] | null, now: number): Html {
  return html`<section id="sessions" aria-labelledby="signed-in">
<h2 id="signed-in">Signed in at the gateway</h2>
${sessions === null ? html`<p>The session store cannot be asked now.</p>` : listed(sessions, now)}
</section>`;
}

function listed(sessions: readonly ShownSession[], now: number): Html {
  if (sessions.length === 0) return html`<p>Nobody.</p>`;
  const users = Map.groupBy(sessions, ({ user }) => user.toLowerCase());
  const hidden = sessions.length - MOST_ROWS;
  return html`<p>${count(sessions.length, 'session')} of ${count(users.size, 'user')}.${
    hidden > 0 && html` The ${MOST_ROWS} oldest are shown; <a href="/api/sessions">/api/sessions</a> lists all.`
  }</p>
${sessionTable(sessions.slice(0, MOST_ROWS), now, (session) => endLinks(session, (users.get(session.user.toLowerCase()) ?? []).length > 1))}
<p><a class="button" href="/sessions/end?all=yes">End all sessions…</a></p>`;
}

/** `last`: what stands in the last column; none without it. */
export function sessionTable(sessions: readonly ShownSession[], now: number, last?: (session: ShownSession) => Html): Html {
  const titles = [...columns.map(({ title }) => title), ...(last ? ['End'] : [])];
  return readingTable(
    titles,
    sessions.map((session) => ({
      cells: [...columns.map(({ cell }) => cell(session, now)), ...(last ? [last(session)] : [])],
    })),
  );
}

const columns: readonly { title: string; cell: (session: ShownSession, now: number) => Html | string | number }[] = [
  { title: 'User', cell: ({ user, publicId }) => html`${printable(user)}<br><small>id <code>${publicId}</code></small>` },
  {
    title: 'Site',
    cell: ({ publicName, listener }) => html`${printable(publicName)}<br><small>listener ${printable(listener)}</small>`,
  },
  { title: 'From', cell: ({ clientAddress, computer }) => html`${clientAddress}<br><small>${computer} computer</small>` },
  { title: 'Signed in', cell: ({ loggedOnAt }) => minuteOf(Date.parse(loggedOnAt)) },
  { title: 'Idle', cell: ({ idleSeconds }) => spanInWords(idleSeconds * 1_000) },
  { title: 'Connections', cell: ({ connections }) => connections },
  {
    title: 'Will end',
    cell: ({ expiresAt }, now) =>
      html`in ${spanInWords(Date.parse(expiresAt) - now)}<br><small>${minuteOf(Date.parse(expiresAt))}</small>`,
  },
];

function endLinks({ user, publicId }: ShownSession, hasOthers: boolean): Html {
  const name = printable(user);
  return html`<a class="button" href="/sessions/end?id=${encodeURIComponent(publicId)}">End…<span class="unseen"> session ${publicId} of ${name}</span></a>${
    hasOthers && html` <a class="button" href="/sessions/end?user=${encodeURIComponent(user)}">End all of ${name}…</a>`
  }`;
}

/** What a form has ended, for the page after it. */
export function endedNotice(records: readonly EndRecord[]): Html {
  if (records.length === 0) return html`<p>There was nothing to end: it has ended already.</p>`;
  return html`<p>${count(records.length, 'session')} ended:</p>
<ul>${records
    .slice(0, MOST_TOLD)
    .map(
      ({ user, publicId, reason, connectionsClosed }) =>
        html`<li>${printable(user)}, id <code>${publicId}</code>, reason ${reason}, ${count(connectionsClosed, 'connection')} cut</li>`,
    )}${more(records.length)}</ul>`;
}

/** What became of sessions when the clock was moved to `now`, ms. */
export function clockNotice(now: number, timedOut: readonly ShownSession[]): Html {
  return html`<p>The clock was moved to ${minuteOf(now)}. ${
    timedOut.length === 0 ? 'No session was due.' : `${count(timedOut.length, 'session')} ended by the time-out:`
  }</p>
${
  timedOut.length > 0 &&
  html`<ul>${timedOut
    .slice(0, MOST_TOLD)
    .map(
      ({ user, publicId, publicName }) =>
        html`<li>${printable(user)}, id <code>${publicId}</code>, at ${printable(publicName)}</li>`,
    )}${more(timedOut.length)}</ul>`
}`;
}

/** The element that the stream keeps up to date. */
export function clockNow(now: number): Html {
  return html`<span id="clock-now">It says ${minuteOf(now)}.</span>`;
}

function more(all: number): Html | false {
  return all > MOST_TOLD && html`<li>and ${all - MOST_TOLD} more</li>`;
}

/** Who has come and gone, for those who listen to the page; empty: nobody. */
export function changeInWords(before: readonly ShownSession[], after: readonly ShownSession[]): string {
  const only = (some: readonly ShownSession[], others: readonly ShownSession[]) => {
    const known = new Set(others.map(({ publicId }) => publicId));
    return some.filter(({ publicId }) => !known.has(publicId));
  };
  const told = (some: readonly ShownSession[], did: string) => {
    const [first] = some;
    if (!first) return [];
    return [`${some.length === 1 ? `1 session, of ${printable(first.user)},` : count(some.length, 'session')} ${did}.`];
  };
  return [...told(only(after, before), 'began'), ...told(only(before, after), 'ended')].join(' ');
}

/** `2026-11-23 09:29 UTC`. */
export function minuteOf(time: number): Html {
  const iso = `${new Date(time).toISOString().slice(0, -8)}`;
  return html`<time datetime="${iso}Z">${iso.replace('T', ' ')} UTC</time>`;
}

/** `3 h 5 min`. */
function spanInWords(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / MINUTE);
  if (minutes === 0) return 'under a minute';
  const parts: [number, string][] = [
    [Math.floor(minutes / 1_440), 'd'],
    [Math.floor((minutes % 1_440) / 60), 'h'],
    [minutes % 60, 'min'],
  ];
  return parts.flatMap(([number, unit]) => (number > 0 ? `${number} ${unit}` : [])).join(' ');
}

export function count(number: number, name: string): string {
  return `${number.toLocaleString('en')} ${name}${number === 1 ? '' : 's'}`;
}
