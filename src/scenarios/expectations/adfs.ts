// Sign-out where Exchange takes its users from AD FS (from SP1, 2013 CU4, on): always a request, whatever the key says.

import type { ExchangeExpectation, ExchangeRow } from '../exchange-case.ts';
import {
  asked,
  cmdStrings,
  direct,
  ecpNew,
  ecpPremium,
  gateway,
  hit,
  logoff,
  logoffStrings,
  logonString,
  owaPremium,
  signoutString,
} from './shapes.ts';

const adfs = { vdirAuth: 'adfs' };
const misses = [...cmdStrings, signoutString, logonString];

/** The chain goes on to AD FS, which ends its own session and asks at the next visit. */
const endsAtAdfs = (proxySession: 'alive' | 'none', requests: readonly string[]): ExchangeExpectation => ({
  ...asked(proxySession, requests),
  landing: '/adfs/ls/',
});

export const adfsRows: readonly ExchangeRow[] = [
  {
    when: { ...owaPremium, ...adfs, ...direct },
    then: endsAtAdfs('none', [logoff]),
    mark: 'late',
    facts: ['E-03', 'E-20'],
    because:
      'An AD FS session is signed out at AD FS: Exchange sends the browser there from logoff.owa, and the next visit meets its form.',
  },
  {
    when: { ...owaPremium, ...adfs, ...gateway, logoffUrl: logoffStrings },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-03', 'E-20', 'T-02', 'T-04'],
    because:
      'With AD FS the client always requests logoff.owa; the gateway answers it itself, so Exchange and AD FS are told nothing.',
  },
  {
    when: { ...owaPremium, ...adfs, ...gateway, logoffUrl: misses },
    then: endsAtAdfs('alive', [logoff]),
    mark: 'late',
    facts: ['E-03', 'E-20'],
    because:
      'After logoff.owa the browser goes to AD FS past the gateway, so no request holds the string; the next visit meets AD FS’s form.',
  },
  {
    when: { ...ecpPremium, ...adfs, ...direct },
    then: endsAtAdfs('none', ecpNew),
    mark: 'infer',
    facts: ['E-04', 'E-13', 'E-20'],
    because: 'With an AD FS session ECP never warns; we take its chain to reach AD FS by way of logoff.owa, as OWA’s does.',
  },
  {
    when: { ...ecpPremium, ...adfs, ...gateway, logoffUrl: logoffStrings },
    then: hit('alive', ecpNew),
    mark: 'infer',
    facts: ['E-04', 'E-13', 'E-20', 'T-02', 'T-04'],
    because:
      'ECP’s second request matches; only its answer would have ended the AD FS session, so that is still open behind the gateway.',
  },
  {
    when: { ...ecpPremium, ...adfs, ...gateway, logoffUrl: misses },
    then: endsAtAdfs('alive', ecpNew),
    mark: 'infer',
    facts: ['E-04', 'E-13', 'E-20'],
    because:
      'After logoff.owa the browser goes to AD FS past the gateway, so no request holds the string; the next visit meets AD FS’s form.',
  },
];
