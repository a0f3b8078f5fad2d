// Rows 1 to 7: scenarios 1 and 2 of KB. Under zones the sign-out goes to the logon server in the jar of the service's zone, where the
// authentication cookie is not; under literal it never goes there.

import type { Office365Row } from '../office365-case.ts';
import {
  alice,
  groupSilent,
  literal,
  onlyPrompt,
  onlySilent,
  owaReloadsAlone,
  owaReloadsWithGroup,
  sharepointSilent,
  silent,
  tellingNobody,
  throughOtherZone,
  zones,
} from './office365-shapes.ts';

export const scenarioRows: readonly Office365Row[] = [
  {
    when: { row: '1', ...zones, 'options.logoutStyle': 'page' },
    then: { after: onlyPrompt('owa'), toldLogonServer: 'with-cookie', promptedBy: 'backend' },
    mark: 'infer',
    facts: ['O-05', 'O-06', 'O-08'],
    because:
      'A page of the logon server is fetched again in its own zone’s jar, where it ends the authentication cookie so that OWA asks, and where its frames do not find the portal’s session.',
  },
  {
    when: { row: '1', ...zones, 'options.signOutGroups': 'each-alone' },
    then: { after: onlySilent('owa'), newSession: true, toldLogonServer: 'without-cookie', cleanUps: 'none' },
    mark: 'infer',
    facts: ['O-01', 'O-02', 'O-06'],
    because: 'That the portal goes with OWA is inferred; if each service is alone, only OWA’s session ends, and comes back.',
  },
  {
    when: { row: '1', ...zones, 'options.signOutGroups': 'all-together' },
    then: { after: silent, newSession: true, toldLogonServer: 'without-cookie', cleanUps: 'with-cookies' },
    mark: 'infer',
    facts: ['O-02', 'O-05', 'O-06'],
    because:
      'If all services go together every session ends by the clean-ups, but not the authentication cookie, so that all come back.',
  },
  {
    when: { row: '1', ...zones, options: null },
    then: owaReloadsWithGroup,
    mark: 'doc',
    facts: ['O-01', 'O-02', 'O-05', 'O-06'],
    because:
      'Scenario 2: the sign-out ends OWA’s session cookie but not the authentication cookie, so the page comes back with a new session; that it ends the portal’s as well is inferred.',
  },
  {
    when: { row: '2', ...zones },
    then: { after: groupSilent, newSession: true, ...throughOtherZone },
    mark: 'infer',
    facts: ['O-01', 'O-02', 'O-05', 'O-06'],
    because:
      'Scenario 2 at the portal is documented; that the clean-up of the group ends OWA’s session cookie too, for the logon server to renew at the next visit, is inferred.',
  },
  {
    when: { row: '3', ...zones },
    then: { after: sharepointSilent, newSession: true, toldLogonServer: 'without-cookie', cleanUps: 'none' },
    mark: 'doc',
    facts: ['O-01', 'O-02', 'O-05', 'O-06'],
    because:
      'Scenario 2 at SharePoint: its page comes back with a new session; scenario 1: the portal and OWA keep the sessions that they had.',
  },
  {
    when: { row: '4', step: 'a', ...zones },
    then: { after: groupSilent },
    mark: 'doc',
    facts: ['O-01', 'O-06'],
    because: 'Scenario 1: signing out of OWA leaves SharePoint’s session as it was; what becomes of the portal’s is inferred.',
  },
  {
    when: { row: '4', step: 'b', ...zones },
    then: { after: groupSilent },
    mark: 'doc',
    facts: ['O-01', 'O-06'],
    because: 'Scenario 1: signing out of the portal leaves SharePoint’s session as it was; what becomes of OWA’s is inferred.',
  },
  {
    when: { row: '5', ...zones },
    then: { after: sharepointSilent },
    mark: 'doc',
    facts: ['O-01', 'O-06'],
    because: 'Scenario 1 the other way round: signing out of SharePoint leaves the sessions of the portal and OWA as they were.',
  },
  {
    when: { row: '6', step: ['a', 'b'], ...zones },
    then: { after: groupSilent, user: alice },
    mark: 'doc',
    facts: ['O-01', 'O-02', 'O-06'],
    because:
      'Scenario 2: the link signs out like the button does, and the authentication cookie brings alice back before anybody can name another user; what becomes of the other one of the group is inferred.',
  },
  {
    when: { row: '6', step: 'c', ...zones },
    then: { after: sharepointSilent, user: alice },
    mark: 'doc',
    facts: ['O-01', 'O-02', 'O-08'],
    because:
      'Scenario 2: the link closes SharePoint’s session, and the authentication cookie brings alice back before anybody can name another user.',
  },
  {
    when: { row: '7', step: 'a', ...literal },
    then: { after: onlySilent('portal'), newSession: true, ...tellingNobody },
    mark: 'doc',
    facts: ['O-01', 'O-02', 'O-05'],
    because:
      'Literally the sign-out ends the portal’s session cookie and nothing else, so the logon server signs alice in again.',
  },
  {
    when: { row: '7', step: 'b', ...literal },
    then: owaReloadsAlone,
    mark: 'doc',
    facts: ['O-01', 'O-02', 'O-05'],
    because: 'Literally the sign-out ends OWA’s session cookie and nothing else, so the logon server signs alice in again.',
  },
  {
    when: { row: '7', step: 'c', ...literal },
    then: { after: sharepointSilent, newSession: true, ...tellingNobody },
    mark: 'doc',
    facts: ['O-01', 'O-02', 'O-05'],
    because:
      'Literally the sign-out ends SharePoint’s session cookie and nothing else, so the logon server signs alice in again.',
  },
];
