import type { ServiceName } from './hosts.ts';

/** One way in which Office 365 may sign people out, as data that can be read aloud. Each file in `profiles/` is one. */
export type Office365Profile = {
  name: string;
  title: string;
  /** What a service does besides ending its own session: nothing, or it asks the logon server to end the authentication. */
  signOut: 'service-only' | 'through-logon-server';
  /** How the logon server answers that (O-05). */
  logoutStyle: 'redirect' | 'page';
  /** Services that are signed out together (O-06). */
  groups: readonly (readonly ServiceName[])[];
  /** What the browsers are like in which it was seen; the server does nothing with it. */
  browser: { readonly zones: boolean; readonly thirdPartyCookies: 'allowed' | 'blocked' };
  mark: 'doc' | 'seen' | 'infer';
  notes: readonly string[];
  facts: readonly string[];
};
