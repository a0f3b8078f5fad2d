import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { RuleSet, ServerCertificate } from './publishing-rule.ts';
import { inWords, printable } from './quote.ts';

const MOST_NAMES = 5;

/** What a listener with a certificate speaks, in a sentence. */
export function explainCertificate({ certificate }: ServerCertificate): string {
  const { subjectAltName = '', validToDate } = new X509Certificate(certificate);
  const names = subjectAltName.split(', ').flatMap((name) => printable(name.replace(/^[^:]*:/, '')) || []);
  const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} more`] : names;
  return `It speaks TLS, with a certificate for ${inWords(shown, 'and') || 'no name'} that is valid until ${day(validToDate)}.`;
}

/** What browsers will object to, a sentence each: a lab can go on with that. `now` in ms. */
export function certificateWarnings({ listener, rules }: RuleSet, now: number): string[] {
  if (!listener.tls) return [];
  const certificate = new X509Certificate(listener.tls.certificate);
  const { validFromDate, validToDate } = certificate;
  const names = [...new Set(rules.flatMap(({ publicNames }) => publicNames))].filter((name) => !isFor(certificate, name));
  const uncovered = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} more`] : names;
  return [
    now > validToDate.getTime() && `it has expired on ${day(validToDate)}; make another`,
    now < validFromDate.getTime() && `it is not valid before ${day(validFromDate)}; look at the clock of this machine`,
    names.length > 0 && `it is not for ${inWords(uncovered, 'and')}; make one with all public names as subjectAltName`,
  ].flatMap((warning) => (warning ? `Warning: browsers will not accept the certificate: ${warning}.` : []));
}

/** As browsers see it: the common name does not count. */
function isFor(certificate: X509Certificate, publicName: string): boolean {
  const bare = publicName.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(bare) ? certificate.checkIP(bare) : certificate.checkHost(bare, { subject: 'never' });
  return found !== undefined;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
