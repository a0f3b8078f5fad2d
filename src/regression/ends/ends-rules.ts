import { randomBytes, scryptSync } from 'node:crypto';
import { SWITCHED_NAME } from '../../lab/lab-setting.ts';
import type { PublishingRule, RuleSet, UserEntry } from '../../rules/publishing-rule.ts';
import type { EndsInput } from '../cell.ts';

export const ALICE = 'lab\\alice';
export const BOB = 'lab\\bob';
export const PASSWORD = 'Passw0rd!';

/** What the held server is published as, and a second site, which alice is not on. */
export const HELD_NAME = 'held.localhost';
const OTHER_NAME = 'other.localhost';
export const MAIL_NAME = SWITCHED_NAME;

/** The published server logoff URL of the held server; Exchange's is that of the lab's rules. */
export const HELD_LOGOFF = '/app/sign-out';

/** Rules of a cell, and what a reload can bring in their place. */
export type EndsRules = { all: RuleSet; withoutAlice: RuleSet; otherPassword: RuleSet; withoutSite: RuleSet };

/** The lab's own rules for Exchange, and such for the held server. `held`, `exchange`: ports on this machine. */
export function rulesFor(cell: EndsInput, labs: RuleSet, ports: { held: number; exchange: number | null }): EndsRules {
  const { listener, rules } = labs;
  const mail = rules.find(({ publicNames }) => publicNames.includes(MAIL_NAME)) as PublishingRule;
  const held = (name: string): PublishingRule => ({
    ...mail,
    name,
    publicNames: [name],
    paths: ['/app/*'],
    to: { ...mail.to, url: `http://127.0.0.1:${ports.held}` },
    clearCookies: [],
    logoff: mail.logoff && { ...mail.logoff, url: HELD_LOGOFF },
  });
  const exchange: PublishingRule = {
    ...mail,
    to: { ...mail.to, url: `http://127.0.0.1:${ports.exchange}` },
    clearCookies: cell.options?.['clearCookies'] === 'false' ? [] : mail.clearCookies,
  };
  const site = [held(HELD_NAME), ...(ports.exchange === null ? [] : [exchange])];
  const other = held(OTHER_NAME);
  const [alice, bob] = [entry(ALICE), entry(BOB)];
  const kind = cell.endedBy === 'session-time-out' ? 'absolute' : 'idle';
  const of = (users: readonly UserEntry[], published: readonly PublishingRule[]): RuleSet => ({
    listener: { ...listener, timeouts: { ...listener.timeouts, kind }, validate: { kind: 'users', users } },
    rules: published,
  });
  const everything = [...site, other];
  return {
    all: of([alice, bob], everything),
    withoutAlice: of([bob], everything),
    otherPassword: of([entry(ALICE), bob], everything),
    withoutSite: of([alice, bob], [other]),
  };
}

/** With another salt each time, so that it counts as another password. As cheap as can be: hundreds of cells sign in. */
function entry(name: string): UserEntry {
  const salt = randomBytes(8);
  const key = scryptSync(PASSWORD, salt, 16, { N: 2, r: 1, p: 1 });
  return { name, hash: `scrypt$2$1$1$${salt.toString('base64')}$${key.toString('base64')}` };
}
