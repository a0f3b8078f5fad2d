// Edited files: each of the three keys set or removed on its own. For OWA the mailbox server's OWA file decides, for ECP's client its
// ECP file, and for the end of ECP's chain the front end's file with FBA and the mailbox server's OWA file without.

import type { ExchangeRow } from '../exchange-case.ts';
import {
  asked,
  changed,
  dialog,
  direct,
  ecpLegacy,
  ecpNew,
  ecpPremium,
  gateway,
  hit,
  logoff,
  logon,
  notFound,
  owaPremium,
  signout,
  signoutString,
  silent,
} from './shapes.ts';

const owa = { ...changed, ...owaPremium };
const ecp = { ...changed, ...ecpPremium };
const fba = { vdirAuth: 'fba' };
const basic = { vdirAuth: 'basic' };
const watchesLogoff = { ...gateway, logoffUrl: '/owa/logoff.owa' };
const watchesSignout = { ...gateway, logoffUrl: signoutString };
/** CU7 understands the key, but has no signout.aspx. */
const pageAbsent = { profile: '2013-cu7', 'options.signoutPage': [null, 'absent'] };

const beOwaLegacy = { 'signOutKind.beOwa': 'LegacyLogOff' };
const beOwaNew = { 'signOutKind.beOwa': null };
const beEcpLegacy = { 'signOutKind.beEcp': 'LegacyLogOff' };
const beEcpNew = { 'signOutKind.beEcp': null };
const feOwaLegacy = { 'signOutKind.feOwa': 'LegacyLogOff' };
const feOwaNew = { 'signOutKind.feOwa': null };

export const changedOwaRows: readonly ExchangeRow[] = [
  {
    when: { ...owa, ...fba, ...beOwaLegacy, ...direct },
    then: asked('none', [logoff, logon]),
    mark: 'late',
    facts: ['E-01', 'E-10'],
    because: 'The mailbox server’s OWA file says legacy, which alone decides while the session is valid: back at the logon page.',
  },
  {
    when: { ...owa, ...fba, ...beOwaLegacy, ...watchesLogoff },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-10', 'T-02', 'T-04'],
    because:
      'With FBA on the client requests logoff.owa even where it is legacy; the gateway answers it, so Exchange keeps its session.',
  },
  {
    when: { ...owa, ...fba, ...beOwaLegacy, ...watchesSignout },
    then: asked('alive', [logoff, logon]),
    mark: 'infer',
    facts: ['E-01', 'E-10', 'T-25'],
    because: 'The mailbox server’s OWA file says legacy, so the chain ends on logon.aspx and signout.aspx is never requested.',
  },
  {
    when: { ...owa, ...basic, ...beOwaLegacy, ...gateway },
    then: dialog('alive'),
    mark: 'late',
    facts: ['E-01', 'E-03', 'E-16'],
    because:
      'The mailbox server’s OWA file says legacy and FBA is off, so the client shows its dialog and there is no request to match.',
  },
  {
    when: { ...owa, ...basic, ...beOwaLegacy, ...direct },
    then: dialog('none'),
    mark: 'late',
    facts: ['E-01', 'E-03', 'E-16'],
    because:
      'The mailbox server’s OWA file says legacy and FBA is off, so the client shows its dialog and Exchange is told nothing.',
  },
  {
    when: { ...owa, ...fba, ...beOwaNew, ...pageAbsent, ...direct },
    then: asked('none', [logoff, signout, notFound]),
    mark: 'infer',
    facts: ['E-01', 'E-09', 'E-11'],
    because: 'Without the key CU7 sends the user to signout.aspx, but we take that page to be missing before CU8: an error.',
  },
  {
    when: { ...owa, ...basic, ...beOwaNew, ...pageAbsent, ...direct },
    then: silent('none', [logoff, signout, notFound]),
    mark: 'infer',
    facts: ['E-01', 'E-09', 'E-17'],
    because:
      'CU7 sends the user to a page that we take to be missing before CU8, and the browser’s Basic credentials open a new session.',
  },
  {
    when: { ...owa, ...fba, ...beOwaNew, ...direct },
    then: asked('none', [logoff, signout]),
    mark: 'late',
    facts: ['E-01', 'E-11', 'E-21'],
    because: 'The mailbox server’s OWA file has no key, so sign-out ends on the static page, and the next visit meets the form.',
  },
  {
    when: { ...owa, ...basic, ...beOwaNew, ...direct },
    then: silent('none', [logoff, signout]),
    mark: 'late',
    facts: ['E-01', 'E-17', 'E-21'],
    because: 'The page advises closing the browser; until then the browser sends its Basic credentials and gets a new session.',
  },
  {
    when: { ...owa, ...beOwaNew, ...watchesLogoff },
    then: hit('alive', [logoff]),
    mark: 'infer',
    facts: ['E-01', 'E-11', 'E-17', 'T-02', 'T-04'],
    because:
      'Without the key on the mailbox server the client requests logoff.owa whatever the authentication, and the string matches.',
  },
  {
    when: { ...owa, ...beOwaNew, ...watchesSignout },
    then: hit('ended', [logoff, signout]),
    mark: 'infer',
    facts: ['E-01', 'E-11', 'E-17', 'T-02', 'T-04'],
    because: 'Exchange ends its session at logoff.owa and sends the user to signout.aspx, which is the string.',
  },
];

/** ECP with FBA off: the client by beEcp, the end of the chain by beOwa. */
const changedEcpBasicRows: readonly ExchangeRow[] = [
  {
    when: { ...ecp, ...basic, ...beEcpLegacy, ...gateway },
    then: dialog('alive'),
    mark: 'late',
    facts: ['E-01', 'E-04', 'E-06'],
    because:
      'ECP’s own file says legacy and FBA is off, so ECP only shows its warning, whatever OWA’s files say: nothing to match.',
  },
  {
    when: { ...ecp, ...basic, ...beEcpLegacy, ...direct },
    then: dialog('none'),
    mark: 'late',
    facts: ['E-01', 'E-04', 'E-06'],
    because: 'ECP’s own file says legacy and FBA is off, so ECP only shows its warning, whatever OWA’s files say.',
  },
  {
    when: { ...ecp, ...basic, ...beEcpNew, ...watchesLogoff },
    then: hit('alive', ecpNew),
    mark: 'infer',
    facts: ['E-06', 'E-14', 'T-02', 'T-04'],
    because: 'ECP’s second request matches, and the user context, which only logoff.owa itself would have ended, stays.',
  },
  {
    when: { ...ecp, ...basic, ...beEcpNew, ...beOwaLegacy, ...direct },
    then: silent('none', [...ecpNew, logon]),
    mark: 'infer',
    facts: ['E-13', 'E-14', 'E-18'],
    because:
      'ECP makes the request, but OWA’s file on the mailbox server says legacy: a form of no use, while Basic goes on working.',
  },
  {
    when: { ...ecp, ...basic, ...beEcpNew, ...beOwaLegacy, ...watchesSignout },
    then: silent('alive', [...ecpNew, logon]),
    mark: 'infer',
    facts: ['E-13', 'E-14', 'E-18', 'T-18'],
    because: 'OWA’s file on the mailbox server says legacy, so the chain ends on logon.aspx and signout.aspx is never requested.',
  },
  {
    when: { ...ecp, ...basic, ...beEcpNew, ...beOwaNew, ...pageAbsent, ...direct },
    then: silent('none', [...ecpNew, signout, notFound]),
    mark: 'infer',
    facts: ['E-09', 'E-14', 'E-17'],
    because:
      'CU7 sends the user to a page that we take to be missing before CU8, and the browser’s Basic credentials open a new session.',
  },
  {
    when: { ...ecp, ...basic, ...beEcpNew, ...beOwaNew, ...direct },
    then: silent('none', [...ecpNew, signout]),
    mark: 'late',
    facts: ['E-14', 'E-17', 'E-21'],
    because: 'The page advises closing the browser; until then the browser sends its Basic credentials and gets a new session.',
  },
  {
    when: { ...ecp, ...basic, ...beEcpNew, ...beOwaNew, ...watchesSignout },
    then: hit('ended', [...ecpNew, signout]),
    mark: 'infer',
    facts: ['E-14', 'E-17', 'T-02', 'T-04'],
    because: 'Exchange ends its session at logoff.owa, ECP’s second request, and its third is the string.',
  },
];

/** ECP with FBA on: the front end deletes the logon cookies at the first request and answers the second by feOwa. */
const changedEcpFbaRows: readonly ExchangeRow[] = [
  { by: beEcpLegacy, hops: ecpLegacy, query: '?url=', facts: ['E-13'] },
  { by: beEcpNew, hops: ecpNew, query: '?', facts: ['E-13', 'E-14'] },
].flatMap(({ by, hops, query, facts }): readonly ExchangeRow[] => [
  {
    when: { ...ecp, ...fba, ...by, ...watchesLogoff },
    then: hit('ended', hops),
    mark: 'infer',
    facts: [...facts, 'T-02', 'T-04'],
    because:
      'ECP’s second request matches; by then the front end has deleted the logon cookies, so nothing of the session is left.',
  },
  {
    when: { ...ecp, ...fba, ...by, ...feOwaLegacy, ...direct },
    then: asked('none', [...hops, `/owa/auth/logon.aspx${query}`]),
    mark: 'late',
    facts: ['E-12', ...facts],
    because: 'The logon cookies are gone after the first request, so the front end answers the second, and its file says legacy.',
  },
  {
    when: { ...ecp, ...fba, ...by, ...feOwaLegacy, ...watchesSignout },
    then: asked('alive', [...hops, `/owa/auth/logon.aspx${query}`]),
    mark: 'infer',
    facts: ['E-12', ...facts, 'T-25'],
    because: 'The front end answers the second request and its file says legacy, so signout.aspx is never requested.',
  },
  {
    when: { ...ecp, ...fba, ...by, ...feOwaNew, ...pageAbsent, ...direct },
    then: asked('none', [...hops, `/owa/auth/signout.aspx${query}`, notFound]),
    mark: 'infer',
    facts: ['E-09', 'E-12', ...facts],
    because: 'The front end’s file has no key, so CU7 sends the user to a page that we take to be missing before CU8: an error.',
  },
  {
    when: { ...ecp, ...fba, ...by, ...feOwaNew, ...direct },
    then: asked('none', [...hops, `/owa/auth/signout.aspx${query}`]),
    mark: 'late',
    facts: ['E-12', ...facts],
    because: 'The logon cookies are gone after the first request, so the front end answers the second, and its file has no key.',
  },
  {
    when: { ...ecp, ...fba, ...by, ...feOwaNew, ...watchesSignout },
    then: hit('ended', [...hops, `/owa/auth/signout.aspx${query}`]),
    mark: 'infer',
    facts: ['E-12', ...facts, 'T-02', 'T-04'],
    because: 'The front end’s file has no key, so it answers the second request with signout.aspx, which is the string.',
  },
]);

export const changedEcpRows: readonly ExchangeRow[] = [...changedEcpBasicRows, ...changedEcpFbaRows];
