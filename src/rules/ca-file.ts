import { X509Certificate } from 'node:crypto';
import { quote } from './quote.ts';
import type { Finding } from './rules-error.ts';

/** A certificate in PEM; what else stands in a file, a private key perhaps, is none. */
export const certificateBlock = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g;

/** What is wrong with the text of a file that should hold certificates in PEM. */
export function checkCaFile(name: string, text: string): Finding | null {
  const certificates = text.match(certificateBlock) ?? [];
  if (certificates.length === 0) {
    const hint =
      'a PEM certificate begins with -----BEGIN CERTIFICATE-----; a DER file is converted by `openssl x509 -inform der`';
    return { message: `The file ${quote(name)} holds no PEM certificate.`, hint };
  }
  const broken = certificates.findIndex((certificate) => !isCertificate(certificate));
  if (broken < 0) return null;
  return {
    message: `Certificate ${broken + 1} of the file ${quote(name)} cannot be read.`,
    hint: 'export it again: it is damaged or cut off',
  };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
