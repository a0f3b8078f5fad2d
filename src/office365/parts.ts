import type { Clock } from '../clock.ts';
import type { OneTimeTokens, ReadToken } from '../one-time-token.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { Office365Options } from './options.ts';
import type { Office365Profile } from './profile.ts';
import type { Office365Setting } from './setting.ts';

/** AD FS, as the logon server knows it: where it is, and who a token of its says a user is. */
export type Federation = {
  issuer(): string;
  readToken(token: string, realm: string): ReadToken<{ account: string }>;
};

/** What a token says: who it is, and whether the user chose to be kept signed in. */
export type Claims = { readonly account: string; readonly kept: boolean };

/** What every server of the mock works with. */
export type Parts = {
  clock: Clock;
  random: (bytes: number) => Buffer;
  recorder: Recorder;
  /** By which the logon server vouches for a user to one service, whose origin is the audience. */
  tokens: OneTimeTokens<Claims>;
  /** null: nobody is federated. */
  federation: Federation | null;
  /** What is switched on now. */
  now: {
    setting(): Office365Setting;
    profile(): Office365Profile;
    options(): Office365Options;
    ttl(): Lifetimes;
    /** Services that are signed out together. */
    groups(): Office365Profile['groups'];
    /** How the logon server answers a sign-out. */
    logoutStyle(): 'redirect' | 'page';
  };
};
