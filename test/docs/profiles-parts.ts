import { officeClientOptions } from '../../src/browser/office-client.ts';
import { signOuts, signOutsOffice365 } from '../../src/console/reading/profiles-page.ts';
import { exchangeOptions } from '../../src/exchange/options.ts';
import type { Profile } from '../../src/exchange/profile.ts';
import { office365Options } from '../../src/office365/options.ts';
import type { Office365Profile } from '../../src/office365/profile.ts';
import { office365Profiles } from '../../src/office365/profiles.ts';
import { rulesJsonSchema } from '../../src/rules/rules-schema.ts';
import type { Fact } from '../../src/scenarios/fact.ts';
import { facts } from '../../src/scenarios/facts.ts';
import { markdownTable } from './marked-parts.ts';

/** Everything between marks in `docs/reference/profiles.md`. */
export function profilesParts(profiles: ReadonlyMap<string, Profile>): ReadonlyMap<string, string> {
  return new Map([
    ['profiles', profileTable([...profiles.values()])],
    ['profiles-office365', office365ProfileTable([...office365Profiles.values()])],
    ['options-exchange', optionTable(exchangeOptions)],
    ['options-gateway', gatewayOptionTable()],
    ['options-office365', optionTable({ ...office365Options, ...officeClientOptions })],
  ]);
}

const optionHead = ['Option', 'Values (the first is the default)', 'Mark', 'Fact', 'Meaning'];

type NamedOption = { values: readonly string[]; mark: Fact['mark']; fact: string; meaning: string };

function optionTable(options: Readonly<Record<string, NamedOption>>): string {
  return markdownTable(
    optionHead,
    Object.entries(options).map(([name, { values, mark, fact, meaning }]) => [
      `\`${name}\``,
      values.map((value) => `\`${value}\``).join(', '),
      mark,
      fact,
      meaning,
    ]),
  );
}

type Property = { description?: string; default?: unknown; enum?: string[] };
type LogoffSchema = {
  properties: { rules: { items: { properties: { logoff: { properties: Record<string, Property> }; clearCookies: Property } } } };
};

/** What a rule says about sign-out, besides the string itself, and the fact that leaves it open. */
const gatewayOptions = { match: 'T-02', ignoreCase: 'T-02', onLogoff: 'T-04', forwardToBackend: 'T-04' };

function gatewayOptionTable(): string {
  const schema = rulesJsonSchema() as LogoffSchema;
  const rows = Object.entries(gatewayOptions).map(([name, fact]) => {
    const {
      description = '',
      default: preset,
      enum: values,
    } = schema.properties.rules.items.properties.logoff.properties[name] as Property;
    const all = values ?? [String(preset ?? false), String(!(preset ?? false))];
    const mark = facts.find(({ id }) => id === fact)?.mark ?? '';
    return [`\`${name}\``, all.map((value) => `\`${value}\``).join(', '), mark, fact, description];
  });
  const { description = '' } = schema.properties.rules.items.properties.clearCookies;
  const clearCookies = ['`clearCookies`', 'none, names of cookies', 'infer', '', `${description} Nothing says whether TMG did.`];
  return markdownTable(optionHead, [...rows, clearCookies]);
}

function profileTable(profiles: readonly Profile[]): string {
  return markdownTable(
    ['Build', 'Number', 'Key as shipped', 'Sign-out', 'Notes', 'Facts'],
    profiles.map(({ name, build, signOut, signOutKind, withoutKey, notes, fieldReports = [], facts: cited }) => [
      `\`${name}\``,
      build,
      [...new Set(Object.values(signOutKind))].join(', '),
      signOuts[signOut] + (withoutKey === 'option landing' ? '; without one by option `landing`' : ''),
      [...notes, ...fieldReports.map((report) => `A field report disagrees, and is not emulated: ${report}`)].join(' '),
      cited.join(', '),
    ]),
  );
}

function office365ProfileTable(profiles: readonly Office365Profile[]): string {
  return markdownTable(
    [
      'Profile',
      'Stands for',
      'Sign-out',
      'Logon server answers with',
      'Signed out together',
      'Browser',
      'Mark',
      'Notes',
      'Facts',
    ],
    profiles.map(({ name, title, signOut, logoutStyle, groups, browser, mark, notes, facts: cited }) => [
      `\`${name}\``,
      title,
      signOutsOffice365[signOut],
      signOut === 'service-only' ? '–' : logoutStyle === 'redirect' ? 'a redirect' : 'a page with frames',
      groups.map((group) => group.join(' + ')).join('; '),
      `${browser.zones ? 'zones' : 'no zones'}, third-party cookies ${browser.thirdPartyCookies}`,
      mark,
      notes.join(' '),
      cited.join(', '),
    ]),
  );
}
