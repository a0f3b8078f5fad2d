import { fieldPairs, type HeaderFields } from '../header-fields.ts';
import type { PublishingRule } from '../rules/publishing-rule.ts';
import type { Session } from '../sessions/session.ts';
import { bindsConnection, clientMayAuthenticate, delegatedAuthorization } from './delegate-credentials.ts';
import { sendContinue } from './forward-exchange.ts';
import type { Forwarding, ForwardOutcome } from './forward-types.ts';
import { isWithheld } from './forwarded-fields.ts';
import { answerWithPage, problemPage } from './pages.ts';
import { setsCookie, withoutCookie } from './session-cookie.ts';
import type { GatewayTools, Step, VisitContext } from './visit.ts';

/** How long the logged-off page waits for the published server to hear of the sign-out, ms. */
const LONGEST_SIGN_OUT = 5_000;

/** The last step: the request goes to the published server with the user's credentials, and its answer comes back. */
export function forwardToPublishedServer(tools: GatewayTools): Step {
  return async function forwardToPublishedServer(ctx) {
    const { upgrade, signal } = ctx.state;
    const forwarding = { ...prepare(ctx), signal: signal as AbortSignal };
    ctx.respond = false;
    const outcome = upgrade
      ? await forwardUpgrade(ctx, tools, forwarding, upgrade)
      : await tools.forwarder.http(forwarding, ctx.res);
    ctx.state.outcome = outcomes[outcome.kind];
    answerFailure(ctx, tools, outcome);
  };
}

/**
 * Forwards a request that has just ended its session: the published server learns of the sign-out too. With `passThrough`
 * its answer is the user's; otherwise only its cookies are, and the gateway answers itself.
 */
export async function forwardSignOut(
  ctx: VisitContext,
  tools: GatewayTools,
  passThrough: boolean,
): Promise<'answered' | 'unanswered'> {
  // They come last: what the gateway deletes stays deleted, whatever the published server sets on the way out.
  const ownCookies = [ctx.response.get('Set-Cookie') ?? []].flat() as string[];
  const forwarding = prepare(ctx);
  if (passThrough) {
    ctx.respond = false;
    const editResponse: Forwarding['editResponse'] = (head) =>
      remember(ctx, [...forwarding.editResponse(head), ...ownCookies.map((value): [string, string] => ['Set-Cookie', value])]);
    const outcome = await tools.forwarder.http({ ...forwarding, editResponse }, ctx.res);
    ctx.state.outcome = outcome.kind === 'failed' && outcome.headersSent ? 'cut-off' : outcomes[outcome.kind];
    return outcome.kind === 'failed' && !outcome.headersSent ? 'unanswered' : 'answered';
  }
  const editResponse: Forwarding['editResponse'] = ({ headers }) => {
    const theirs = headers.filter(([name, value]) => name.toLowerCase() === 'set-cookie' && !isOurs(ctx, value));
    ctx.set('Set-Cookie', [...theirs.map(([, value]) => value), ...ownCookies]);
    for (const [name, value] of headers) if (name.toLowerCase() === 'clear-site-data') ctx.append('Clear-Site-Data', value);
    return [];
  };
  sendContinue(ctx.req, ctx.res);
  await tools.forwarder.http({ ...forwarding, editResponse, signal: AbortSignal.timeout(LONGEST_SIGN_OUT) }, null);
  return 'unanswered';
}

function prepare(ctx: VisitContext): Forwarding {
  const rule = ctx.state.rule as PublishingRule;
  const { target, id, forwardedFor, secure, policy } = ctx.state;
  const { authorization: clientField, cookie, host } = ctx.req.headers;
  const authorization = delegatedAuthorization(rule.delegation, ctx.state.session as Session, clientField);
  return {
    request: ctx.req,
    to: rule.to,
    target: target.text,
    replace: {
      ...neverForwarded(ctx.req.rawHeaders),
      Authorization: authorization,
      Cookie: withoutCookie(cookie, policy.listener.cookie),
      'X-Request-Id': id,
      'X-Forwarded-For': forwardedFor,
      'X-Forwarded-Host': host ?? null,
      'X-Forwarded-Proto': secure ? 'https' : 'http',
      'Front-End-Https': secure ? 'On' : null,
    },
    limits: policy.listener.limits,
    closeAfter: bindsConnection(authorization),
    editResponse: ({ headers }) => remember(ctx, editResponse(ctx, rule, headers)),
  };
}

/** Null for each of the client's fields that ends here. In lower case no name is one that `prepare` sets, and takes its place. */
function neverForwarded(raw: readonly string[]): Record<string, null> {
  return Object.fromEntries(fieldPairs(raw).flatMap(([name]) => (isWithheld(name) ? [[name.toLowerCase(), null]] : [])));
}

function remember(ctx: VisitContext, fields: HeaderFields): HeaderFields {
  ctx.state.sentHeaders = fields;
  return fields;
}

/** What the published server's answer loses and gains: our cookie is ours alone, and pages behind a session are not stored. */
function editResponse(ctx: VisitContext, rule: PublishingRule, headers: HeaderFields): HeaderFields {
  const withheld = clientMayAuthenticate(rule.delegation) ? '' : 'www-authenticate';
  const kept = headers.filter(([name, value]) => {
    const field = name.toLowerCase();
    return field !== withheld && !(field === 'set-cookie' && isOurs(ctx, value));
  });
  // A sign-out comes with fields of our own for whatever answers it.
  const [clear, caching] = [ctx.response.get('Clear-Site-Data'), ctx.response.get('Cache-Control')];
  const told: HeaderFields = clear ? [...kept, ['Clear-Site-Data', clear]] : kept;
  const storable = caching !== 'no-store' && (rule.caching === 'published' || !mustNotBeStored(kept));
  return storable ? told : [...told.filter(([name]) => !isCaching(name)), ['Cache-Control', 'no-store']];
}

function isOurs(ctx: VisitContext, setCookie: string): boolean {
  return setsCookie(setCookie, ctx.state.policy.listener.cookie);
}

/** Every page, and whatever the published server itself says nothing about. */
function mustNotBeStored(headers: HeaderFields): boolean {
  const value = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  return /html/i.test(value('content-type') ?? '') || value('cache-control') === undefined;
}

function isCaching(name: string): boolean {
  return /^(cache-control|expires|pragma)$/i.test(name);
}

async function forwardUpgrade(
  ctx: VisitContext,
  tools: GatewayTools,
  forwarding: Forwarding,
  { socket, head }: NonNullable<VisitContext['state']['upgrade']>,
): Promise<ForwardOutcome> {
  ctx.res.detachSocket(socket as import('node:net').Socket);
  const editResponse: Forwarding['editResponse'] = (answer) => {
    // It goes out past `ctx.res`; this is for the trace.
    ctx.res.statusCode = answer.status;
    return [...forwarding.editResponse(answer), ['X-Request-Id', ctx.state.id]];
  };
  const outcome = await tools.forwarder.upgrade({ ...forwarding, editResponse }, socket, head);
  if (outcome.kind === 'failed' && !outcome.headersSent && !socket.destroyed)
    ctx.res.assignSocket(socket as import('node:net').Socket);
  return outcome;
}

/** What the client got, until a failure is answered. */
const outcomes = { sent: 'answered', 'client-gone': 'client-gone', aborted: 'cut-off', failed: 'answered' } as const;

const failures = {
  'backend-unreachable': [
    502,
    'The published server cannot be reached',
    'The gateway could not connect to the server that this site is published from.',
  ],
  'backend-broken': [
    502,
    'The published server gave no valid answer',
    'It ended the connection, or answered something that is not HTTP.',
  ],
  'backend-slow': [
    504,
    'The published server did not answer in time',
    'The request may have reached it; look before you repeat what must not happen twice.',
  ],
  'too-large': [
    413,
    'The request is too large',
    'Its body has more bytes than are taken here. A part of it may have reached the published server.',
  ],
} as const;

function answerFailure(ctx: VisitContext, tools: GatewayTools, outcome: ForwardOutcome): void {
  if (outcome.kind !== 'failed') return;
  const { rule, id } = ctx.state;
  const cause = outcome.cause instanceof Error ? outcome.cause.message : String(outcome.cause);
  tools.log.warn({ request: id, rule: rule?.name, backEnd: rule?.to.url, code: outcome.code, cause }, 'forwarding failed');
  if (outcome.headersSent || ctx.res.headersSent) ctx.state.outcome = 'cut-off';
  if (ctx.res.headersSent || ctx.res.destroyed) return;
  if (outcome.code === 'too-large') ctx.set('Connection', 'close');
  const [status, title, sentence] = failures[outcome.code];
  answerWithPage(ctx, status, problemPage(title, sentence, id));
}
