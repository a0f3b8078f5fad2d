// Rows 8 to 12: the three methods of KB. After Method 3 there is one jar, so the sign-out reaches the authentication cookie.

import type { Office365Row } from '../office365-case.ts';
import {
  alice,
  alive,
  bob,
  literal,
  onlyPrompt,
  onlySilent,
  owaReloadsAlone,
  owaReloadsWithGroup,
  prompt,
  tellingNobody,
  zones,
  zonesAndLiteral,
} from './office365-shapes.ts';

/** The service signed out of and the other one of its group ask; SharePoint does not. */
const groupAsks = { portal: 'prompt', owa: 'prompt', sharepoint: 'session-alive' } as const;

export const methodRows: readonly Office365Row[] = [
  {
    when: { row: '8', step: ['a', 'c'], ...zonesAndLiteral },
    then: { after: prompt },
    mark: 'doc',
    facts: ['O-02', 'O-04'],
    because:
      'Without any cookie, the authentication cookie included, every service has to ask; who is kept signed in is asked for that too.',
  },
  {
    when: { row: '8', step: 'b', ...zonesAndLiteral },
    then: { after: alive, user: bob },
    mark: 'doc',
    facts: ['O-02', 'O-04'],
    because: 'OWA asked, bob answered, and the other two take the word of the logon server, which now knows bob only.',
  },
  {
    when: { row: '9', step: 'a', ...zonesAndLiteral },
    then: { after: prompt },
    mark: 'doc',
    facts: ['O-04'],
    because:
      'Method 2 is documented to let somebody else sign in: a private window begins without cookies, so every service asks.',
  },
  {
    when: { row: '9', step: 'b', ...zonesAndLiteral },
    then: { after: alive, user: bob, userOfOrdinaryWindow: alice },
    mark: 'infer',
    facts: ['O-04'],
    because:
      'That bob can sign in there is documented; that the ordinary window stays alice’s follows from its having cookies of its own.',
  },
  {
    when: { row: '10', step: 'a', ...zones },
    then: { after: groupAsks, toldLogonServer: 'without-cookie', promptedBy: 'backend' },
    mark: 'infer',
    facts: ['O-04', 'O-05', 'O-06'],
    because:
      'The authentication cookie is left in the jar that nobody comes to any more, so OWA asks, and SharePoint stays signed in as scenario 1 has it (both documented); that the portal goes with OWA is inferred.',
  },
  {
    when: { row: '10', step: ['e', 'f'], ...zones },
    then: { after: groupAsks, toldLogonServer: 'with-cookie', cleanUps: 'with-cookies', promptedBy: 'backend' },
    mark: 'infer',
    facts: ['O-04', 'O-05', 'O-06'],
    because:
      'In the one jar the sign-out reaches the authentication cookie and ends it, so the service asks, and SharePoint stays signed in as scenario 1 has it (both documented); that the other one of the group goes with it is inferred.',
  },
  {
    when: { row: '10', step: 'b', ...zones },
    then: { after: alive, user: { portal: bob, owa: bob, sharepoint: alice } },
    mark: 'doc',
    facts: ['O-04', 'O-05', 'O-06'],
    because:
      'Method 3 lets bob sign in to OWA, and does not work for scenario 1, so SharePoint still has alice’s session; that the portal gets bob’s is inferred.',
  },
  {
    when: { row: '10', step: ['c', 'd'], ...zones },
    then: owaReloadsWithGroup,
    mark: 'infer',
    facts: ['O-04', 'O-05', 'O-06'],
    because:
      'KB names both lists; that one alone has no effect is inferred, as the logon server is then still in a zone with a jar of its own.',
  },
  {
    when: { row: '11', ...zones },
    then: { after: onlyPrompt('sharepoint'), toldLogonServer: 'with-cookie', promptedBy: 'backend' },
    mark: 'doc',
    facts: ['O-04', 'O-05', 'O-06'],
    because:
      'In the one jar the sign-out ends the authentication cookie, so SharePoint asks; scenario 1 remains, so the portal and OWA are still signed in.',
  },
  {
    when: { row: '12', step: 'a', ...literal },
    then: owaReloadsAlone,
    mark: 'infer',
    facts: ['O-04', 'O-05'],
    because:
      'A sign-out that never goes to the logon server ends the authentication cookie in no zone, so Method 3 cannot help at OWA.',
  },
  {
    when: { row: '12', step: 'b', ...literal },
    then: { after: onlySilent('portal'), newSession: true, ...tellingNobody },
    mark: 'infer',
    facts: ['O-04', 'O-05'],
    because:
      'A sign-out that never goes to the logon server ends the authentication cookie in no zone, so Method 3 cannot help at the portal.',
  },
  {
    when: { row: '12', step: 'c', ...literal },
    then: { after: onlySilent('sharepoint'), newSession: true, ...tellingNobody },
    mark: 'infer',
    facts: ['O-04', 'O-05'],
    because:
      'A sign-out that never goes to the logon server ends the authentication cookie in no zone, so Method 3 cannot help at SharePoint.',
  },
];
