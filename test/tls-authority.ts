import { isIP } from 'node:net';
import { generate } from 'selfsigned';
import type { ServerCertificate } from '../src/rules/publishing-rule.ts';

const DAY = 24 * 60 * 60 * 1000;

/** A certificate authority of the tests' own: PEM texts. */
type Authority = { cert: string; key: string };

export async function createAuthority(name = 'Test authority'): Promise<Authority> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    ...{ keyType: 'ec', algorithm: 'sha256' },
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert, key };
}

/** What the authority signs for these names and addresses; `from` and `to`: days from now. */
export async function certificateFor(
  authority: Authority,
  names: readonly string[],
  { from = -1, to = 30 } = {},
): Promise<ServerCertificate> {
  const altNames = names.map((name) => (isIP(name) ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const)));
  const { cert, private: key } = await generate([{ name: 'commonName', value: names[0] ?? 'nobody' }], {
    ...{ keyType: 'ec', algorithm: 'sha256', ca: authority },
    ...{ notBeforeDate: new Date(Date.now() + from * DAY), notAfterDate: new Date(Date.now() + to * DAY) },
    extensions: [
      { name: 'basicConstraints', cA: false },
      ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames } as const] : []),
    ],
  });
  return { certificate: cert, key: () => key };
}
