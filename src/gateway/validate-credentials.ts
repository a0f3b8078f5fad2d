import { createHmac, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { LabError } from '../errors.ts';
import { hashPassword, verifyPassword } from '../rules/password-hash.ts';
import type { UserEntry, Validation } from '../rules/publishing-rule.ts';

/** Says whether a name and password are right, and how the user is called from then on; null if not. */
export type CredentialValidator = (user: string, password: string) => Promise<string | null>;

const REMEMBERED = 10_000;
const ANSWER_TIMEOUT = 10_000;

/** The listener's validation. With `basic`, throws backend-unreachable when the back end gives no answer. */
export function createValidator(validation: Validation): CredentialValidator {
  return validation.kind === 'users' ? againstUsers(validation.users) : askingBackEnd(validation.url, validation.ca);
}

function againstUsers(users: readonly UserEntry[]): CredentialValidator {
  const byName = new Map(users.map((user) => [user.name.toLowerCase(), user]));
  // One scrypt takes 40 ms: a pair that was right once is remembered, as an HMAC under a key that this process alone has.
  const processKey = randomBytes(32);
  const verified = new Set<string>();
  // An unknown name costs the same time as a wrong password.
  const nobody = hashPassword(randomBytes(16).toString('hex'));

  return async (name, password) => {
    const user = byName.get(name.toLowerCase());
    const pair = createHmac('sha256', processKey).update(`${name.toLowerCase()}\0${password}`).digest('base64');
    if (user && verified.has(pair)) return user.name;
    const right = await verifyPassword(password, user?.hash ?? (await nobody));
    if (!user || !right) return null;
    if (verified.size >= REMEMBERED) verified.clear();
    verified.add(pair);
    return user.name;
  };
}

function askingBackEnd(url: string, ca: string | null): CredentialValidator {
  const ask = url.startsWith('https:') ? httpsRequest : httpRequest;
  return (name, password) => {
    if (name.includes(':')) return Promise.resolve(null); // RFC 7617: Basic has no way to say it
    return new Promise((resolve, reject) => {
      const headers = { Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
      const fail = (cause: unknown) =>
        reject(new LabError('backend-unreachable', `nobody could be asked about the password: no answer from ${url}`, { cause }));
      const question = ask(url, { headers, timeout: ANSWER_TIMEOUT, ...(ca === null ? {} : { ca }) }, (answer) => {
        answer.resume();
        const status = answer.statusCode ?? 0;
        if (status >= 500) fail(new Error(`status ${status}`));
        else resolve(status === 401 || status === 403 ? null : name);
      });
      question.on('timeout', () => question.destroy(new Error('timed out')));
      question.on('error', fail);
      question.end();
    });
  };
}
