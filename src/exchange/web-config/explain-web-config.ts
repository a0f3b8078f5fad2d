import { readOptions } from '../options.ts';
import { type Profile, readsSignOutKind } from '../profile.ts';
import { answerEcpLogoff, answerLogoff, answerLogoffWithoutSession, closesWindowOnLogout, type Part } from '../sign-out.ts';
import { shown } from './fault.ts';
import {
  entryInWords,
  parseSignOutKind,
  type SignOutKind,
  type SignOutKindParser,
  valueInEffect,
  type WebConfig,
} from './web-config.ts';

/** What a web.config makes sign-out do, one line a thought; lines that belong to the one before begin with two blanks. */
export function explainWebConfig(
  name: string,
  { entry, notes }: WebConfig,
  profiles: Iterable<Profile>,
  parser: SignOutKindParser = 'enum',
): string[] {
  const all = [...profiles];
  const readers = all.filter(readsSignOutKind);
  const others = all.filter((profile) => !readsSignOutKind(profile));
  const options = readOptions({ signOutKindParser: parser });
  const value = valueInEffect(entry);
  const kind = parseSignOutKind(value, parser);
  const place = entry.state === 'absent' ? shown(name) : `${shown(name)}:${entry.line}`;
  return [
    `${place}: LogonSettings.SignOutKind is ${entryInWords(entry)}, ${meaning(value, kind, parser)}.`,
    ...notes.map((note) => `${note}.`),
    ...roles.flatMap(({ title, say }) => [
      '',
      `As ${title}:`,
      ...grouped(readers, (profile) => say({ profile, key: value, options }) + doubt(profile, value)).map((line) => `  ${line}`),
    ]),
    '',
    'After a change: copy the file back (keep one as it was); the application pool recycles, unless that is disabled (then recycle it by hand); the ' +
      'next CU overwrites the file; going back to LegacyLogOff is supported with CU9 or later only [E-02].',
    ...fieldReports(readers),
    `${names(others, all)} do not read the key, so nothing in this file changes their sign-out [E-08].`,
  ];
}

function meaning(value: string | null, kind: SignOutKind, parser: SignOutKindParser): string {
  const known = value === null || ['', '0', 'defaultsignout'].includes(value.trim().toLowerCase());
  if (kind === 'LegacyLogOff') return 'which means LegacyLogOff [E-01]';
  if (known) return 'which means DefaultSignOut [E-01]';
  const why = parser === 'literal' ? 'it is not exactly "LegacyLogOff"' : 'Exchange does not know that value';
  return `which means DefaultSignOut, for ${why} [E-01]`;
}

type Role = { title: string; say: (part: Part) => string };

const roles: readonly Role[] = [
  { title: 'FrontEnd\\HttpProxy\\OWA\\web.config (Client Access role)', say: frontEndOwa },
  { title: 'ClientAccess\\OWA\\web.config (Mailbox role)', say: mailboxOwa },
  { title: 'ClientAccess\\ECP\\web.config (Mailbox role)', say: mailboxEcp },
];

const FORMS = 'with forms-based authentication';
const OTHER = 'with Basic, Windows or Digest';

/** What is known against the sentences above. */
function fieldReports(profiles: readonly Profile[]): string[] {
  const reports = profiles.flatMap((profile) => (profile.fieldReports ?? []).map((report) => ({ profile, report })));
  return [...Map.groupBy(reports, ({ report }) => report)].map(
    ([report, met]) =>
      `A field report disagrees, and is not emulated (${met.map(({ profile }) => profile.name).join(', ')}): ${report}`,
  );
}

/** What builds that ship without the key make of a missing one is not proven. */
function doubt({ withoutKey }: Profile, key: string | null): string {
  return key === null && withoutKey === 'option landing'
    ? ' What a missing key means here is not proven [option landing, infer].'
    : '';
}

function frontEndOwa(part: Part): string {
  const origin = 'https://host';
  const { location } = answerLogoffWithoutSession(part, origin, `${origin}/owa/`);
  const page = landing(part.profile, new URL(location).pathname);
  return (
    `${FORMS}, a sign-out that arrives without a session lands on ${page}; ECP's does, for its first hop has deleted the ` +
    `cookies already; ${OTHER}, this file decides nothing [E-12, E-13].`
  );
}

function mailboxOwa(part: Part): string {
  const [plain, forms] = [answerLogoff(part, 'basic'), answerLogoff(part, 'fba')];
  const asks = `requests /owa/logoff.owa and lands on ${landing(part.profile, forms.location)}`;
  if (closesWindowOnLogout(part, 'basic'))
    return `${OTHER}, the premium client shows a dialog and requests nothing [E-03, E-16]; ${FORMS}, it ${asks} [${forms.facts.join(', ')}].`;
  return `whatever the authentication, sign-out ${asks} [${[...forms.facts, ...plain.facts].join(', ')}].`;
}

function mailboxEcp(part: Part): string {
  const { location } = answerEcpLogoff(part, 'url');
  const asks = `requests /ecp/logoff.aspx, which leads to ${location.replace('=url', '=…')}`;
  const byFrontEnd = 'FrontEnd\\HttpProxy\\OWA\\web.config decides where it lands';
  if (closesWindowOnLogout(part, 'basic'))
    return `${OTHER}, ECP shows a dialog and requests nothing, unless an AD FS session is there [E-04]; ${FORMS}, it ${asks}; ${byFrontEnd} [E-13].`;
  return `ECP ${asks}; ${FORMS}, ${byFrontEnd}, ${OTHER}, that of ClientAccess\\OWA does [E-13, E-14].`;
}

function landing(profile: Profile, path: string): string {
  const missing = path.endsWith('/signout.aspx') && profile.signoutPage !== 'present';
  return missing ? `${path}, a page that this build may not have [E-09]` : path;
}

/** `a, b: sentence`, once for each sentence. */
function grouped(profiles: readonly Profile[], say: (profile: Profile) => string): string[] {
  const groups = Map.groupBy(profiles, say);
  return [...groups].map(([sentence, members]) => `${names(members, profiles)}: ${sentence}`);
}

/** `a, b, f … k`: more than three that follow each other among `all` are a range. */
export function names(members: readonly Profile[], all: readonly Profile[]): string {
  const runs: Profile[][] = [];
  for (const profile of members) {
    const last = runs.at(-1);
    if (last && all.indexOf(profile) === all.indexOf(last.at(-1) as Profile) + 1) last.push(profile);
    else runs.push([profile]);
  }
  const name = (run: Profile[]) =>
    run.length > 3 ? [`${run[0]?.name} … ${run.at(-1)?.name}`] : run.map((profile) => profile.name);
  return runs.flatMap(name).join(', ');
}
