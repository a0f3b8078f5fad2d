import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { SignOutFiles } from './web-config.ts';

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
  /** The shipped value of LogonSettings.SignOutKind in each web.config; null: no such key, or commented out. */
  shipped: SignOutFiles;
  /** `/owa/auth/signout.aspx` is there (E-09). */
  signoutPage: boolean;
  /** The logon page is a script stub first, then the form (E-31). */
  logonStub: boolean;
  notes: string[];
  facts: string[];
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

function compareBuilds(a: string, b: string): number {
  const [left, right] = [a, b].map((build) => build.split('.').map(Number)) as [number[], number[]];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : (left[at] as number) - (right[at] ?? 0);
}
