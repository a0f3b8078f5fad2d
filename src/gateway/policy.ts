import { isDeepStrictEqual } from 'node:util';
import type { Listener, RuleSet } from '../rules/publishing-rule.ts';
import { selectRule } from '../rules/select-rule.ts';
import type { EndReason, SessionSummary } from '../sessions/session.ts';
import type { Route } from './live-connections.ts';
import { createLockout, type LockoutCounts } from './lockout.ts';
import { type CredentialValidator, createValidator } from './validate-credentials.ts';
import { createWaitingLine, type WaitingLine } from './waiting-line.ts';

/** Rules, with what is made from them. */
export type Policy = {
  ruleSet: RuleSet;
  listener: Listener;
  validator: CredentialValidator;
  /** Null: nobody is locked out. */
  lockout: LockoutCounts | null;
  passwordChecks: WaitingLine;
};

/**
 * Passwords that are checked at once. A scrypt takes one of the four threads on which Node also looks up names and reads files: one
 * stays free for that. A server that is asked takes none.
 */
const AT_ONCE = { users: 3, basic: 32 };
const MOST_WAITING = 32;

/** The same listener keeps its validator, and with it what that remembers; the same settings of the lockout keep who is locked out. */
export function makePolicy(ruleSet: RuleSet, before?: Policy): Policy {
  const { listener } = ruleSet;
  const validator = before?.listener === listener ? before.validator : createValidator(listener.validate);
  const { kind } = listener.validate;
  return {
    ...{ ruleSet, listener, validator, lockout: lockoutOf(listener, before) },
    passwordChecks:
      before?.listener.validate.kind === kind ? before.passwordChecks : createWaitingLine(AT_ONCE[kind], MOST_WAITING),
  };
}

function lockoutOf({ lockout }: Listener, before: Policy | undefined): LockoutCounts | null {
  if (before && isDeepStrictEqual(before.listener.lockout, lockout)) return before.lockout;
  return lockout && createLockout(lockout);
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
