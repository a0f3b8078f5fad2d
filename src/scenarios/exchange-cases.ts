import type { ExchangeCase } from './exchange-expectations.ts';

const profiles = ['2010', '2013-cu1', '2013-cu8', '2013-cu9-announced', '2013-cu9-shipped'];
const vdirAuths = ['basic', 'fba'];
/** The published server logoff URLs that are tried, by the name that they have in a cell's id. */
export const logoffUrls: Readonly<Record<string, string>> = {
  cmd: '?Cmd=logoff',
  'owa-logoff': '/owa/logoff.owa',
  signout: '/owa/auth/signout.aspx',
};

const owa = { app: 'owa', client: 'premium', signOutKindSource: 'shipped' };

/** What is tried: each build and authentication, through a gateway that watches for each URL, and without a gateway. */
export const exchangeCases: readonly ExchangeCase[] = profiles.flatMap((profile) =>
  vdirAuths.flatMap((vdirAuth): ExchangeCase[] => [
    ...Object.values(logoffUrls).map((logoffUrl) => ({ profile, vdirAuth, via: 'gateway' as const, logoffUrl, ...owa })),
    { profile, vdirAuth, via: 'direct', logoffUrl: null, ...owa },
  ]),
);
