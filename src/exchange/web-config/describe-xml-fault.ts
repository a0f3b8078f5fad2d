import type { LabError } from '../../errors.ts';
import { fault, type Place, shown } from './fault.ts';
import { findSmartCharacter } from './smart-characters.ts';
import type { XmlFault } from './walk-xml.ts';

/** Turns a parser's complaint into what the person who edited the file can act on. */
export function describeXmlFault(error: XmlFault, text: string, name: string, at: (offset: number) => Place): LabError {
  const lineEnd = text.slice(error.offset).search(/[\r\n]/);
  const region = text.slice(error.from, lineEnd < 0 ? text.length : error.offset + lineEnd);
  const reason = shown(error.message, 200);
  const complaint = `this is not well-formed XML (${reason})`;

  // Prose in a comment may hold such characters: there only a dash in the comment's own marks is to blame.
  const prose = error.message === 'malformed comment' && !/[\u2010-\u2015\u2212]-?>|<!-?[\u2010-\u2015\u2212]/.test(region);
  const smart = prose ? null : findSmartCharacter(region);
  if (smart) {
    const cure = `probably because of ${smart.what}, pasted from a web page or a document: ${smart.instead}`;
    return fault(name, at(error.from + smart.index), `${complaint}, ${cure}`);
  }
  const comment = region.search(/<!--/);
  if (comment >= 0) {
    const cure = 'the comment that begins here is not closed with "-->", or "--" stands inside it';
    return fault(name, at(error.from + comment), `${complaint}: ${cure}`);
  }
  return fault(name, at(error.offset), `${complaint}${hintFor(region, error.message)}`);
}

/** Slips that BLOG's instruction, to take the comment marks away, invites. */
function hintFor(region: string, reason: string): string {
  if (/<\s+\/?[a-z]/i.test(region)) return ': no blank may stand between "<" and the name after it';
  if (region.includes('/-->')) return ': an entry ends with "/>"; take the "--" before ">" away too';
  return reason.startsWith('unclosed tag') ? ': is the file cut off?' : '';
}
