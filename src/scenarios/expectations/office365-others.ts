// Rows 22 to 25: the sign-outs of later years, AD FS behind the gateway, and a sign-out that OWA did not start.

import type { Office365Row, ServiceName } from '../office365-case.ts';
import {
  cookiesBlocked,
  onlyPrompt,
  onlySilent,
  prompt,
  silent,
  singleSignOut,
  tellingNobody,
  zonesAndLiteral,
} from './office365-shapes.ts';

const blocked = (step: string, at: ServiceName, because: string): Office365Row => ({
  when: { row: '23', step, ...cookiesBlocked },
  then: { after: onlyPrompt(at), toldLogonServer: 'with-cookie', cleanUps: 'without-cookies', promptedBy: 'backend' },
  mark: 'doc',
  facts: ['O-01', 'O-06', 'O-12'],
  because,
});

export const otherRows: readonly Office365Row[] = [
  {
    when: { row: '22', ...singleSignOut },
    then: { after: prompt, toldLogonServer: 'with-cookie', cleanUps: 'with-cookies', promptedBy: 'backend' },
    mark: 'seen',
    facts: ['O-06', 'O-08'],
    because: 'One sign-out ends the authentication cookie and the sessions of all services, wherever it begins.',
  },
  blocked(
    'a',
    'portal',
    'The portal and the logon server sign alice out, but the frames that should tell the others go without cookies: scenario 1.',
  ),
  blocked(
    'b',
    'owa',
    'OWA and the logon server sign alice out, but the frames that should tell the others go without cookies: scenario 1.',
  ),
  blocked(
    'c',
    'sharepoint',
    'SharePoint and the logon server sign alice out, but the frames that should tell the others go without cookies: scenario 1.',
  ),
  {
    when: { row: '24', step: 'a', identity: 'federated', logoffUrl: null },
    then: { after: silent, gatewaySession: 'alive', adfsSession: 'ended' },
    mark: 'seen',
    facts: ['O-06', 'O-11'],
    because:
      'Every session ended, at AD FS too, except the gateway’s: it hands alice’s password on at the next visit, and AD FS vouches for her without asking.',
  },
  {
    when: { row: '24', step: 'b', identity: 'federated', logoffUrl: 'wa=wsignout1.0' },
    then: { after: prompt, promptedBy: 'gateway', gatewaySession: 'ended', adfsSession: 'ended' },
    mark: 'infer',
    facts: ['O-06', 'O-11', 'T-02', 'T-04'],
    because:
      'The rule recognises the sign-out that is meant for AD FS, so the gateway’s session ends with all the others and its form asks; the rule passes the request on, so that AD FS hears of it.',
  },
  {
    when: { row: '25', step: 'a', ...zonesAndLiteral, signOutKind: 'LegacyLogOff' },
    then: { after: onlySilent('owa'), newSession: true, landing: '/owa/', ...tellingNobody },
    mark: 'late',
    facts: ['O-02', 'O-09'],
    because:
      'Legacy sends the browser straight on to the logon server, where the authentication cookie signs alice in again: scenario 2 in one hop, with no sign-out there that could reach the others.',
  },
  {
    when: { row: '25', step: 'b', ...zonesAndLiteral, signOutKind: null },
    then: { after: onlySilent('owa'), newSession: false, landing: '/owa/auth/signout.aspx', ...tellingNobody },
    mark: 'late',
    facts: ['O-02', 'O-09'],
    because:
      'The new sign-out rests on a static page, so OWA has no session until the next visit, when the authentication cookie gets a new one.',
  },
];
