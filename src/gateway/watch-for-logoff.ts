import type { LogoffSetting, PublishingRule } from '../rules/publishing-rule.ts';
import { endPresented } from './authenticate.ts';
import { entrance } from './cookie-auth.ts';
import { detectLogoff } from './detect-logoff.ts';
import { clearCookies } from './end-session.ts';
import { forwardSignOut } from './forward-request.ts';
import { answerWithPage, loggedOffPage } from './pages.ts';
import type { GatewayTools, Step, VisitContext } from './visit.ts';

/**
 * Logoff detection: a request whose target matches the rule's published server logoff URL ends the gateway's session, before
 * anything is forwarded (T-01 … T-04). Without a session there is nothing to end, and the page says that it has ended.
 */
export function watchForLogoff(tools: GatewayTools): Step {
  return async function watchForLogoff(ctx, next) {
    const rule = ctx.state.rule as PublishingRule;
    const { session, target, id } = ctx.state;
    const verdict = detectLogoff(target, rule.logoff);
    if (session || verdict.matched)
      tools.recorder.record({
        exchange: id,
        party: 'gateway',
        kind: 'decision',
        target: target.text,
        identity: session?.user,
        rule: rule.name,
        facts: verdict.facts,
        sentence: verdict.sentence,
        session: session ? { id: session.publicId, state: verdict.matched ? 'ending' : 'alive' } : undefined,
      });
    if (!rule.logoff || !verdict.matched) return next();
    await endPresented(ctx, tools, ctx.state.presented, 'logoff');
    clearCookies(ctx);
    await answerSignOut(ctx, tools, rule, rule.logoff);
    ctx.state.session = null;
  };
}

async function answerSignOut(ctx: VisitContext, tools: GatewayTools, rule: PublishingRule, logoff: LogoffSetting): Promise<void> {
  const forward = logoff.forwardToBackend && ctx.state.session !== null;
  if (forward && (await forwardSignOut(ctx, tools, logoff.onLogoff === 'pass-through')) === 'answered') return;
  if (logoff.onLogoff === 'redirect' && logoff.redirectTo !== null) {
    ctx.set('Cache-Control', 'no-store');
    ctx.redirect(logoff.redirectTo);
  } else answerWithPage(ctx, 200, loggedOffPage(ctx.state.publicName, entrance(rule.paths[0])));
}
