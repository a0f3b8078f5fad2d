import { fieldPairs } from '../header-fields.ts';
import { html } from '../html.ts';
import { selectRule } from '../rules/select-rule.ts';
import { describeCookies, describeHeaders } from '../trace/describe-headers.ts';
import { entrance } from './cookie-auth.ts';
import { answerWithPage, problemPage } from './pages.ts';
import { readTarget, undoUnreserved } from './read-target.ts';
import type { GatewayTools, Step, Upgrade, VisitContext } from './visit.ts';

/** Gives the request its id and tells the trace how it came and what it got. */
export function traceRequest(tools: GatewayTools, upgrades: WeakMap<object, Upgrade>): Step {
  return async function traceRequest(ctx, next) {
    const { req } = ctx;
    Object.assign(ctx.state, {
      id: tools.newRequestId(),
      clientAddress: req.socket.remoteAddress ?? '',
      secure: 'encrypted' in req.socket,
      policy: tools.policy(),
      rule: null,
      session: null,
      signal: null,
      presented: [],
      interrupted: false,
      release: () => {},
      reason: 0,
      upgrade: upgrades.get(req) ?? null,
      sentHeaders: null,
    });
    const fields = fieldPairs(req.rawHeaders);
    const about = { exchange: ctx.state.id, party: 'gateway', method: req.method ?? '', host: req.headers.host ?? '' } as const;
    const request = { ...about, kind: 'request', target: withoutCredentials(req.url ?? '') } as const;
    tools.recorder.record({ ...request, headers: describeHeaders(fields), cookies: describeCookies(fields) });
    ctx.set('X-Request-Id', ctx.state.id);
    try {
      await next();
    } finally {
      traceResponse(ctx, tools, about);
    }
  };
}

/** The logon form's own address may bring a query, but what somebody put there instead of into the form is not written down. */
function withoutCredentials(target: string): string {
  return undoUnreserved(target).replace(/^(\/CookieAuth\.dll(?:\?|%3F)(?!(?:GetLogon|GetPic)\b)\w*).*$/is, '$1');
}

function traceResponse(
  ctx: VisitContext,
  tools: GatewayTools,
  about: { exchange: string; party: 'gateway'; method: string; host: string },
): void {
  const { session, rule, sentHeaders } = ctx.state;
  const fields =
    sentHeaders ??
    Object.entries(ctx.response.headers).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)] as const));
  tools.recorder.record({
    ...about,
    kind: 'response',
    status: ctx.res.statusCode,
    headers: describeHeaders(fields),
    cookies: describeCookies(fields),
    identity: session?.user,
    session: session ? { id: session.publicId, state: 'alive' } : undefined,
    rule: rule?.name,
  });
}

/** Reads the request target and the Host once; what has no single reading is refused (DESIGN decision 3). */
export async function readRequest(ctx: VisitContext, next: () => Promise<void>): Promise<void> {
  const target = readTarget(ctx.req.url ?? '');
  if ('problem' in target) return refuse(ctx, `The request target cannot be forwarded: ${target.problem}.`);
  const hosts = fieldPairs(ctx.req.rawHeaders).filter(([name]) => name.toLowerCase() === 'host');
  const host = hosts[0]?.[1] ?? '';
  if (hosts.length !== 1 || !/^[\w.-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i.test(host))
    return refuse(ctx, 'Expected exactly one Host field with a name, or a name and a port.');
  if (ctx.state.upgrade && ctx.method !== 'GET') return refuse(ctx, 'A WebSocket is opened with GET.');
  if (ctx.method === 'TRACE') return refuse(ctx, 'TRACE would show the credentials that are delegated.', 405);
  const coding = ctx.req.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    return refuse(ctx, 'Of transfer codings, only "chunked" is known here.', 501);
  ctx.state.target = target;
  ctx.state.publicName = host.replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase();
  ctx.req.url = target.text;
  await next();
}

function refuse(ctx: VisitContext, sentence: string, status = 400): void {
  ctx.set('Connection', 'close');
  answerWithPage(ctx, status, problemPage('The request was refused', sentence, ctx.state.id));
}

/** Finds the publishing rule for the public name and path (T-20). */
export function selectPublishingRule(tools: GatewayTools): Step {
  return async function selectPublishingRule(ctx, next) {
    const { policy, publicName, target, id } = ctx.state;
    const selected = selectRule(policy.ruleSet.rules, publicName, target.path);
    if (selected.kind === 'unknown-host') {
      const names = tools.revealPublishedNames ? [...new Set(policy.ruleSet.rules.flatMap((rule) => rule.publicNames))] : [];
      return answerWithPage(ctx, 404, problemPage('No such site', unknownHost(publicName, names, ctx.host), id));
    }
    ctx.state.rules = selected.rules;
    ctx.state.rule = selected.kind === 'rule' ? selected.rule : null;
    await next();
  };
}

function unknownHost(publicName: string, published: readonly string[], host: string) {
  const port = /:\d+$/.exec(host)?.[0] ?? '';
  const links = published.map((name) => html`<li><a href="http://${name}${port}/">${name}</a></li>`);
  return html`<p>No publishing rule has the public name <strong>${publicName}</strong>.</p>
${links.length > 0 && html`<p>Published here:</p>\n<ul>${links}</ul>`}`;
}

/** A path that the public name does not publish is denied (TMG's 12202), signed in or not; `/` leads to the first that is. */
export async function denyUnpublishedPath(ctx: VisitContext, next: () => Promise<void>): Promise<void> {
  if (ctx.state.rule) return next();
  const { rules, target, publicName, id } = ctx.state;
  const first = entrance(rules[0]?.paths[0]);
  if (target.path === '/' && target.query === '' && first !== '/') return ctx.redirect(first);
  const sentence = html`<p><strong>${publicName}</strong> does not publish this path. Try <a href="${first}">${first}</a>.</p>`;
  answerWithPage(ctx, 403, problemPage('The path is not published', sentence, id));
}
