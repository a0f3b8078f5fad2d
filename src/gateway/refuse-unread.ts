import { STATUS_CODES } from 'node:http';
import { pageFields, problemPage } from './pages.ts';
import { ALLOWED_METHODS, refusalAnswer } from './refuse.ts';
import type { GatewayTools, Visit } from './visit.ts';

/**
 * The whole answer, as bytes of HTTP/1.1, to what could not be read as a request or did not come to its end: the page, with an id that
 * trace and log know too. `visit`: what the steps have learnt of the request already, whose trace is theirs.
 */
export function refuseUnread(tools: GatewayTools, status: number, sentence: string, visit: Visit | null): string {
  const { policy, recorder, log, meter } = tools;
  const answer = refusalAnswer(policy().listener, sentence, status);
  const id = visit?.id ?? tools.newRequestId();
  if (visit) Object.assign(visit, { refusal: sentence, refusedUnread: answer.status });
  else {
    recorder.record({ exchange: id, party: 'gateway', kind: 'connection', status: answer.status, sentence, facts: ['T-22'] });
    log.info({ request: id, status: answer.status, reason: sentence }, 'request refused');
    meter.refused(answer.status);
  }
  const page = problemPage(answer.title, answer.sentence, id).text;
  const fields = {
    ...pageFields(),
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(page),
    'X-Request-Id': id,
    ...(answer.status === 405 && { Allow: ALLOWED_METHODS }),
    Connection: 'close',
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`, ...lines, '', page].join('\r\n');
}
