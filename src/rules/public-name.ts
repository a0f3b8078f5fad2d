import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { quote } from './quote.ts';
import type { Finding } from './rules-error.ts';

/**
 * The public name that a Host header (or a rule) means: lower case, without port and trailing dot; an IPv6 address in brackets
 * in its shortest form. Null when it is no name at all.
 */
export function publicNameOf(host: string): string | null {
  if (host.startsWith('[')) return addressOf(host.replace(/\]:\d*$/, ']'));
  const name = host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
  return name === '' ? null : name;
}

function addressOf(literal: string): string | null {
  const url = literal.endsWith(']') && isIPv6(literal.slice(1, -1)) ? URL.parse(`http://${literal}`) : null;
  return url?.hostname ?? null;
}

const label = '[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?';
export const publicNamePattern = `^(\\[[0-9A-Fa-f:.]+\\]|${label}(\\.${label})*\\.?)$`;
const pattern = new RegExp(publicNamePattern);

export function checkPublicName(text: string): Finding | null {
  if (text.length <= 253 && pattern.test(text) && publicNameOf(text) !== null) return null;
  return { message: `${quote(text)} is not a public name.`, hint: hintFor(text) };
}

function hintFor(text: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? URL.parse(text) : null;
  if (url !== null && pattern.test(url.hostname)) return `leave out the scheme, port and path: did you mean \`${url.hostname}\`?`;
  if (text.includes('*')) return 'public names have no wildcards: list each name';
  if (isIPv6(text)) return `write an IPv6 address in brackets and quotes: "[${text}]"`;
  if (text.length > 253) return 'host names have 253 characters at most';
  const bare = /^([^:/]+)(:\d*)?(\/.*)?$/.exec(text)?.[1] ?? '';
  if (pattern.test(bare)) return `leave out the port and path: did you mean \`${bare}\`?`;
  const ascii = domainToASCII(text);
  if (ascii !== text && pattern.test(ascii)) return `browsers send this name as \`${ascii}\`: write it so`;
  return 'write a host name as browsers send it, such as mail.example.com';
}
