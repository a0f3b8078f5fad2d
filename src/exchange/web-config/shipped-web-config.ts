import { LabError } from '../../errors.ts';
import type { WebConfigFile } from './web-config.ts';

/** What the lab's own files hold besides SignOutKind: invented keys, so that each looks like a file of its place. */
const about: Readonly<Record<WebConfigFile, { place: string; keys: readonly (readonly [string, string])[] }>> = {
  feOwa: {
    place: 'FrontEnd\\HttpProxy\\OWA, Client Access role',
    keys: [
      ['Lab.ProxyTargetPort', '444'],
      ['Lab.ProxyTimeoutSeconds', '60'],
    ],
  },
  beOwa: {
    place: 'ClientAccess\\OWA, Mailbox role',
    keys: [
      ['Lab.PageSize', '50'],
      ['Lab.ReadingPane', 'right'],
    ],
  },
  beEcp: {
    place: 'ClientAccess\\ECP, Mailbox role',
    keys: [
      ['Lab.OptionsPage', 'account'],
      ['Lab.ListPageSize', '25'],
    ],
  },
};

/**
 * A small web.config of the lab's own, as a server of that build would hold it. `entry` is what it says about SignOutKind.
 * Throws LabError for a value that no XML file can hold (control characters, half a surrogate pair).
 */
export function webConfigText(file: WebConfigFile, build: string, entry: 'absent' | 'commented-out' | { value: string }): string {
  const { place, keys } = about[file];
  const settings = [['Lab.Build', build] as const, ...keys].map(([key, value]) => `    ${addElement(key, value)}`);
  return `<?xml version="1.0" encoding="utf-8"?>
<!-- ${place}. Written by logoff-lab. -->
<configuration>
  <appSettings>
${settings.join('\n')}
    <!-- Where sign-out leads -->
${signOutLines(entry).join('')}  </appSettings>
  <system.web>
    <compilation debug="false" />
    <httpRuntime maxRequestLength="35000" />
    <sessionState mode="Off" />
  </system.web>
</configuration>
`;
}

/** Commented out as BLOG prints it: the comment takes the place of the entry's own brackets. */
function signOutLines(entry: 'absent' | 'commented-out' | { value: string }): string[] {
  if (entry === 'absent') return [];
  if (entry === 'commented-out') return ['    <!-- add key="LogonSettings.SignOutKind" value="LegacyLogOff" /-->\n'];
  return [`    ${addElement('LogonSettings.SignOutKind', entry.value)}\n`];
}

function addElement(key: string, value: string): string {
  return `<add key="${escapeXml(key)}" value="${escapeXml(value)}" />`;
}

/** Line breaks and tabs are escaped too: written plainly in an attribute, they would be read as blanks. */
function escapeXml(value: string): string {
  if (/[[\p{Cc}--[\t\n\r\x7f-\x9f]]\ufffe\uffff]/v.test(value) || !value.isWellFormed())
    throw new LabError('configuration', `a web.config cannot hold the value ${JSON.stringify(value)}: XML has no such character`);
  return value.replace(/[&<>"\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}
