import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';

export const DIGEST_PERSON = { user: 'corp\\anna', password: 'pass "word"' };
const REALM = 'a "quoted", realm';
const OPAQUE = 'o\\paque';

/**
 * A server with Digest authentication after RFC 7616, written from its text alone. It accepts each nonce for uses in strict order;
 * `renew` makes the nonce stale. `journal` says what it made of each request.
 */
export function createDigestServer(algorithm: 'MD5' | 'SHA-256', more = '') {
  const journal: string[] = [];
  let nonce = 'nonce=1';
  let uses = 0;
  const hash = (text: string) => createHash(algorithm.replace('SHA-', 'sha')).update(text).digest('hex');

  function judge(request: IncomingMessage): string {
    const sent = request.headers.authorization;
    if (sent === undefined) return 'no credentials';
    const given = parametersOf(sent);
    const a1 = hash(`${given['username']}:${given['realm']}:${DIGEST_PERSON.password}`);
    const parts = [a1, given['nonce'], given['nc'], given['cnonce'], given['qop'], hash(`${request.method}:${given['uri']}`)];
    const right =
      sent.startsWith('Digest ') &&
      given['username'] === DIGEST_PERSON.user &&
      given['realm'] === REALM &&
      given['opaque'] === OPAQUE &&
      given['algorithm'] === algorithm &&
      given['uri'] === request.url &&
      given['response'] === hash(parts.join(':'));
    if (!right) return 'refused';
    if (given['nonce'] !== nonce || given['nc'] !== (uses + 1).toString(16).padStart(8, '0')) return 'stale';
    uses += 1;
    return `accepted ${given['nc']}`;
  }

  const respond: RequestListener = (request, response) => {
    const verdict = judge(request);
    journal.push(verdict);
    if (verdict.startsWith('accepted')) return void response.end('<p>in</p>');
    const text = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`;
    const digest = `Digest realm=${text(REALM)}, qop="auth-int, auth",nonce="${nonce}" , opaque=${text(OPAQUE)}, algorithm=${algorithm}`;
    response.writeHead(401, { 'WWW-Authenticate': `${more}${digest}${verdict === 'stale' ? ', stale=TRUE' : ''}` }).end();
  };
  const renew = () => {
    nonce = `${nonce}+`;
    uses = 0;
  };
  return { respond, journal, renew };
}

function parametersOf(field: string): Record<string, string> {
  const pairs = [...field.matchAll(/(\w+)=(?:"((?:\\.|[^"\\])*)"|([^,\s]+))/g)];
  return Object.fromEntries(pairs.map(([, name, text, word]) => [name, word ?? text?.replace(/\\(.)/g, '$1') ?? '']));
}
