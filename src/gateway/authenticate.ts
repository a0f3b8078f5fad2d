import type { EndReason } from '../sessions/session-manager.ts';
import { getLogonUrl } from './logon-form.ts';
import { readCookie } from './session-cookie.ts';
import type { GatewayTools, LogonReason, Step, VisitContext } from './visit.ts';

const reasons: Record<EndReason, LogonReason> = { logoff: 1, 'timed-out': 3, replaced: 0, admin: 0 };

/** Finds the session that the request's cookie opens; the store is the authority (DESIGN decision 4). */
export function findSession({ sessions }: GatewayTools): Step {
  return async function findSession(ctx, next) {
    const { policy, publicName, clientAddress } = ctx.state;
    const cookie = readCookie(ctx.req.headers.cookie, policy.listener.cookie);
    if (cookie !== null) {
      const found = await sessions.find(cookie, { listener: policy.listener.name, publicName, clientAddress });
      if (found.state === 'alive') ctx.state.session = found.session;
      if (found.state === 'ended') ctx.state.reason = reasons[found.reason];
    }
    await next();
  };
}

/** Without a session every published path leads to the logon form (T-05), static-looking ones and WebSockets included. */
export async function requireSession(ctx: VisitContext, next: () => Promise<void>): Promise<void> {
  if (ctx.state.session) return next();
  ctx.set('Cache-Control', 'no-store');
  if (ctx.req.headers['content-length'] !== undefined || ctx.req.headers['transfer-encoding'] !== undefined)
    ctx.set('Connection', 'close');
  ctx.redirect(getLogonUrl(ctx.state.target.text, ctx.state.reason));
}
