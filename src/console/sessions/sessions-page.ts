import type { Context } from 'koa';
import type Router from 'koa-router';
import type { AdjustableClock } from '../../clock.ts';
import { LabError } from '../../errors.ts';
import { type Html, html } from '../../html.ts';
import { printable } from '../../rules/quote.ts';
import type { Recorder } from '../../trace/recorder.ts';
import { readSpan } from '../api/read-body.ts';
import type { EventStreams } from '../event-stream.ts';
import { answerPage, seeOther } from '../page.ts';
import { readForm } from '../read-form.ts';
import { createNotices } from './notices.ts';
import { listShown, ofUser, type SessionsOwner, type ShownSession } from './sessions-api.ts';
import { followSessions } from './sessions-stream.ts';
import { clockNotice, clockNow, endedNotice, sessionsSection, sessionTable } from './sessions-view.ts';

export type SessionsPageParts = {
  owner: SessionsOwner;
  streams: EventStreams;
  /** With a lab the clock can be moved, and the page is kept up to date; a gateway alone has neither. */
  lab?: { clock: AdjustableClock; recorder: Recorder };
};

const STREAM = '/sessions/stream';
/** Time enough to write a span into the form, s. */
const RELOAD_EVERY = 30;

/** Who is signed in, with what ends sessions: by hand, or by the lab's clock. */
export function addSessionsPage(router: Router, { owner, streams, lab }: SessionsPageParts): void {
  const notices = createNotices();
  const frame = { here: 'sessions', ...(!lab && { places: ['sessions'] as const }) } as const;

  async function answerSessions(ctx: Context, notice: Html | null, wrong: WrongSpan | null = null): Promise<void> {
    const sessions = await listShown(owner);
    const now = owner.clock.now();
    const content = html`<div class="admin">
<h1>Sessions</h1>
${notice && html`<div class="notice" role="status">${notice}</div>\n`}${sessionsSection(sessions, now)}
${lab ? clockSection(now, wrong) : html`<p><a href="/sessions">Load this page again</a> to see what has changed.</p>`}
</div>`;
    const live = lab && { stream: STREAM, reloadEvery: RELOAD_EVERY };
    answerPage(ctx, { title: 'Sessions', ...frame, content, ...live }, wrong ? 400 : 200);
  }

  router.get('/sessions', (ctx) => answerSessions(ctx, notices.find(String(ctx.query['notice'] ?? ''))));
  router.get('/sessions/end', async (ctx) => {
    const which = readWhich(new URLSearchParams(ctx.querystring));
    const sessions = await listShown(owner, picks(which));
    const content = confirmation(which, sessions, owner.clock.now());
    answerPage(ctx, { title: 'End sessions', ...frame, content }, sessions.length === 0 ? 404 : 200);
  });
  router.post('/sessions/end', async (ctx) => {
    const records = await owner.gateway.endSessions(picks(readWhich(await readForm(ctx))));
    seeOther(ctx, `/sessions?notice=${notices.keep(endedNotice(records))}`);
  });
  if (!lab) return;
  router.get(STREAM, (ctx) => streams.open(ctx, (stream) => followSessions(stream, owner, lab.recorder)));
  router.post('/sessions/clock', async (ctx) => {
    const span = readAdvance(await readForm(ctx), lab.clock.now());
    if (typeof span !== 'number') return answerSessions(ctx, null, span);
    const before = await listShown(owner);
    lab.clock.advance(span);
    const left = new Set((await listShown(owner)).map(({ publicId }) => publicId));
    const timedOut = before.filter(({ publicId }) => !left.has(publicId));
    seeOther(ctx, `/sessions?notice=${notices.keep(clockNotice(lab.clock.now(), timedOut))}`);
  });
}

type Which = { key: 'id' | 'user' | 'all'; value: string };

/** Exactly one, with a value: a misspelt or empty name must not end everybody's. */
function readWhich(fields: URLSearchParams): Which {
  const key = (['id', 'user', 'all'] as const).find((name) => fields.has(name));
  const value = key && fields.get(key);
  if ([...fields].length !== 1 || !key || !value)
    throw new LabError('bad-request', 'expected exactly one of id, user and all, and a value for it');
  return { key, value };
}

function picks({ key, value }: Which): (session: { user: string; publicId: string }) => boolean {
  if (key === 'all') return () => true;
  return key === 'user' ? ofUser(value) : ({ publicId }) => publicId === value;
}

/** A page of its own, for what keeps the sessions' page up to date would close a question that is asked on it. */
function confirmation(which: Which, sessions: readonly ShownSession[], now: number): Html {
  const back = html`<a href="/sessions">Back to the sessions</a>`;
  if (sessions.length === 0)
    return html`<div class="admin"><h1>There is nothing to end</h1><p>No such session, or it has ended already. ${back}.</p></div>`;
  const of = { id: 'this session', user: `every session of ${printable(which.value)}`, all: 'every session of everybody' }[
    which.key
  ];
  return html`<div class="admin">
<h1>End ${of}?</h1>
<p>Cookies are refused from then on, and connections are cut.</p>
${sessionTable(sessions, now)}
<form method="post" action="/sessions/end"><input type="hidden" name="${which.key}" value="${which.value}"><button class="danger">End ${of}</button> ${back}</form>
</div>`;
}

type WrongSpan = { given: string; problem: string };

function readAdvance(fields: URLSearchParams, now: number): number | WrongSpan {
  const given = fields.get('advance') ?? '';
  try {
    return readSpan({ advance: given.trim() }, now);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { given, problem: error.message };
  }
}

function clockSection(now: number, wrong: WrongSpan | null): Html {
  return html`<section aria-labelledby="clock-title">
<h2 id="clock-title">The lab’s clock</h2>
<p>${clockNow(now)} It goes forward only, and browsers have their own.</p>
<form method="post" action="/sessions/clock"><button name="advance" value="10m">+10 min</button> <button name="advance" value="8h">+8 h</button></form>
<form method="post" action="/sessions/clock"><label for="advance">Advance by</label> <input id="advance" name="advance" size="12" autocomplete="off" placeholder="8h 1s" value="${wrong?.given ?? ''}"${
    wrong && html` aria-invalid="true" aria-describedby="advance-problem"`
  }> <button>Move the clock</button>${wrong && html`\n<p id="advance-problem" class="problem" role="alert">${wrong.problem}</p>`}</form>
</section>`;
}
