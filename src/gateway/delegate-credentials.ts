import type { PublishingRule } from '../rules/publishing-rule.ts';
import type { Session } from '../sessions/session-manager.ts';

/**
 * The Authorization field that the published server gets. Basic: the user's own name and password, on each request (T-18, kind
 * 3). None: nothing, and the client may not authenticate directly either (kind 1), so the client's own field never passes.
 */
export function delegatedAuthorization(rule: PublishingRule, session: Session): string | null {
  if (rule.delegation === 'none') return null;
  return `Basic ${Buffer.from(`${session.user}:${session.password}`, 'utf8').toString('base64')}`;
}
