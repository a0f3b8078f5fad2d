import { randomUUID } from 'node:crypto';
import type { Context, Middleware } from 'koa';
import { fieldPairs } from '../header-fields.ts';
import { describeCookies, describeHeaders } from './describe-headers.ts';
import type { Recorder } from './recorder.ts';
import type { TraceEvent } from './trace-event.ts';

/** What a server of a mock may leave in `ctx.state` for its journal. */
export type Journalled<Person extends { account: string }> = {
  /** X-Request-Id, or one of our own: the same on both sides of the gateway and behind the front end. */
  exchangeId: string;
  /** Who it is, by the server's own judgement; null on anonymous pages. */
  person: Person | null;
  /** Facts that the answer rests on. */
  facts: string[];
  /** The session of the request by its public id, where this server keeps it. */
  session?: { id: string; state: string } | undefined;
};

/** Writes down which identity reached a server with which request, and what it got. Secrets never. */
export function journal<Person extends { account: string }>(
  recorder: Recorder,
  party: TraceEvent['party'],
): Middleware<Journalled<Person>> {
  return async function journal(ctx, next) {
    const given = ctx.get('X-Request-Id');
    ctx.state.exchangeId = /^[\w-]{1,64}$/.test(given) ? given : randomUUID();
    ctx.state.person = null;
    ctx.state.facts = [];
    ctx.set('Cache-Control', 'no-cache, no-store');
    const target = ctx.req.url ?? '';
    const came = recorder.now();
    await next();
    const { exchangeId, facts, session } = ctx.state;
    const person = ctx.state.person as Person | null; // what `next` has found out
    const about = { exchange: exchangeId, party, method: ctx.method, host: ctx.host, target, identity: person?.account, session };
    const sent = fieldPairs(ctx.req.rawHeaders);
    // Written down only now, for who it is shows in the answer.
    recorder.record({ ...about, kind: 'request', headers: describeHeaders(sent), cookies: describeCookies(sent) }, came);
    const answered = answeredFields(ctx);
    recorder.record({
      ...about,
      kind: 'response',
      status: ctx.status,
      headers: describeHeaders(answered),
      cookies: describeCookies(answered),
      facts,
    });
  };
}

function answeredFields(ctx: Pick<Context, 'response'>): (readonly [string, string])[] {
  return Object.entries(ctx.response.headers).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, String(one)] as const),
  );
}
