import { quoted } from './fault.ts';

/**
 * The three web.config files that hold LogonSettings.SignOutKind: FrontEnd\HttpProxy\OWA (Client Access role), ClientAccess\OWA
 * and ClientAccess\ECP (Mailbox role).
 */
export type WebConfigFile = 'feOwa' | 'beOwa' | 'beEcp';

/** The raw value in effect in each file, null where the key is not in effect. */
export type SignOutFiles = Readonly<Record<WebConfigFile, string | null>>;

export type SignOutKind = 'DefaultSignOut' | 'LegacyLogOff';

/** How Exchange understands a value: leniently, as the name or number of an enumeration, or by BLOG's words literally. */
export type SignOutKindParser = 'enum' | 'literal';

/** What one file says. Lines count from 1. */
export type SignOutEntry =
  | { state: 'set'; value: string; line: number }
  | { state: 'absent' }
  | { state: 'commented-out'; value: string; line: number };

/** A web.config, read by read-web-config.ts. Notes are sentences with `name:line: ` before them about what looks like the key and is not in effect. */
export type WebConfig = { entry: SignOutEntry; notes: readonly string[] };

/**
 * What a raw value means (E-01). `enum`: case and surrounding blanks do not matter, `1` and a list that holds LegacyLogOff mean
 * legacy. `literal`: only exactly LegacyLogOff does. Missing, empty or unknown is the default.
 */
export function parseSignOutKind(value: string | null, parser: SignOutKindParser = 'enum'): SignOutKind {
  if (parser === 'literal') return value === 'LegacyLogOff' ? value : 'DefaultSignOut';
  const words = (value ?? '').split(',').map((word) => word.trim().toLowerCase());
  return words.some((word) => word === 'legacylogoff' || word === '1') ? 'LegacyLogOff' : 'DefaultSignOut';
}

/** The raw value that Exchange sees: what is commented out does not count. */
export function valueInEffect(entry: SignOutEntry): string | null {
  return entry.state === 'set' ? entry.value : null;
}

/** `set to "LegacyLogOff" (line 12)`, `absent`, `commented out (line 12)`. */
export function describeEntry(entry: SignOutEntry): string {
  return entry.state === 'absent' ? 'absent' : `${entryInWords(entry)} (line ${entry.line})`;
}

/** The same without the line. */
export function entryInWords(entry: SignOutEntry): string {
  if (entry.state === 'absent') return 'absent';
  if (entry.state === 'set') return `set to ${quoted(entry.value)}`;
  return entry.value === 'LegacyLogOff' ? 'commented out' : `commented out, with the value ${quoted(entry.value)}`;
}
