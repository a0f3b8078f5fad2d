import { isIPv6 } from 'node:net';
import { quote } from './quote.ts';
import type { Finding } from './rules-error.ts';

/** The published server: scheme, host and port, nothing else. */
export function checkOrigin(text: string): Finding | null {
  const fault = urlFault(text);
  if (fault !== null) return fault;
  if (/^https?:\/\/[^/?#]+\/?$/i.test(text)) return null;
  const message = `${quote(text)} is more than a scheme, a host and a port: the path of the request is forwarded as it came.`;
  return { message, hint: `did you mean \`${new URL(text).origin}\`?` };
}

/** An address that is asked with Basic whether a password is right. */
export function checkAddress(text: string): Finding | null {
  const fault = urlFault(text);
  if (fault !== null || !text.includes('#')) return fault;
  return { message: `${quote(text)} has a fragment, which is never sent.`, hint: 'leave out what follows `#`' };
}

function urlFault(text: string): Finding | null {
  const url = isPlain(text) ? URL.parse(text) : null;
  const isHttp = url !== null && /^https?:\/\/[^/]/i.test(text);
  if (!isHttp) {
    const guess = /^(\/\/)?([A-Za-z0-9][^/\s]*)$/.exec(text)?.[2];
    const valid = guess !== undefined && !/^[a-z]+:\D/i.test(guess) && !isIPv6(guess) && URL.canParse(`http://${guess}`);
    return {
      message: `${quote(text)} is not an http or https address.`,
      hint: valid ? `did you mean \`${`http://${guess}`.slice(0, 100)}\`?` : 'write it as in http://127.0.0.1:8082',
    };
  }
  if (url.username !== '' || url.password !== '')
    return { message: 'This address contains a user name or password.', hint: 'leave out what stands before `@`' };
  if (url.port === '0')
    return { message: `${quote(text)} has the port 0, which nothing can listen on.`, hint: 'write the port of the back end' };
  return null;
}

export const framingSitePattern = '^https?://([*]\\.)?[A-Za-z0-9-]+([.][A-Za-z0-9-]+)*(:([0-9]{1,5}|[*]))?$';

/** A site whose pages may frame ours, as a Content-Security-Policy names it: `*` for any port, `*.` for any name below. */
export function checkFramingSite(text: string): Finding | null {
  if (new RegExp(framingSitePattern).test(text)) return null;
  return { message: `${quote(text)} is not a site.`, hint: 'write scheme, host and port, as in https://portal.example.com:8443' };
}

/** What `redirect` answers with: a path of the same site or an absolute address. */
export function checkRedirectTarget(text: string): Finding | null {
  const isPath = /^\/(?![/\\])/.test(text);
  if (isPlain(text) && (isPath || (/^https?:\/\/[^/]/i.test(text) && URL.canParse(text)))) return null;
  return {
    message: `${quote(text)} is neither a path that begins with one / nor an http or https address.`,
    hint: 'write it as in /bye or https://intranet.example.com/bye',
  };
}

/** The published server logoff URL: one free string (T-01) that a request line can contain. */
export function checkLogoffUrl(text: string): Finding | null {
  if (text === '')
    return {
      message: 'The logoff URL is empty; every request would match it.',
      hint: 'write a part of the address, such as /owa/logoff.owa',
    };
  if (text.includes('#'))
    return { message: `${quote(text)} has a fragment, which browsers never send.`, hint: 'leave out what follows `#`' };
  if (isPlain(text)) return null;
  return {
    message: `${quote(text)} holds a character that no request line contains.`,
    hint: 'write spaces and letters beyond ASCII percent-encoded, as browsers send them',
  };
}

function isPlain(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text) && !text.includes('\\');
}
