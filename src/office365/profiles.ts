import type { Office365Profile } from './profile.ts';
import { profile as literal } from './profiles/literal.ts';
import { profile as singleSignOut } from './profiles/single-sign-out.ts';
import { profile as thirdPartyCookiesBlocked } from './profiles/third-party-cookies-blocked.ts';
import { profile as zones } from './profiles/zones.ts';

/** All profiles by name, the default first. */
export const office365Profiles: ReadonlyMap<string, Office365Profile> = new Map(
  [zones, literal, singleSignOut, thirdPartyCookiesBlocked].map((profile) => [profile.name, profile]),
);
