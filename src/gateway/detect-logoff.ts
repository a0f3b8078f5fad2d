import type { LogoffSetting } from '../rules/publishing-rule.ts';
import { type RequestTarget, undoUnreserved } from './read-target.ts';

/** Whether a request is the user's sign-out, with the sentence that says why. */
export type LogoffVerdict = { matched: boolean; facts: string[]; sentence: string };

/** The whole of TMG's logoff detection: it looks at the target of a request and at nothing else (T-01, T-02, T-03). */
export function detectLogoff(target: RequestTarget, logoff: LogoffSetting | null): LogoffVerdict {
  if (!logoff) return { matched: false, facts: ['T-01'], sentence: 'the rule watches for no logoff URL' };
  const url = undoUnreserved(logoff.url);
  const matches = matchers[logoff.match];
  // A URL without "?" may be meant for either part: as it is written it is found in both.
  const matched = [asWritten, asServersRead].some((reading) => matches(reading(target.text, logoff), reading(url, logoff)));
  return { matched, facts: ['T-01', 'T-02'], sentence: explain(target, logoff, matched) };
}

const matchers: Record<LogoffSetting['match'], (target: string, url: string) => boolean> = {
  contains: (target, url) => target.includes(url),
  query: (target, url) => queryOf(target).includes(url),
  exact: (target, url) => (url.includes('?') ? target === url : target.slice(0, target.length - queryOf(target).length) === url),
};

const places: Record<LogoffSetting['match'], [hit: string, miss: string]> = {
  contains: ['contains', 'does not contain'],
  query: ['has in its query', 'does not have in its query'],
  exact: ['is exactly', 'is not exactly'],
};

function queryOf(target: string): string {
  const mark = target.indexOf('?');
  return mark < 0 ? '' : target.slice(mark);
}

function asWritten(text: string, { ignoreCase }: LogoffSetting): string {
  return ignoreCase ? text.toLowerCase() : text;
}

/** In a path, servers read the escapes of these as the characters themselves; in a query they need not. */
function asServersRead(text: string, logoff: LogoffSetting): string {
  const query = queryOf(text);
  const path = text
    .slice(0, text.length - query.length)
    .replace(/%(2[146789ABC]|3[AD]|40)/gi, (triplet) => decodeURIComponent(triplet));
  return asWritten(path + query, logoff);
}

function explain(target: RequestTarget, logoff: LogoffSetting, matched: boolean): string {
  return `"${target.text}" ${places[logoff.match][matched ? 0 : 1]} the published server logoff URL "${logoff.url}"`;
}
