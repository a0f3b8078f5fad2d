// A full store, a gateway that is stopped, and a Redis server that forgets, stands still or is gone.

import type { EndsRow } from '../ends-case.ts';
import {
  asked,
  byConnection,
  byCookie,
  endless,
  forgotten,
  goesOn,
  nobodyKnows,
  over,
  overAndCut,
  streams,
  transfers,
} from './ends-shapes.ts';

export const machineRows: readonly EndsRow[] = [
  {
    when: { endedBy: 'eviction', tried: byCookie },
    then: { ...over, reason: 'evicted' },
    mark: 'infer',
    facts: ['ASVS-7.4.1'],
    because:
      'What a full store drops is ended like any other session, so the cookie is refused; only the one used least lately goes.',
  },
  {
    when: { endedBy: 'eviction', tried: byConnection },
    then: { ...overAndCut, reason: 'evicted' },
    mark: 'infer',
    facts: ['ASVS-7.4.1'],
    because: 'Nobody could end the connections of a session that the store has dropped, so they are cut as it is dropped.',
  },
  {
    when: { store: 'memory', endedBy: 'restart', tried: byCookie },
    then: { ...over, reason: 'shutdown', bobsSession: 'ended' },
    mark: 'infer',
    facts: ['T-16', 'ASVS-7.4.1'],
    because: 'Sessions that only the stopped gateway knew are over, all of them, and the new one asks everybody.',
  },
  {
    when: { store: 'memory', endedBy: 'restart', tried: byConnection },
    then: { ...overAndCut, reason: 'shutdown', bobsSession: 'ended' },
    mark: 'infer',
    facts: ['T-16', 'ASVS-7.4.1'],
    because: 'The sessions that it alone knew end with the gateway, and so does everything that was open through it.',
  },
  {
    when: { store: 'redis', endedBy: 'restart', tried: byCookie },
    then: goesOn,
    mark: 'infer',
    facts: ['T-13', 'T-16'],
    because: 'Sessions that gateways share outlive one of them: nobody has signed out and no time is over, so none may end.',
  },
  {
    when: { store: 'redis', at: 'second-replica', endedBy: 'restart', tried: asked },
    then: { ...goesOn, connection: 'answered', lateCookie: true },
    mark: 'infer',
    facts: ['T-13', 'T-16'],
    because: 'The request is under way through a gateway that nobody stops, in a session that goes on, so it gets its answer.',
  },
  {
    when: { store: 'redis', at: 'second-replica', endedBy: 'restart', tried: transfers },
    then: { ...goesOn, connection: 'answered' },
    mark: 'infer',
    facts: ['T-13', 'T-16'],
    because: 'The transfer goes through a gateway that nobody stops, in a session that goes on, so it comes to its end.',
  },
  {
    when: { store: 'redis', at: 'second-replica', endedBy: 'restart', tried: endless },
    then: { ...goesOn, connection: 'open' },
    mark: 'infer',
    facts: ['T-13', 'T-16'],
    because: 'The connection goes through a gateway that nobody stops, in a session that goes on, so nothing may cut it.',
  },
  {
    when: { store: 'redis', at: 'same-replica', endedBy: 'restart', tried: 'in-flight' },
    then: { ...goesOn, connection: 'cut' },
    mark: 'infer',
    facts: ['T-16'],
    because:
      'The published server answers only when the gateway that would pass it on has stopped, so the answer is lost though the session is not.',
  },
  {
    when: { store: 'redis', at: 'same-replica', endedBy: 'restart', tried: streams },
    then: { ...goesOn, connection: 'cut' },
    mark: 'infer',
    facts: ['T-16'],
    because: 'No connection outlives the gateway that it goes through, but the session does, and the browser may connect again.',
  },
  {
    when: { endedBy: 'store-restart', tried: 'replay', 'options.snapshot': 'before-logoff' },
    then: { ...over, reason: 'logoff', bobsSession: 'ended' },
    mark: 'infer',
    facts: ['ASVS-7.4.1', 'ASVS-16.5.3', 'WSTG-SESS-06'],
    because:
      'A snapshot of before her sign-out may not undo it, and since nobody can tell which sessions it wrongly holds, none outlives the Redis server.',
  },
  {
    when: { endedBy: 'store-restart', tried: 'replay', 'options.snapshot': null },
    then: forgotten,
    mark: 'infer',
    facts: ['ASVS-7.4.1', 'ASVS-16.5.3'],
    because: 'What a Redis server comes back with may have forgotten sign-outs, so nobody’s old cookie is accepted.',
  },
  {
    when: { endedBy: 'store-restart', tried: byConnection },
    then: { ...forgotten, connection: 'cut' },
    mark: 'infer',
    facts: ['ASVS-7.4.1', 'ASVS-16.5.3'],
    because: 'No session outlives the Redis server, so what was open or under way in one belongs to nobody and is cut.',
  },
  {
    when: { endedBy: ['store-frozen', 'store-away'], tried: 'replay' },
    then: nobodyKnows,
    mark: 'infer',
    facts: ['ASVS-16.5.2', 'ASVS-16.5.3'],
    because:
      'While nobody can say whether a session has ended, nobody is let in and nobody is asked: an error page says to wait.',
  },
  {
    when: { endedBy: ['store-frozen', 'store-away'], tried: byConnection },
    then: { ...nobodyKnows, connection: 'cut' },
    mark: 'infer',
    facts: ['ASVS-16.5.2', 'ASVS-16.5.3', 'ASVS-7.4.1'],
    because:
      'The session of any open connection may have ended elsewhere without a word of it coming through, so all are cut, with what is under way.',
  },
];
