import type { TraceEvent } from '../../trace/trace-event.ts';
import type { Office365Observation } from './judge-office365.ts';
import { isOpened } from './walk-steps.ts';

/** Of several requests the last one counts: a page of another zone is fetched twice. */
export function whatLogonServerHeard(events: readonly TraceEvent[]): Office365Observation['toldLogonServer'] {
  const heard = events.filter(
    ({ party, kind, target = '' }) => party === 'logon-server' && kind === 'request' && target.startsWith('/logout.srf'),
  );
  if (heard.length === 0) return 'no';
  return heard.some(({ cookies = [] }) => cookies.some(({ name }) => name === 'MSPAuth')) ? 'with-cookie' : 'without-cookie';
}

/** Whether the services that were asked to clean up (O-08) got the cookies of their sessions with it; SharePoint's other site has none. */
export function howCleanUpsCame(events: readonly TraceEvent[]): Office365Observation['cleanUps'] {
  const asked = events.filter(
    ({ kind, host = '', target = '' }) => kind === 'request' && isOpened(host) && target.includes('wa=wsignoutcleanup1.0'),
  );
  if (asked.length === 0) return 'none';
  const brings = asked.every(({ cookies = [] }) => cookies.some(({ name }) => name === 'RPSAuth' || name === 'FedAuth'));
  return brings ? 'with-cookies' : 'without-cookies';
}
