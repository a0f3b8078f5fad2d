import { type ExchangeOptionName, exchangeOptions } from '../../exchange/options.ts';
import { type Profile, readsSignOutKind } from '../../exchange/profile.ts';
import { type Html, html } from '../../html.ts';
import type { Lab } from '../../lab/lab.ts';
import { office365Lifetimes } from '../../office365/lifetimes.ts';
import { office365Options } from '../../office365/options.ts';
import type { Office365Profile } from '../../office365/profile.ts';
import { office365Profiles } from '../../office365/profiles.ts';
import { durationInWords } from '../../rules/duration.ts';
import { markSign, withCitations } from './cited.ts';
import { optionsTable } from './options-table.ts';
import { readingTable } from './reading-table.ts';

/** What each build's sign-out does, in words. */
export const signOuts: Readonly<Record<Profile['signOut'], string>> = {
  'logoff-page': 'a logoff page of its own',
  legacy: 'the way of CU1, whatever the files say',
  'by-key': 'by the key',
};

/** What a service of Office 365 does, in words. */
export const signOutsOffice365: Readonly<Record<Office365Profile['signOut'], string>> = {
  'service-only': 'the service ends its own session, and nobody is told',
  'through-logon-server': 'the service ends its own session and sends the browser to the logon server',
};

const sections = [
  ['builds', 'Builds of Exchange'],
  ['exchange-options', 'Options of the mock Exchange'],
  ['office365', 'Profiles of Office 365'],
  ['office365-options', 'Options of the mock Office 365'],
  ['lifetimes', 'Lifetimes in Office 365'],
] as const;
type SectionId = (typeof sections)[number][0];

/** What can stand behind the gateway, to read. */
export function profilesContent({ profiles, setting }: Pick<Lab, 'profiles' | 'setting'>): Html {
  const { options, office365, profile, frontEnd } = setting();
  const builds = [...profiles.values()];
  const contents: Record<SectionId, Html> = {
    builds: html`<p>Behind <code>mail.localhost</code> stands <a href="#${profile}">${profile}</a>${
      frontEnd !== profile && html`, with <a href="#${frontEnd}">${frontEnd}</a> as its front end`
    } now.</p>
${overview(builds)}
${builds.map((build) => buildSection(build))}`,
    'exchange-options': optionsTable(Object.entries(exchangeOptions), options),
    office365: html`<p>Now: <a href="#office365-${office365.profile}">${office365.profile}</a>.</p>
${[...office365Profiles.values()].map((one) => office365Section(one))}`,
    'office365-options': optionsTable(Object.entries(office365Options), office365.options),
    lifetimes: lifetimeTable(office365.ttl),
  };
  return html`<div class="admin">
<h1>Profiles</h1>
<p>Each stands for a build, or a time, of what the lab imitates. How well something is known says its mark: <a href="/facts#marks">what the marks mean</a>.</p>
<nav aria-label="On this page"><ul>${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${sections.map(
  ([id, title]) => html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${contents[id]}
</section>
`,
)}</div>`;
}

function overview(builds: readonly Profile[]): Html {
  return readingTable(
    ['Build', 'Title', 'Number', 'Sign-out', 'SignOutKind as shipped'],
    builds.map((build) => {
      const { name, title, build: number, signOut } = build;
      return {
        cells: [
          html`<a href="#${name}">${name}</a>`,
          title,
          html`<span class="build-number">${number}</span>`,
          signOuts[signOut],
          shippedInShort(build),
        ],
      };
    }),
  );
}

const fileNames = { feOwa: 'front end, OWA', beOwa: 'mailbox server, OWA', beEcp: 'mailbox server, ECP' } as const;
const keyWords = { absent: 'no such key', 'commented-out': 'commented out', LegacyLogOff: 'LegacyLogOff' } as const;

function shippedInShort({ signOutKind }: Profile): string {
  return [...new Set(Object.values(signOutKind))].map((key) => keyWords[key]).join(', ');
}

const signoutPages: Readonly<Record<Profile['signoutPage'], string>> = {
  absent: 'none',
  'asks-mailbox': 'that of the mailbox server',
  present: 'its own',
};

function buildSection(build: Profile): Html {
  const { name, title, notes, fieldReports = [], facts, signOutKind, withoutKey } = build;
  const rows: [term: string, description: Html | string][] = [
    ['Number', build.build],
    ['Sign-out', `${signOuts[build.signOut]}${readsSignOutKind(build) ? `; without one ${withoutKeyInWords(withoutKey)}` : ''}`],
    [
      'SignOutKind as shipped',
      html`${(['feOwa', 'beOwa', 'beEcp'] as const).map((file) => html`<code>${file}</code> (${fileNames[file]}): ${keyWords[signOutKind[file]]}<br>`)}`,
    ],
    ['Page signout.aspx', signoutPages[build.signoutPage]],
    ['Options that matter', optionsFor(build)],
    ['Facts', withCitations(facts.join(', '))],
  ];
  return html`<section aria-labelledby="${name}">
<h3 id="${name}">${title}</h3>
${notes.map((note) => html`<p>${withCitations(note)}</p>`)}
${fieldReports.map((report) => html`<p>A field report disagrees, and is not emulated: ${report}</p>`)}
${descriptions(rows)}
</section>
`;
}

function withoutKeyInWords(withoutKey: Profile['withoutKey']): string {
  return withoutKey === 'signout' ? 'the new sign-out' : 'what the option landing says';
}

/** Which readings change what this build does. */
function optionsFor({ signOut, withoutKey, signoutPage, facts }: Profile): string {
  const matters: Partial<Record<ExchangeOptionName, boolean>> = {
    signOutKindParser: signOut === 'by-key',
    landing: withoutKey === 'option landing',
    logoffPageSource: signOut === 'logoff-page',
    signoutPage: signoutPage === 'asks-mailbox' && facts.includes('E-09'),
  };
  return (
    Object.entries(matters)
      .flatMap(([name, does]) => (does ? name : []))
      .join(', ') || 'none'
  );
}

function office365Section({ name, title, signOut, logoutStyle, groups, browser, mark, notes, facts }: Office365Profile): Html {
  const rows: [term: string, description: Html | string][] = [
    ['Sign-out', signOutsOffice365[signOut]],
    ['Logon server answers with', signOut === 'service-only' ? 'nothing: it is not asked' : answersWith[logoutStyle]],
    ['Signed out together', groups.map((group) => group.join(' + ')).join('; ')],
    ['Browser', `${browser.zones ? 'zones' : 'no zones'}, third-party cookies ${browser.thirdPartyCookies}`],
    ['Mark', markSign(mark)],
    ['Facts', withCitations(facts.join(', '))],
  ];
  return html`<section aria-labelledby="office365-${name}">
<h3 id="office365-${name}">${title} <small><code>${name}</code></small></h3>
${notes.map((note) => html`<p>${withCitations(note)}</p>`)}
${descriptions(rows)}
</section>
`;
}

const answersWith = { redirect: 'a redirect', page: 'a page with frames' } as const;

function lifetimeTable(now: Readonly<Record<string, number>>): Html {
  return readingTable(
    ['Lifetime', 'Of', 'Counts from', 'Default', 'Now', 'Mark', 'Facts'],
    Object.entries(office365Lifetimes).map(([name, { ms, of, since, mark, facts }]) => {
      const times = [ms, now[name] ?? ms].map(durationInWords);
      return { cells: [html`<code>${name}</code>`, of, since, ...times, markSign(mark), withCitations(facts.join(', '))] };
    }),
  );
}

function descriptions(rows: readonly (readonly [term: string, description: Html | string])[]): Html {
  return html`<dl>${rows.map(([term, description]) => html`<div><dt>${term}</dt><dd>${description}</dd></div>`)}</dl>`;
}
