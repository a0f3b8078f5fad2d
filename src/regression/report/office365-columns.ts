import type { ServiceOutcome } from '../../scenarios/office365-case.ts';
import type { Office365Input } from '../cell.ts';
import type { InputColumn } from './columns.ts';

/** What a service had for the user afterwards: in a row of the table, what that means, and in a document. */
export const serviceOutcomes: Readonly<Record<ServiceOutcome, { word: string; means: string; inDocument: string }>> = {
  'session-alive': { word: 'alive', means: 'the session goes on', inDocument: 'still signed in' },
  'silent-relogin': { word: 'silent', means: 'a new session, without asking', inDocument: 'signed in again, silently' },
  prompt: { word: 'prompt', means: 'a form asks for credentials', inDocument: 'asked for credentials' },
};

/** What tells Office 365's cells apart, the most general first. */
export const office365Columns = {
  suite: { title: 'suite', show: ({ suite }) => suite },
  profile: { title: 'profile', show: ({ profile }) => profile },
  row: { title: 'row', show: ({ row, step }) => `${row}${step ?? ''}` },
  action: { title: 'action', show: describeAction },
} as const satisfies Record<string, InputColumn<Office365Input>>;

/** The switch of Office 365's OWA (O-09) as it is if nothing else is said. */
const USUAL_KIND = 'LegacyLogOff';

/** What is tried, and under which circumstances that are not the usual ones. */
function describeAction({ action, keepMeSignedIn, identity, logoffUrl, signOutKind, ttl, options }: Office365Input): string {
  const circumstances = [
    ...(keepMeSignedIn ? ['keep me signed in'] : []),
    ...(identity === 'federated' ? [`federated, logoff URL ${logoffUrl ?? '(none)'}`] : []),
    ...(signOutKind === USUAL_KIND ? [] : [`SignOutKind ${signOutKind ?? 'absent'}`]),
    ...Object.entries(ttl ?? {}).map(([name, value]) => `ttl.${name}=${value}`),
    ...Object.entries(options ?? {}).map(([name, value]) => `${name}=${value}`),
  ];
  return circumstances.length > 0 ? `${action} (${circumstances.join('; ')})` : action;
}
