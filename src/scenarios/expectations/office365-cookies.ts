// Rows 18 to 21: others who use a session's cookies. An Office client, which `sharepoint` is about in rows 18 and 19, and somebody
// who sends cookies of before the sign-out again.

import type { Office365Row, Replayed } from '../office365-case.ts';
import {
  alive,
  any,
  cookiesBlocked,
  groupSilent,
  literal,
  onlyPrompt,
  prompt,
  sharepointSilent,
  singleSignOut,
  zones,
} from './office365-shapes.ts';

const kept = { keepMeSignedIn: 'true' };
const notKept = { keepMeSignedIn: 'false' };

export const officeClientRows: readonly Office365Row[] = [
  {
    when: { row: '18', step: 'a', ...any, ...kept },
    then: { after: alive },
    mark: 'doc',
    facts: ['O-03'],
    because: 'KB says that Office clients can use the cookie, and here it is a persistent one, which any of them can read.',
  },
  {
    when: { row: '18', step: 'b', ...zones, ...kept },
    then: { after: { ...alive, portal: 'silent-relogin' } },
    mark: 'doc',
    facts: ['O-01', 'O-03', 'O-06'],
    because:
      'Scenario 1 for Office: the sign-out of OWA left SharePoint’s cookie alone; OWA has the new session of its silent logon, and the portal’s, lost with OWA’s as we infer, comes back at the next visit.',
  },
  {
    when: { row: '18', step: 'b', ...literal, ...kept },
    then: { after: alive },
    mark: 'doc',
    facts: ['O-01', 'O-03'],
    because:
      'Scenario 1 for Office: the sign-out of OWA left SharePoint’s cookie alone, and OWA has the new session of its silent logon.',
  },
  {
    when: { row: '18', step: 'b', ...cookiesBlocked, ...kept },
    then: { after: onlyPrompt('owa') },
    mark: 'doc',
    facts: ['O-01', 'O-03', 'O-06'],
    because:
      'Scenario 1 for Office: the browser blocked the clean-up of SharePoint’s cookie, while OWA and the authentication cookie are signed out.',
  },
  {
    when: { row: '18', step: 'd', ...zones, ...kept, 'options.cookieAfterSignOut': 'as-flagged' },
    then: { after: alive },
    mark: 'infer',
    facts: ['O-02', 'O-03'],
    because:
      'Under this option the silent logon after the sign-out sets a persistent cookie again, and the Office client finds it.',
  },
  {
    when: { row: '18', step: 'c', ...singleSignOut, ...kept },
    then: { after: prompt },
    mark: 'infer',
    facts: ['O-03', 'O-06'],
    because: 'The sign-out of SharePoint ended everything, so there is no cookie left for Office or for the browser.',
  },
  {
    when: { row: '18', step: 'c', profile: ['zones', 'literal', 'third-party-cookies-blocked'], ...kept },
    then: { after: onlyPrompt('sharepoint') },
    mark: 'infer',
    facts: ['O-01', 'O-02', 'O-03'],
    because:
      'SharePoint’s persistent cookie is gone, and if a new one came it is a session cookie in memory, which we take Office clients to be unable to read.',
  },
  {
    when: { row: '19', step: 'a', ...any, ...notKept, options: null },
    then: { after: onlyPrompt('sharepoint') },
    mark: 'infer',
    facts: ['O-03'],
    because:
      'The cookies are in the browser’s memory only, where we take Office clients not to reach them; the browser itself is signed in.',
  },
  {
    when: { row: '19', step: 'b', ...any, ...notKept, 'options.richClient': 'any-cookie' },
    then: { after: alive },
    mark: 'doc',
    facts: ['O-03'],
    because: 'KB, taken literally, lets Office clients use the session cookie, kept signed in or not.',
  },
];

const off = { 'options.invalidation': null };
const on = { 'options.invalidation': 'on' };

const accepted: Replayed = { portal: 'accepted', owa: 'accepted', sharepoint: 'accepted', logonServer: 'accepted' };
const refused: Replayed = { portal: 'refused', owa: 'refused', sharepoint: 'refused', logonServer: 'refused' };

export const replayRows: readonly Office365Row[] = [
  {
    when: { row: '20', step: ['a', 'b'], ...zones, ...off },
    then: { after: groupSilent, replayed: accepted },
    mark: 'infer',
    facts: ['O-02', 'O-06'],
    because: 'The sign-out only deletes cookies in the browser, so a copy of any of them still opens its session.',
  },
  {
    when: { row: '20', step: 'c', ...zones, ...off },
    then: { after: sharepointSilent, replayed: accepted },
    mark: 'infer',
    facts: ['O-02', 'O-06'],
    because: 'The sign-out only deletes SharePoint’s cookie in the browser, so a copy of it still opens the session.',
  },
  {
    when: { row: '20', step: 'd', ...singleSignOut, ...off },
    then: { after: prompt, replayed: accepted },
    mark: 'infer',
    facts: ['O-02', 'O-06'],
    because:
      'The sign-out deletes every cookie in the browser, the authentication cookie too, but copies of them still open what they opened.',
  },
  {
    when: { row: '21', step: ['a', 'b'], ...zones, ...on },
    then: { after: groupSilent, replayed: { ...accepted, portal: 'refused', owa: 'refused' } },
    mark: 'infer',
    facts: ['O-02', 'O-05', 'O-06'],
    because:
      'The sessions of the portal and OWA ended on the server, one through the clean-up; SharePoint’s and the logon server’s were never touched.',
  },
  {
    when: { row: '21', step: 'c', ...zones, ...on },
    then: { after: sharepointSilent, replayed: { ...accepted, sharepoint: 'refused' } },
    mark: 'infer',
    facts: ['O-02', 'O-05', 'O-06'],
    because: 'SharePoint’s session ended on the server; those of the other two and of the logon server were never touched.',
  },
  {
    when: { row: '21', step: 'd', ...singleSignOut, ...on },
    then: { after: prompt, replayed: refused },
    mark: 'infer',
    facts: ['O-02', 'O-06'],
    because: 'The one sign-out reached every service and the logon server, each of which ended its session on the server.',
  },
];
