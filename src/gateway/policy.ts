import type { Listener, RuleSet } from '../rules/publishing-rule.ts';
import { selectRule } from '../rules/select-rule.ts';
import type { EndReason, SessionSummary } from '../sessions/session.ts';
import type { Route } from './live-connections.ts';
import { type CredentialValidator, createValidator } from './validate-credentials.ts';

/** Rules, with what is made from them. */
export type Policy = { ruleSet: RuleSet; listener: Listener; validator: CredentialValidator };

/** The same listener keeps its validator, and with it what that remembers. */
export function makePolicy(ruleSet: RuleSet, before?: Policy): Policy {
  const { listener } = ruleSet;
  const validator = before?.listener === listener ? before.validator : createValidator(listener.validate);
  return { ruleSet, listener, validator };
}

/** Why a session may not go on under these rules; null if it may. */
export function reasonToEnd({ ruleSet, listener, validator }: Policy, session: SessionSummary): EndReason | null {
  const published = selectRule(ruleSet.rules, session.publicName, '/').kind !== 'unknown-host';
  if (!published || session.listener !== listener.name) return 'rule-removed';
  const stamp = validator.stampOf(session.user);
  if (stamp === null) return 'user-removed';
  return stamp === session.stamp ? null : 'password-changed';
}

/** Whether a connection that was opened under earlier rules would still be sent where it was. */
export function leadsThere({ ruleSet }: Policy, { publicName, path, to }: Route): boolean {
  const selected = selectRule(ruleSet.rules, publicName, path);
  return selected.kind === 'rule' && selected.rule.to.url === to;
}
