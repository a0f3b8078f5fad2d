import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from './clock.ts';

/** What a reader makes of a token; `problem` is a sentence for people. */
export type ReadToken<Claims> = { claims: Claims; problem: null } | { claims: null; problem: string };

/** Tokens by which an issuer vouches for a user to one audience (an origin or an address). */
export type OneTimeTokens<Claims> = {
  make(claims: Claims, audience: string): string;
  /** Reads a token at the audience that it was brought to. It is used up by that. */
  read(token: string | null, audience: string): ReadToken<Claims>;
};

const LIFE = 5 * 60_000;
const MOST_USED = 20_000;

type Sealed<Claims> = [claims: Claims, audience: string, until: number, serial: number];

/**
 * Tokens that are signed with `key`, hold for one audience, for five minutes, and are read once: who goes back to the page that
 * posts one, after the session has ended, is not to be let in by it. `issuer` is named in sentences.
 */
export function createOneTimeTokens<Claims>(clock: Clock, key: Buffer, issuer: string): OneTimeTokens<Claims> {
  const used = new Map<number, number>();
  let made = 0;
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');

  /** False if it was there already. What nobody can use any more is forgotten, at most 20,000 are remembered. */
  function markUsed(serial: number, until: number): boolean {
    if (used.has(serial)) return false;
    for (const [old, end] of used) {
      if (end > clock.now() && used.size < MOST_USED) break;
      used.delete(old);
    }
    used.set(serial, until);
    return true;
  }

  return {
    make(claims, audience) {
      const sealed: Sealed<Claims> = [claims, audience, clock.now() + LIFE, ++made];
      const text = Buffer.from(JSON.stringify(sealed)).toString('base64url');
      return `${text}.${sign(text)}`;
    },
    read(token, audience) {
      if (!token) return refused(`The form brought no token. Expected the one that the page of ${issuer} sends.`);
      const [text = '', signature = '', ...rest] = token.split('.');
      const [given, expected] = [Buffer.from(signature), Buffer.from(sign(text))];
      if (rest.length > 0 || given.length !== expected.length)
        return refused('The token is cut off, or has something added to it.');
      if (!timingSafeEqual(given, expected)) return refused(`The token was not signed by ${issuer}, or was changed on the way.`);
      const [claims, sealedAudience, until, serial] = JSON.parse(Buffer.from(text, 'base64url').toString()) as Sealed<Claims>;
      if (sealedAudience !== audience) return refused(`The token is for ${sealedAudience}, and was brought to ${audience}.`);
      if (clock.now() >= until)
        return refused(
          `The token has expired: it was good for five minutes, until ${timeOf(until)}, and it is ${timeOf(clock.now())}.`,
        );
      if (!markUsed(serial, until)) return refused('The token was used before. Each is good for one sign-in.');
      return { claims, problem: null };
    },
  };
}

function refused(problem: string): { claims: null; problem: string } {
  return { claims: null, problem };
}

function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)} UTC`;
}
