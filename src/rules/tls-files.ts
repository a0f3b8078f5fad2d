import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { certificateBlock } from './ca-file.ts';
import type { ServerCertificate } from './publishing-rule.ts';
import { quote } from './quote.ts';
import type { Finding } from './rules-error.ts';

const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/;

/** What is wrong with the text of a file that should hold a private key in PEM. Nothing of the text is said. */
export function checkKeyFile(name: string, text: string): Finding | null {
  if (ENCRYPTED.test(text)) {
    const hint = 'take the passphrase off: `openssl pkey -in with.key -out without.key`, and let nobody else read that file';
    return { message: `The private key in the file ${quote(name)} is encrypted with a passphrase.`, hint };
  }
  if (keyOf(text)) return null;
  const hint =
    'a PEM key begins with -----BEGIN PRIVATE KEY-----; one in a PFX file is taken out by `openssl pkcs12 -nodes -nocerts`';
  return { message: `The file ${quote(name)} holds no PEM private key that can be read.`, hint };
}

/** What is wrong with two files together, each of which is right by itself. */
export function checkPair(names: { certificate: string; key: string }, { certificate, key }: ServerCertificate): Finding | null {
  const fits = new X509Certificate(certificate).checkPrivateKey(keyOf(key()) as KeyObject);
  if (!fits) {
    const message = `The private key in ${quote(names.key)} is not that of the first certificate in ${quote(names.certificate)}.`;
    const hint =
      "name the key that the certificate was made with; the server's own certificate stands first, its authorities' after it";
    return { message, hint };
  }
  try {
    createSecureContext({ cert: certificate, key: key() });
    return null;
  } catch (error) {
    const reason = (error as Error).message.replace(/^.*:/, '').trim();
    const message = `The certificate in ${quote(names.certificate)} cannot be used with its key: ${reason}.`;
    return { message, hint: 'make both anew, with an RSA key of 2048 bits or more or an EC key' };
  }
}

/** Of a file that has been checked: the certificates alone, for a key may stand in the same file. */
export function onlyCertificates(text: string): string {
  return (text.match(certificateBlock) ?? []).join('\n');
}

function keyOf(text: string): KeyObject | null {
  try {
    return createPrivateKey(text);
  } catch {
    return null;
  }
}
