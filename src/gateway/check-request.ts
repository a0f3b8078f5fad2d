import type { IncomingMessage } from 'node:http';
import type { HeaderFields } from '../header-fields.ts';
import type { Limits } from '../rules/limits-schema.ts';
import { foldedName } from './http-fields.ts';
import type { Refusal } from './refuse.ts';

/** A request as its head shows it. `upgrade`: it asks for a WebSocket. */
export type Head = { request: IncomingMessage; fields: HeaderFields; upgrade: boolean };

type Check = (head: Head, limits: Limits) => Refusal | null;

/**
 * Why a request is refused before anybody asks what is published, or null. Node's parser has refused already what is no HTTP/1 at
 * all (two lengths, a length with a coding, bare line feeds, folded lines); this is about what it lets pass.
 */
export function checkRequest(head: Head, limits: Limits): Refusal | null {
  for (const check of checks) {
    const refusal = check(head, limits);
    if (refusal) return refusal;
  }
  return null;
}

const checks: readonly Check[] = [
  /** Node's parser takes 0.9 and 2.0 too, in the syntax of 1.1. */
  ({ request }) => (/^1\.[01]$/.test(request.httpVersion) ? null : refused('Expected HTTP/1.1 or HTTP/1.0.', 505)),

  ({ fields }, { headerFields }) =>
    fields.length > headerFields
      ? refused(`The request has ${fields.length} header fields; at most ${headerFields} are taken.`, 431)
      : null,

  ({ fields }, { headerBytes }) => {
    const bytes = fields.reduce((sum, [name, value]) => sum + name.length + value.length + ': \r\n'.length, 0);
    return bytes > headerBytes ? refused(`The header fields have ${bytes} bytes; at most ${headerBytes} are taken.`, 431) : null;
  },

  ({ fields }) => {
    const [host = '', another] = valuesOf(fields, 'host');
    const readable = another === undefined && /^[\w.-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i.test(host);
    return readable ? null : refused('Expected exactly one Host field with a name, or a name and a port.');
  },

  ({ request }) => (request.method === 'TRACE' ? refused('TRACE would show the credentials that are delegated.', 405) : null),

  ({ request, fields }) => {
    const codings = valuesOf(fields, 'transfer-encoding');
    if (codings.length === 0) return null;
    // RFC 9112 §6.1: whoever sends this is not to be believed about where the body ends.
    if (request.httpVersion === '1.0') return refused('HTTP/1.0 knows no transfer codings.');
    return codings.join().toLowerCase() === 'chunked' ? null : refused('Of transfer codings, only "chunked" is known here.', 501);
  },

  ({ fields }, { bodyBytes }) => {
    const [length = '0'] = valuesOf(fields, 'content-length');
    // 010 is ten to the RFC, and eight to who takes it for C.
    if (!/^(0|[1-9]\d*)$/.test(length)) return refused('Expected a Content-Length that is a number without leading zeros.');
    return Number(length) > bodyBytes ? refused(`A body may have at most ${bodyBytes} bytes.`, 413) : null;
  },

  ({ request }) => {
    const expected = request.headers.expect ?? '100-continue';
    return expected.toLowerCase() === '100-continue' ? null : refused('Of expectations, only "100-continue" is known here.', 417);
  },

  /** What follows the head is the WebSocket's here, and would be a body to a server that reads on; HTTP/1.0 knows no upgrade. */
  ({ request, fields, upgrade }) => {
    const bodiless = Number(request.headers['content-length'] ?? 0) === 0 && valuesOf(fields, 'transfer-encoding').length === 0;
    const fit = request.method === 'GET' && request.httpVersion === '1.1' && bodiless;
    return upgrade && !fit ? refused('A WebSocket is opened with GET, in HTTP/1.1 and without a body.') : null;
  },

  /** A second method, for servers that heed such: what the trace says was not what was done. */
  ({ request, fields }) => {
    const other = fields.find(([name, value]) => namesMethod.has(foldedName(name)) && value.toUpperCase() !== request.method);
    return other ? refused('A header field names another method than the request line.') : null;
  },
];

const namesMethod = new Set(['x-http-method', 'x-http-method-override', 'x-method-override']);

function valuesOf(fields: HeaderFields, wanted: string): string[] {
  return fields.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));
}

function refused(sentence: string, status = 400): Refusal {
  return { sentence, status };
}
