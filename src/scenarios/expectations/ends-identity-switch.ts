// Bob signs in next in alice's browser. That the gateway clears the published server's cookies is our own decision: nothing says
// that TMG did, so clearCookies=false is the control. Bob's other session, in another browser, is never touched.

import type { EndsRow } from '../ends-case.ts';
import { over } from './ends-shapes.ts';

const tried = 'identity-switch';
const cleared = { tried, vdirAuth: 'fba', 'options.clearCookies': null } as const;
const kept = { tried, vdirAuth: 'fba', 'options.clearCookies': 'false' } as const;
/** Whether they are cleared or not. */
const basic = { tried, vdirAuth: 'basic', 'options.clearCookies': [null, 'false'] } as const;

export const identitySwitchRows: readonly EndsRow[] = [
  {
    when: { endedBy: 'logoff', ...cleared },
    then: { ...over, reason: 'logoff', seenAs: null },
    mark: 'infer',
    facts: ['T-04', 'T-25', 'E-33', 'ASVS-14.3.1', 'ASVS-4.0.3-3.3.1'],
    because:
      'Exchange never heard of the sign-out, but the gateway has cleared the five cookies of alice’s session there, so Exchange’s form asks bob.',
  },
  {
    when: { endedBy: 'idle-time-out', ...cleared },
    then: { ...over, reason: 'timed-out', seenAs: null },
    mark: 'infer',
    facts: ['T-13', 'T-25', 'E-33', 'E-35', 'ASVS-14.3.1', 'ASVS-4.0.3-3.3.1'],
    because:
      'The browser had no request under way when alice’s time was over, so the five cookies go when it next comes to the gateway, and Exchange’s form asks bob.',
  },
  {
    when: { endedBy: 'admin', ...cleared },
    then: { ...over, reason: 'admin', seenAs: null },
    mark: 'infer',
    facts: ['T-25', 'E-33', 'ASVS-7.4.5', 'ASVS-14.3.1', 'ASVS-4.0.3-3.3.1'],
    because:
      'An administrator has no hand on alice’s browser, so the five cookies go when it next comes to the gateway, and Exchange’s form asks bob.',
  },
  {
    when: { endedBy: 'new-logon', ...cleared },
    then: { ...over, reason: 'replaced', seenAs: null },
    mark: 'infer',
    facts: ['T-25', 'E-33', 'ASVS-7.2.4', 'ASVS-14.3.1', 'ASVS-4.0.3-3.3.1'],
    because: 'Bob’s logon ends alice’s session and clears the five cookies that Exchange gave her, so Exchange’s form asks bob.',
  },
  {
    when: { endedBy: 'logoff', ...kept },
    then: { ...over, reason: 'logoff', seenAs: 'alice' },
    mark: 'infer',
    facts: ['T-04', 'T-25', 'E-33'],
    because:
      'The gateway answers the sign-out itself, so Exchange never deletes its five cookies, goes by them and not by bob’s Basic, and shows alice’s mailbox.',
  },
  {
    when: { endedBy: 'idle-time-out', ...kept },
    then: { ...over, reason: 'timed-out', seenAs: 'alice' },
    mark: 'infer',
    facts: ['T-13', 'T-25', 'E-33', 'E-35'],
    because:
      'Exchange’s own time limit is longer than the gateway’s, so alice’s five cookies still hold there and bob is in her mailbox.',
  },
  {
    when: { endedBy: 'admin', ...kept },
    then: { ...over, reason: 'admin', seenAs: 'alice' },
    mark: 'infer',
    facts: ['T-25', 'E-33', 'ASVS-7.4.5'],
    because:
      'The administrator ended the gateway’s session only, so alice’s five cookies still hold at Exchange and bob is in her mailbox.',
  },
  {
    when: { endedBy: 'new-logon', ...kept },
    then: { ...over, reason: 'replaced', seenAs: 'alice' },
    mark: 'infer',
    facts: ['T-25', 'E-33', 'ASVS-7.2.4'],
    because:
      'Bob’s logon replaced the gateway’s session only, so alice’s five cookies still hold at Exchange and bob is in her mailbox.',
  },
  {
    when: { endedBy: 'logoff', ...basic },
    then: { ...over, reason: 'logoff', seenAs: 'bob' },
    mark: 'infer',
    facts: ['T-04', 'T-18', 'E-34', 'ASVS-4.0.3-3.3.1'],
    because:
      'Every request carries bob’s credentials, and a user context cookie that alice’s sign-out left, cleared or not, names a session but vouches for nobody.',
  },
  {
    when: { endedBy: 'idle-time-out', ...basic },
    then: { ...over, reason: 'timed-out', seenAs: 'bob' },
    mark: 'infer',
    facts: ['T-13', 'T-18', 'E-34', 'ASVS-4.0.3-3.3.1'],
    because:
      'Alice’s credentials went with her session at the gateway; every request carries bob’s now, whatever user context cookie comes with it.',
  },
  {
    when: { endedBy: 'admin', ...basic },
    then: { ...over, reason: 'admin', seenAs: 'bob' },
    mark: 'infer',
    facts: ['T-18', 'E-34', 'ASVS-7.4.5', 'ASVS-4.0.3-3.3.1'],
    because:
      'The gateway hands on the credentials of whoever is signed in now, who is bob, whatever user context cookie the browser still has.',
  },
  {
    when: { endedBy: 'new-logon', ...basic },
    then: { ...over, reason: 'replaced', seenAs: 'bob' },
    mark: 'infer',
    facts: ['T-18', 'E-34', 'ASVS-7.2.4', 'ASVS-4.0.3-3.3.1'],
    because:
      'From bob’s logon on the gateway hands on his credentials and no longer alice’s, whatever user context cookie comes with them.',
  },
];
