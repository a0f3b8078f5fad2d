import { quote, tick } from './quote.ts';
import type { Finding } from './rules-error.ts';

/** A published path, ready to compare (lower case): itself only, or a folder with all below. */
export type PublishedPath = { base: string; below: boolean };

const segment = "([A-Za-z0-9._~!$&'()+,;=:@-]|%[0-9A-Fa-f]{2})+";
export const publishedPathPattern = `^(/\\*|/|(/${segment})+(/\\*|/)?)$`;
const pattern = new RegExp(publishedPathPattern);

/** Path syntax of T-20: `/folder/*` or a path; no wildcard inside a folder. */
export function checkPublishedPath(text: string): Finding | null {
  const problem = text.length > 1024 ? { reason: 'it is longer than 1024 characters', hint: 'shorten it' } : faultOf(text);
  return problem && { message: `${quote(text)} is not a path that can be published: ${problem.reason}.`, hint: problem.hint };
}

type Reason = { reason: string; hint: string };

function faultOf(text: string): Reason | null {
  if (!text.startsWith('/'))
    return { reason: 'it does not begin with /', hint: `did you mean ${tick(`/${text.replace(/^\\+/, '')}`)}?` };
  if (text.includes('?') || text.includes('#'))
    return { reason: 'only the path of a request is compared', hint: 'leave out what follows `?` or `#`' };
  const folder = text.endsWith('/*') ? text.slice(0, -1) : text;
  if (folder.includes('*')) return wildcardFault(folder);
  if (folder.includes('//')) return { reason: 'it names an empty folder (//)', hint: 'write one slash' };
  if (/\/\.\.?(\/|$)/.test(folder)) return { reason: 'it contains . or .. as a folder', hint: 'write the path that is meant' };
  if (!pattern.test(text))
    return {
      reason: 'it holds a character that a request line cannot',
      hint: `write it percent-encoded: ${tick(encoded(text))}`,
    };
  return null;
}

function wildcardFault(folder: string): Reason {
  const hint = /^[^*]*[^*/]\*$/.test(folder)
    ? `did you mean ${tick(folder.replace('*', '/*'))}?`
    : 'the only wildcard is `/*` at the end';
  return { reason: 'it has a wildcard inside a folder', hint };
}

/** Keeps escapes that are right. */
function encoded(text: string): string {
  return text
    .toWellFormed()
    .split(/(%[0-9A-Fa-f]{2})/)
    .map((part, index) => (index % 2 === 1 ? part : encodeURI(part).replace(/[[\]\\]/g, encodeURIComponent)))
    .join('');
}

/** Compared without regard to case: the published servers are IIS. */
export function publishedPath(text: string): PublishedPath {
  const lower = text.toLowerCase();
  return lower.endsWith('/*') ? { base: lower.slice(0, -2), below: true } : { base: lower, below: false };
}
