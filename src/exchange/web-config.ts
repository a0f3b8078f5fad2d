/** The three web.config files that hold LogonSettings.SignOutKind: the raw value in effect, null where the key is not in effect. */
export type SignOutFiles = { feOwa: string | null; beOwa: string | null; beEcp: string | null };

export type SignOutKind = 'DefaultSignOut' | 'LegacyLogOff';

/**
 * What a raw value means (E-01, the `enum` reading): case and surrounding blanks do not matter, `1` and a list that holds
 * LegacyLogOff mean legacy; missing, empty or unknown is the default.
 */
export function parseSignOutKind(value: string | null): SignOutKind {
  const words = (value ?? '').split(',').map((word) => word.trim().toLowerCase());
  return words.some((word) => word === 'legacylogoff' || word === '1') ? 'LegacyLogOff' : 'DefaultSignOut';
}
