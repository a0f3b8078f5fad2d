import { LabError } from '../errors.ts';
import type { Listener, LogoffSetting, PublishingRule, RuleSet, Validation } from './publishing-rule.ts';
import type { References } from './references.ts';
import type { RulesFile } from './rules-schema.ts';

type NamedFile = { name: string; file: RulesFile };
type ParsedListener = NonNullable<RulesFile['listener']>;
type ParsedRule = NonNullable<RulesFile['rules']>[number];

/** The rule set of files that are free of problems. */
export function toRuleSet(files: readonly NamedFile[], references: References): RuleSet {
  const [listener] = files.flatMap(({ name, file }) =>
    file.listener === undefined ? [] : [toListener(name, file.listener, references)],
  );
  if (listener === undefined) throw new LabError('internal', 'Rules files without a listener passed the check.');
  return { listener, rules: files.flatMap(({ name, file }) => (file.rules ?? []).map((rule) => toRule(name, rule, references))) };
}

function toListener(
  from: string,
  { validate, sessions, lockout, ...listener }: ParsedListener,
  references: References,
): Listener {
  return {
    ...listener,
    sessions: sessions ?? null,
    lockout: lockout ?? null,
    tls: references.serverCertificate(),
    validate: toValidation(from, validate, references),
  };
}

function toValidation(from: string, { users, basic = '', ca }: ParsedListener['validate'], references: References): Validation {
  if (users !== undefined) return { kind: 'users', users: references.usersOf(from, users) };
  return { kind: 'basic', url: basic, ca: references.authorityOf(from, ca) };
}

function toRule(from: string, { to, ca, hostHeader, logoff, ...rule }: ParsedRule, references: References): PublishingRule {
  return {
    ...rule,
    to: { url: to, ca: references.authorityOf(from, ca), hostHeader },
    logoff: logoff === undefined ? null : toLogoff(logoff),
  };
}

/** `pass-through` answers what the back end answers, so it implies forwarding. */
function toLogoff({ redirectTo, forwardToBackend, ...logoff }: NonNullable<ParsedRule['logoff']>): LogoffSetting {
  return { ...logoff, redirectTo: redirectTo ?? null, forwardToBackend: forwardToBackend ?? logoff.onLogoff === 'pass-through' };
}
