import { createHmac, hash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { LabError } from '../errors.ts';
import { verifyPassword } from '../rules/password-hash.ts';
import type { UserEntry, Validation } from '../rules/publishing-rule.ts';

export type CredentialValidator = {
  /** Says whether a name and password are right, and how the user is called from then on; null if not. */
  validate(user: string, password: string): Promise<string | null>;
  /** Takes the time that `validate` takes for a wrong password. A back end is not told the name: it may lock accounts by itself. */
  feign(user: string, password: string): Promise<void>;
  /** Stands for what that user's password is checked against: another one says that it is another password. Null: no such user. */
  stampOf(user: string): string | null;
};

const REMEMBERED = 10_000;
const ANSWER_TIMEOUT = 10_000;

/** The listener's validation. With `basic`, throws backend-broken when the back end cannot say. */
export function createValidator(validation: Validation): CredentialValidator {
  return validation.kind === 'users' ? againstUsers(validation.users) : askingBackEnd(validation.url, validation.ca);
}

function againstUsers(users: readonly UserEntry[]): CredentialValidator {
  const byName = new Map(users.map((user) => [user.name.toLowerCase(), user]));
  // One scrypt takes 40 ms: a pair that was right once is remembered, as an HMAC under a key that this process alone has.
  const processKey = randomBytes(32);
  const verified = new Set<string>();
  const hashOf = (name: string) => byName.get(name.toLowerCase())?.hash ?? standIn(users, processKey, name);

  return {
    async validate(name, password) {
      const user = byName.get(name.toLowerCase());
      const pair = createHmac('sha256', processKey).update(`${name.toLowerCase()}\0${password}`).digest('base64');
      if (user && verified.has(pair)) return user.name;
      const right = await verifyPassword(password, hashOf(name));
      if (!user || !right) return null;
      if (verified.size >= REMEMBERED) verified.clear();
      verified.add(pair);
      return user.name;
    },
    async feign(name, password) {
      await verifyPassword(password, hashOf(name));
    },
    stampOf(name) {
      const user = byName.get(name.toLowerCase());
      return user ? hash('sha256', user.hash).slice(0, 16) : null;
    },
  };
}

/**
 * An unknown name costs the time of a wrong password: somebody's hash is verified for it, always the same one's, so that the hashes of a
 * list may differ in cost and yet no time says that a name is none of the list.
 */
function standIn(users: readonly UserEntry[], processKey: Buffer, name: string): string {
  const number = createHmac('sha256', processKey).update(`name ${name.toLowerCase()}`).digest().readUInt32BE();
  return users[number % users.length]?.hash ?? '';
}

/**
 * 2xx means right, 401 and 403 mean wrong, and anything else is no answer to the question. The server must challenge who brings no
 * credentials, or else its 2xx would say nothing.
 */
function askingBackEnd(url: string, ca: string | null): CredentialValidator {
  let challenges: Promise<void> | null = null;

  async function mustChallenge(): Promise<void> {
    const { status, challenge } = await ask(url, ca, null);
    if (status !== 401 || !/(^|,\s*)basic\b/i.test(challenge))
      throw cannotValidate(url, `it answers ${status} to a request without credentials; expected 401 with a Basic challenge`);
  }

  /** The status of an answer to this Authorization field. */
  async function statusFor(authorization: string | null): Promise<number> {
    challenges ??= mustChallenge();
    await challenges.catch((error: unknown) => {
      challenges = null;
      throw error;
    });
    return (await ask(url, ca, authorization)).status;
  }

  async function validate(name: string, password: string): Promise<string | null> {
    if (!canBeSaid(name)) return null;
    const status = await statusFor(`Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`);
    if (status >= 200 && status < 300) return name;
    if (status === 401 || status === 403) return null;
    throw cannotValidate(url, `it answers ${status} to credentials; expected 2xx, 401 or 403`);
  }

  async function feign(name: string): Promise<void> {
    if (canBeSaid(name)) await statusFor(null);
  }

  // Only the back end knows who its users are.
  return { validate, feign, stampOf: () => '' };
}

/** RFC 7617: Basic has no way to say other names. */
function canBeSaid(name: string): boolean {
  return !/[:\p{Cc}]/u.test(name);
}

function cannotValidate(url: string, why: string, cause?: unknown): LabError {
  return new LabError(
    'backend-broken',
    `Nobody can be signed in: ${url}, which is asked about passwords, is of no help: ${why}.`,
    { cause },
  );
}

function ask(url: string, ca: string | null, authorization: string | null): Promise<{ status: number; challenge: string }> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const headers = authorization === null ? {} : { Authorization: authorization };
  return new Promise((resolve, reject) => {
    const question = send(url, { headers, timeout: ANSWER_TIMEOUT, ...(ca === null ? {} : { ca }) }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, challenge: answer.headers['www-authenticate'] ?? '' });
    });
    question.on('timeout', () => question.destroy(new Error(`no answer within ${ANSWER_TIMEOUT / 1000} s`)));
    question.on('error', (cause) => reject(cannotValidate(url, cause.message, cause)));
    question.end();
  });
}
