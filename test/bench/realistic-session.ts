import type { NewSession } from '../../src/sessions/session.ts';

const forenames = ['anna', 'bjoern', 'christina', 'dmitri', 'eva', 'francisco', 'guillaume', 'henrietta'];
const surnames = ['berg', 'fernandez', 'hoffmann', 'ito', 'lindqvist', 'o-brien', 'schwarzenegger', 'ng'];

/** The session of the n-th of many people, of names, passwords and addresses as they are. */
export function realisticSession(n: number): NewSession {
  const forename = forenames[n % forenames.length];
  const surname = surnames[Math.floor(n / forenames.length) % surnames.length];
  const trusted = n % 2 === 0;
  return {
    user: `contoso\\${forename}.${surname}${n}`,
    password: `Blue-Kettle-${n}`,
    stamp: '5f2b8c0d91e47a36',
    listener: 'Front door',
    publicName: 'mail.contoso.example',
    clientAddress: `10.${n % 200}.${(n >> 8) % 250}.${n % 250}`,
    bindToClientAddress: true,
    trusted,
    lifetime: { kind: 'idle', length: (trusted ? 360 : 10) * 60_000 },
  };
}

/** Where the cookie of that session is presented. */
export function presentationOf({ listener, publicName, clientAddress }: NewSession) {
  return { listener, publicName, clientAddress };
}
