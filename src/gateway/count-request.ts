import type { GatewayTools, Step } from './visit.ts';
import { whatWentOut } from './what-went-out.ts';

/** Counts the request when it is over, with all that the steps have learnt of it. */
export function countRequest({ meter }: GatewayTools): Step {
  return async function countRequest(ctx, next) {
    const ended = meter.requestBegins();
    try {
      await next();
    } finally {
      const { rule, upgrade, refusal, logon, logoff } = ctx.state;
      const { outcome, status } = whatWentOut(ctx);
      const code = status ?? (outcome === 'client-gone' ? outcome : 'cut-off');
      const webSocket = upgrade !== null;
      ended({ method: ctx.method, rule: rule?.name ?? null, code, webSocket, refused: refusal !== null, logon, logoff });
    }
  };
}
