import { LabError } from '../errors.ts';
import { entrance } from '../rules/entrance.ts';
import type { LogoffSetting, PublishingRule } from '../rules/publishing-rule.ts';
import { withoutSecrets } from '../trace/without-secrets.ts';
import { endPresented } from './authenticate.ts';
import { comesFromAnotherSite, opensPage } from './cross-site.ts';
import { detectLogoff, type LogoffVerdict } from './detect-logoff.ts';
import { clearCookies } from './end-session.ts';
import { forwardSignOut } from './forward-request.ts';
import { answerWithPage, confirmSignOutPage, loggedOffPage } from './pages.ts';
import type { GatewayTools, Step, VisitContext } from './visit.ts';

/**
 * Logoff detection: a request whose target matches the rule's published server logoff URL ends the gateway's session, before
 * anything is forwarded (T-01 … T-04). Without a session there is nothing to end, and the page says that it has ended. One that another
 * site has asked for may need the user's word first.
 */
export function watchForLogoff(tools: GatewayTools): Step {
  return async function watchForLogoff(ctx, next) {
    const rule = ctx.state.rule as PublishingRule;
    const verdict = detectLogoff(ctx.state.target, rule.logoff);
    const ask = verdict.matched && needsWord(ctx);
    if (ctx.state.session || verdict.matched) recordVerdict(ctx, tools, verdict, ask);
    if (!rule.logoff || !verdict.matched) return next();
    if (ask) return askForWord(ctx, entrance(rule.paths[0]));
    ctx.state.logoff = ctx.state.presented.length > 0 ? 'session' : 'no-session';
    await endPresented(ctx, tools, ctx.state.presented, 'logoff');
    clearCookies(ctx);
    tellToForget(ctx, rule);
    await answerSignOut(ctx, tools, rule, rule.logoff);
    ctx.state.session = null;
  };
}

function recordVerdict(
  ctx: VisitContext,
  { recorder, log }: GatewayTools,
  { matched, facts, ...verdict }: LogoffVerdict,
  ask: boolean,
) {
  const { id, target, session, rule } = ctx.state;
  const sentence = ask ? `${verdict.sentence}, but another site has asked for it: nothing ends` : verdict.sentence;
  // Where there is no trace, this is how to see why a request was no sign-out.
  if (log.isLevelEnabled('debug')) log.debug({ request: id, rule: rule?.name }, withoutSecrets(sentence));
  recorder.record({
    exchange: id,
    party: 'gateway',
    kind: 'decision',
    target: target.text,
    identity: session?.user,
    rule: rule?.name,
    facts,
    sentence,
    session: session ? { id: session.publicId, state: matched && !ask ? 'ending' : 'alive' } : undefined,
  });
}

/** Also without a session: the browser may have sent no cookie with a request of another site, and yet would let one be deleted. */
function needsWord(ctx: VisitContext): boolean {
  return ctx.state.policy.listener.crossSite.logoff === 'ask' && comesFromAnotherSite(ctx.req.headers, ctx.state.secure);
}

/** The link is a request of our own page's. What a POST sent cannot be sent again by one: the user signs out on the site itself. */
function askForWord(ctx: VisitContext, site: string): void {
  const { publicName, target, upgrade } = ctx.state;
  if (upgrade || !opensPage(ctx.req.headers))
    throw new LabError('forbidden', 'Another site has asked to sign you out, unseen. Nothing has ended.');
  const repeatable = ctx.method === 'GET' || ctx.method === 'HEAD';
  const signOut = repeatable ? { href: target.text, text: 'Sign out' } : { href: site, text: 'Go there to sign out' };
  answerWithPage(ctx, 200, confirmSignOutPage(publicName, signOut));
}

/** For whichever answer it will be, the back end's own included; one from a cache would mean a sign-out that no server hears of. */
function tellToForget(ctx: VisitContext, { clearSiteData }: PublishingRule): void {
  ctx.set('Cache-Control', 'no-store');
  if (clearSiteData.length > 0) ctx.set('Clear-Site-Data', clearSiteData.map((what) => `"${what}"`).join(', '));
}

async function answerSignOut(ctx: VisitContext, tools: GatewayTools, rule: PublishingRule, logoff: LogoffSetting): Promise<void> {
  const forward = logoff.forwardToBackend && ctx.state.session !== null;
  if (forward && (await forwardSignOut(ctx, tools, logoff.onLogoff === 'pass-through')) === 'answered') return;
  if (logoff.onLogoff === 'redirect' && logoff.redirectTo !== null) ctx.redirect(logoff.redirectTo);
  else answerWithPage(ctx, 200, loggedOffPage(ctx.state.publicName, entrance(rule.paths[0])));
}
