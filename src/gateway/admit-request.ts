import { fieldPairs } from '../header-fields.ts';
import { html } from '../html.ts';
import { entrance } from '../rules/entrance.ts';
import { publicNameOf } from '../rules/public-name.ts';
import { selectRule } from '../rules/select-rule.ts';
import { describeCookies, describeHeaders } from '../trace/describe-headers.ts';
import { checkRequest } from './check-request.ts';
import { answerWithPage, problemPage } from './pages.ts';
import { readClient } from './read-client.ts';
import { readTarget, undoUnreserved } from './read-target.ts';
import { refuse } from './refuse.ts';
import { isTls } from './tls-server.ts';
import type { GatewayTools, Step, Upgrade, Visit, VisitContext } from './visit.ts';
import { whatWentOut } from './what-went-out.ts';

/** Gives the request its id and tells the trace how it came and what it got. */
export function traceRequest(tools: GatewayTools, upgrades: WeakMap<object, Upgrade>, visits: WeakMap<object, Visit>): Step {
  return async function traceRequest(ctx, next) {
    const { req } = ctx;
    Object.assign(ctx.state, {
      id: tools.newRequestId(),
      clientAddress: req.socket.remoteAddress ?? '',
      secure: false,
      forwardedFor: '',
      policy: tools.policy(),
      rule: null,
      session: null,
      signal: null,
      presented: [],
      interrupted: false,
      release: () => {},
      reason: 0,
      upgrade: upgrades.get(req) ?? null,
      outcome: 'answered',
      refusal: null,
      refusedUnread: null,
      logon: null,
      logoff: null,
      sentHeaders: null,
    });
    visits.set(req, ctx.state);
    const fields = fieldPairs(req.rawHeaders);
    const about = { exchange: ctx.state.id, party: 'gateway', method: req.method ?? '', host: req.headers.host ?? '' } as const;
    const request = { ...about, kind: 'request', target: withoutCredentials(req.url ?? '') } as const;
    tools.recorder.record({ ...request, headers: describeHeaders(fields), cookies: describeCookies(fields) });
    ctx.set('X-Request-Id', ctx.state.id);
    try {
      await next();
    } finally {
      traceRefusal(ctx, tools);
      traceResponse(ctx, tools, about);
    }
  };
}

/** The logon form's own address may bring a query, but what somebody put there instead of into the form is not written down. */
function withoutCredentials(target: string): string {
  return undoUnreserved(target).replace(/^(\/CookieAuth\.dll(?:\?|%3F)(?!(?:GetLogon|GetPic)\b)\w*).*$/is, '$1');
}

/** The client may be told less (T-22). */
function traceRefusal({ state, res }: VisitContext, { recorder, log }: GatewayTools): void {
  const { id, refusal, refusedUnread, clientAddress } = state;
  if (refusal === null) return;
  log.info({ request: id, status: refusedUnread ?? res.statusCode, clientAddress, reason: refusal }, 'request refused');
  recorder.record({ exchange: id, party: 'gateway', kind: 'decision', facts: ['T-22'], sentence: refusal });
}

function traceResponse(
  ctx: VisitContext,
  tools: GatewayTools,
  about: { exchange: string; party: 'gateway'; method: string; host: string },
): void {
  const { session, rule, sentHeaders, signal } = ctx.state;
  const { outcome, status } = whatWentOut(ctx);
  const fields =
    sentHeaders ??
    Object.entries(ctx.response.headers).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)] as const));
  tools.recorder.record({
    ...about,
    kind: 'response',
    // Nothing went out: there is no status.
    status,
    outcome,
    headers: describeHeaders(fields),
    cookies: describeCookies(fields),
    identity: session?.user,
    // What has been cut off says nothing of its session: that may have ended meanwhile.
    session: session && !signal?.aborted ? { id: session.publicId, state: 'alive' } : undefined,
    rule: rule?.name,
  });
}

/** Reads the request once: its target, Host and client. What has no single reading, or exceeds a limit, is refused (DESIGN decision 3). */
export async function readRequest(ctx: VisitContext, next: () => Promise<void>): Promise<void> {
  const { req, state } = ctx;
  const { limits } = state.policy.listener;
  const raw = req.url ?? '';
  if (raw.length > limits.urlBytes)
    return refuse(ctx, `The request target has ${raw.length} bytes; at most ${limits.urlBytes} are taken.`, 414);
  const target = readTarget(raw);
  if ('problem' in target) return refuse(ctx, `The request target cannot be forwarded: ${target.problem}.`);
  const fields = fieldPairs(req.rawHeaders);
  const refusal = checkRequest({ request: req, fields, upgrade: state.upgrade !== null }, limits);
  if (refusal) return refuse(ctx, refusal.sentence, refusal.status);
  const client = readClient(state.policy.listener, state.clientAddress, fields, isTls(req.socket));
  if ('problem' in client) return refuse(ctx, client.problem);
  const publicName = publicNameOf(req.headers.host ?? '');
  if (publicName === null) return refuse(ctx, 'Expected the Host field to hold a name or an address.');
  Object.assign(state, { ...client, target, publicName });
  req.url = target.text;
  await next();
}

/** Finds the publishing rule for the public name and path (T-20). */
export function selectPublishingRule(tools: GatewayTools): Step {
  return async function selectPublishingRule(ctx, next) {
    const { policy, publicName, target, id } = ctx.state;
    const selected = selectRule(policy.ruleSet.rules, publicName, target.path);
    if (selected.kind === 'unknown-host') {
      const names = tools.revealPublishedNames ? [...new Set(policy.ruleSet.rules.flatMap((rule) => rule.publicNames))] : [];
      return answerWithPage(ctx, 404, problemPage('No such site', unknownHost(ctx, names), id));
    }
    ctx.state.rules = selected.rules;
    ctx.state.rule = selected.kind === 'rule' ? selected.rule : null;
    await next();
  };
}

function unknownHost({ host, state }: VisitContext, published: readonly string[]) {
  const { publicName, secure } = state;
  const scheme = secure ? 'https' : 'http';
  const port = /:\d+$/.exec(host)?.[0] ?? '';
  const links = published.map((name) => html`<li><a href="${scheme}://${name}${port}/">${name}</a></li>`);
  return html`<p>No publishing rule has the public name <strong>${publicName}</strong>.</p>
${links.length > 0 && html`<p>Published here:</p>\n<ul>${links}</ul>`}`;
}

/**
 * A path that the public name does not publish is denied (TMG's 12202), signed in or not; `/` leads to the first that is. Of a
 * published one the query has its limit; the gateway's own pages, which are served before, may bring a whole target in theirs.
 */
export async function denyUnpublishedPath(ctx: VisitContext, next: () => Promise<void>): Promise<void> {
  const { rule, rules, target, publicName, id, policy } = ctx.state;
  const { queryBytes } = policy.listener.limits;
  if (rule && target.query.length > queryBytes)
    return refuse(ctx, `The query has ${target.query.length} bytes; at most ${queryBytes} are taken.`, 414);
  if (rule) return next();
  const first = entrance(rules[0]?.paths[0]);
  if (target.path === '/' && target.query === '' && first !== '/') return ctx.redirect(first);
  const sentence = html`<p><strong>${publicName}</strong> does not publish this path. Try <a href="${first}">${first}</a>.</p>`;
  answerWithPage(ctx, 403, problemPage('The path is not published', sentence, id));
}
