import { readdirSync } from 'node:fs';
import { basename } from 'node:path';

/** LogonSettings.SignOutKind in a shipped web.config: no such key, the key commented out, or its value. */
export type ShippedKey = 'absent' | 'commented-out' | 'LegacyLogOff';

/** One build of Exchange Server, as data that can be read aloud. Each file in `profiles/` is one. */
export type Profile = {
  /** Also the first label of the public name that shows it. */
  name: string;
  title: string;
  build: string;
  /**
   * What this build's sign-out does. `logoff-page`: requests logoff.owa and ends on its own logoff page (E-19).
   * `legacy`: the behaviour that CU1 brought, hard-wired. `by-key`: whatever SignOutKind in web.config says.
   */
  signOut: 'logoff-page' | 'legacy' | 'by-key';
  /** The key in each web.config as this build ships it (E-08, DOMAIN 3.4). */
  signOutKind: { feOwa: ShippedKey; beOwa: ShippedKey; beEcp: ShippedKey };
  /** What a missing key means to a build that reads it: E-01's new sign-out, or what the option `landing` says (not proven). */
  withoutKey: 'signout' | 'option landing';
  /** `/owa/auth/signout.aspx` of the Client Access server (E-09): its own, the mailbox server's (E-22), or none. */
  signoutPage: 'absent' | 'asks-mailbox' | 'present';
  /** Which forms cookies, canary and logon pages it has (E-31, E-33). */
  generation: '2007' | '2010' | '2013';
  notes: readonly string[];
  /** What people report that disagrees with what is emulated. */
  fieldReports?: readonly string[];
  facts: readonly string[];
};

/** All profiles, oldest build first. */
export async function loadProfiles(): Promise<ReadonlyMap<string, Profile>> {
  const folder = new URL('./profiles/', import.meta.url);
  const files = readdirSync(folder).filter((file) => /(?<!\.d)\.[jt]s$/.test(file));
  const profiles = await Promise.all(
    files.map(async (file) => ((await import(new URL(file, folder).href)) as { profile: Profile }).profile),
  );
  for (const [index, profile] of profiles.entries()) {
    const stem = basename(files[index] as string).replace(/\.[jt]s$/, '');
    if (profile.name !== stem) throw new Error(`profiles/${files[index]} describes "${profile.name}": name and file must agree`);
  }
  // Announced before shipped where the build is the same: the order of the story.
  profiles.sort((a, b) => compareBuilds(a.build, b.build) || a.name.localeCompare(b.name));
  return new Map(profiles.map((profile) => [profile.name, profile]));
}

/** As the rules of sign-out see it: whether web.config says anything to this build (E-08). */
export function readsSignOutKind({ signOut }: Profile): boolean {
  return signOut === 'by-key';
}

/** The folder of the pages under /owa/auth: three parts of the build from 2013 on (E-37). */
export function authFolder({ build, generation }: Profile): string {
  return `/owa/auth/${generation === '2013' ? build.split('.').slice(0, 3).join('.') : build}`;
}

function compareBuilds(a: string, b: string): number {
  const [left, right] = [a, b].map((build) => build.split('.').map(Number)) as [number[], number[]];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : (left[at] as number) - (right[at] ?? 0);
}
