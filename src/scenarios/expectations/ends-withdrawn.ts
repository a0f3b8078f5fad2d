// Somebody else takes the session away: an administrator, or a reload of the rules.

import type { EndsRow } from '../ends-case.ts';
import { byConnection, byCookie, over, overAndCut } from './ends-shapes.ts';

export const withdrawnRows: readonly EndsRow[] = [
  {
    when: { endedBy: ['admin', 'admin-user'], tried: byCookie },
    then: { ...over, reason: 'admin' },
    mark: 'doc',
    facts: ['ASVS-7.4.5', 'ASVS-7.4.1'],
    because: 'An administrator can end the session of one user, and then its cookie opens nothing; bob was not meant.',
  },
  {
    when: { endedBy: ['admin', 'admin-user'], tried: byConnection },
    then: { ...overAndCut, reason: 'admin' },
    mark: 'infer',
    facts: ['ASVS-7.4.5', 'ASVS-7.4.1'],
    because: 'Who ends a session in an emergency means above all what is going on in it now, so it is cut; bob was not meant.',
  },
  {
    when: { endedBy: 'admin-all', tried: byCookie },
    then: { ...over, reason: 'admin', bobsSession: 'ended' },
    mark: 'doc',
    facts: ['ASVS-7.4.5', 'ASVS-7.4.1'],
    because: 'An administrator can end the sessions of all users, and all includes bob.',
  },
  {
    when: { endedBy: 'admin-all', tried: byConnection },
    then: { ...overAndCut, reason: 'admin', bobsSession: 'ended' },
    mark: 'infer',
    facts: ['ASVS-7.4.5', 'ASVS-7.4.1'],
    because: 'When everybody’s session is ended everything that is open is cut, and bob has to sign in again like alice.',
  },
  {
    when: { endedBy: 'user-removed', tried: byCookie },
    then: { ...over, reason: 'user-removed' },
    mark: 'doc',
    facts: ['ASVS-7.4.2', 'ASVS-7.4.1'],
    because: 'Who is no longer a user has no session either, from the moment that the list says so; bob is still on it.',
  },
  {
    when: { endedBy: 'user-removed', tried: byConnection },
    then: { ...overAndCut, reason: 'user-removed' },
    mark: 'infer',
    facts: ['ASVS-7.4.2', 'ASVS-7.4.1'],
    because:
      'Who is no longer a user may not go on reading in a connection opened before, so hers are cut and bob’s session stays.',
  },
  {
    when: { endedBy: 'password-changed', tried: byCookie },
    then: { ...over, reason: 'password-changed' },
    mark: 'infer',
    facts: ['ASVS-7.4.3', 'ASVS-7.4.1'],
    because:
      'The requirement asks for the option only; the product always ends what was opened with the old password, since somebody else may have known it.',
  },
  {
    when: { endedBy: 'password-changed', tried: byConnection },
    then: { ...overAndCut, reason: 'password-changed' },
    mark: 'infer',
    facts: ['ASVS-7.4.3', 'ASVS-7.4.1'],
    because: 'A connection opened with the old password ends with the session that the new password ends.',
  },
  {
    when: { endedBy: 'rule-removed', tried: byCookie },
    then: { ...over, reason: 'rule-removed', bobsSession: 'ended' },
    mark: 'infer',
    facts: ['T-20', 'ASVS-7.4.1'],
    because:
      'A site that is published no more takes the sessions of all its users with it, and publishing it again brings none of them back.',
  },
  {
    when: { endedBy: 'rule-removed', tried: byConnection },
    then: { ...overAndCut, reason: 'rule-removed', bobsSession: 'ended' },
    mark: 'infer',
    facts: ['T-20', 'ASVS-7.4.1'],
    because:
      'No rule lets anybody reach the published server any more, so what is still open to it is cut, and bob is out like alice.',
  },
];
