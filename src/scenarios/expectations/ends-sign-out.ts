// Nothing (the control), signing out, signing in anew, and time.

import type { EndsRow } from '../ends-case.ts';
import { asked, byConnection, byCookie, endless, goesOn, over, overAndCut, streams, transfers } from './ends-shapes.ts';

export const signOutRows: readonly EndsRow[] = [
  {
    when: { store: 'memory', at: 'second-replica', endedBy: 'nothing', tried: 'replay' },
    then: { ...goesOn, oldCookie: 'refused' },
    mark: 'doc',
    facts: ['T-16'],
    because:
      'A gateway that shares no sessions has never heard of this one and asks, though nobody has ended it where it was made.',
  },
  {
    when: { store: 'memory', at: 'second-replica', endedBy: 'logoff', tried: 'replay' },
    then: { ...over, reason: 'logoff' },
    mark: 'doc',
    facts: ['T-16', 'ASVS-7.4.1'],
    because: 'The other gateway never knew the session, so it refuses the cookie after the sign-out as it did before.',
  },
  {
    when: { endedBy: 'nothing', tried: byCookie },
    then: goesOn,
    mark: 'doc',
    facts: ['T-13', 'T-16'],
    because: 'Nothing has ended the session and its time is not over, so every gateway that shares it accepts its cookie.',
  },
  {
    when: { endedBy: 'nothing', tried: asked },
    then: { ...goesOn, connection: 'answered', lateCookie: true },
    mark: 'infer',
    facts: ['T-13', 'T-16'],
    because: 'As long as the session lives the browser gets the published server’s answer, with the cookie that is set in it.',
  },
  {
    when: { endedBy: 'nothing', tried: transfers },
    then: { ...goesOn, connection: 'answered' },
    mark: 'infer',
    facts: ['T-13', 'T-16'],
    because: 'As long as the session lives a transfer comes to its end, or a cut one would prove nothing elsewhere.',
  },
  {
    when: { endedBy: 'nothing', tried: endless },
    then: { ...goesOn, connection: 'open' },
    mark: 'infer',
    facts: ['T-13', 'T-16'],
    because:
      'As long as the session lives nothing may cut what is open in it, or a cut connection would prove nothing elsewhere.',
  },
  {
    when: { endedBy: 'logoff', tried: byCookie },
    then: { ...over, reason: 'logoff' },
    mark: 'doc',
    facts: ['T-01', 'T-04', 'ASVS-7.4.1', 'WSTG-SESS-06', 'SP800-63B-7.1'],
    because: 'Signing out makes the session invalid on the server, so no copy of its cookie opens anything at any gateway.',
  },
  {
    when: { endedBy: 'logoff', tried: 'in-flight' },
    then: { ...overAndCut, reason: 'logoff' },
    mark: 'infer',
    facts: ['T-04', 'ASVS-7.4.1'],
    because:
      'An answer that comes after the sign-out would be a further use of the session, so neither its page nor its cookie reaches the browser.',
  },
  {
    when: { endedBy: 'logoff', tried: streams },
    then: { ...overAndCut, reason: 'logoff' },
    mark: 'infer',
    facts: ['T-04', 'ASVS-7.4.1'],
    because: 'A connection that stays open uses the session further, so signing out closes every one, at any gateway.',
  },
  {
    when: { endedBy: 'new-logon', tried: 'replay' },
    then: { ...over, reason: 'replaced' },
    mark: 'doc',
    facts: ['ASVS-7.2.4', 'ASVS-7.4.1'],
    because: 'Who signs in anew gets a new session, and the one that the browser had until then ends with its cookie.',
  },
  {
    when: { endedBy: 'new-logon', tried: byConnection },
    then: { ...overAndCut, reason: 'replaced' },
    mark: 'infer',
    facts: ['ASVS-7.2.4', 'ASVS-7.4.1'],
    because: 'What the browser had open belongs to the session before, not to the new one, and is cut with it.',
  },
  {
    when: { endedBy: 'idle-time-out', tried: byCookie },
    then: { ...over, reason: 'timed-out' },
    mark: 'doc',
    facts: ['T-13', 'ASVS-7.3.1', 'ASVS-7.4.1', 'WSTG-SESS-06', 'SP800-63B-7.1'],
    because: 'Nobody has used alice’s session for longer than the limit, so she has to sign in again; bob has used his.',
  },
  {
    when: { endedBy: 'idle-time-out', tried: byConnection },
    then: { ...overAndCut, reason: 'timed-out' },
    mark: 'infer',
    facts: ['T-13', 'T-15', 'ASVS-7.3.1', 'ASVS-7.4.1'],
    because:
      'The limit counts from the last request: a connection that is merely open, or still waits for its answer, is no use and is cut when time is up.',
  },
  {
    when: { endedBy: 'session-time-out', tried: byCookie },
    then: { ...over, reason: 'timed-out' },
    mark: 'doc',
    facts: ['T-13', 'ASVS-7.3.2', 'ASVS-7.4.1', 'SP800-63B-7.1'],
    because: 'The limit counts from the logon, whatever was done since, so alice has to sign in again; bob signed in later.',
  },
  {
    when: { endedBy: 'session-time-out', tried: byConnection },
    then: { ...overAndCut, reason: 'timed-out' },
    mark: 'infer',
    facts: ['T-13', 'ASVS-7.3.2', 'ASVS-7.4.1'],
    because:
      'A longest session would be none if a connection opened within it could go on for ever, so all are cut when it is over.',
  },
];
