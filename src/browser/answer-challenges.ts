import { digestAuthorization, digestStrength } from './digest-authorization.ts';
import type { Answer } from './fetch-once.ts';
import { type Challenge, readChallenges } from './read-challenges.ts';

/** Whoever types a name and a password. */
export type Person = { user: string; password: string };

/**
 * Whom a browser signs in at an origin by itself, and the challenge that this answers. Clones share the count of uses: the server
 * counts how often its nonce was used, whichever browser did.
 */
export type Login = { person: Person; challenge: Challenge; nonce: { uses: number } };

/** A request as far as credentials depend on it. `cnonce` makes the client's own nonces of Digest. */
export type Asked = { method: string; url: string; cnonce: () => string };

/** The challenge of a server that was not asked for one yet: with a person there, Basic needs no round for it. */
export function basicLogin(person: Person): Login {
  return { person, challenge: { scheme: 'basic', parameters: new Map() }, nonce: { uses: 0 } };
}

/** Without credentials, with Digest's first nonce, another person's, and a nonce that has become stale meanwhile. */
const MOST_ROUNDS = 4;

/**
 * Sends a request with what is known, and answers challenges as a browser does: by itself for a person it remembers, and for the
 * one who is there to type. `login` is what to remember; undefined after a refusal, which a browser takes as a reason to forget.
 */
export async function answerChallenges(
  asked: Asked,
  known: Login | undefined,
  person: Person | undefined,
  send: (authorization: string | undefined) => Promise<Answer>,
): Promise<{ answer: Answer; login: Login | undefined }> {
  let login = known;
  let answer = await send(login && authorization(login, asked));
  for (let round = 1; answer.status === 401 && round < MOST_ROUNDS; round++) {
    const next = nextLogin(answer, login, person, login === known);
    if (!next) break;
    login = next;
    answer = await send(authorization(login, asked));
  }
  const isRefused = answer.status === 401 && readChallenges(answer.headers).length > 0;
  return { answer, login: isRefused ? undefined : login };
}

/** Who answers a 401, and which of its challenges; null when that was refused already or nobody is there. */
function nextLogin(answer: Answer, tried: Login | undefined, person: Person | undefined, isRemembered: boolean): Login | null {
  const challenge = strongest(readChallenges(answer.headers));
  if (!challenge) return null;
  const sameScheme = tried?.challenge.scheme === challenge.scheme;
  // What was wrong may have been the nonce: by the server's own word, or because a remembered one says so by being old.
  const isStale = challenge.parameters.get('stale')?.toLowerCase() === 'true' || isRemembered;
  if (tried && sameScheme && challenge.scheme === 'digest' && isStale)
    return { person: tried.person, challenge, nonce: { uses: 0 } };
  const isRefused = sameScheme && tried?.person.user === person?.user && tried?.person.password === person?.password;
  return person && !isRefused ? { person, challenge, nonce: { uses: 0 } } : null;
}

function strongest(challenges: Challenge[]): Challenge | undefined {
  const [best] = challenges
    .map((challenge) => ({ challenge, strength: strength(challenge) }))
    .sort((a, b) => b.strength - a.strength);
  return best && best.strength > 0 ? best.challenge : undefined;
}

/** Negotiate before Digest before Basic; 0 for what is not known. */
function strength(challenge: Challenge): number {
  if (challenge.scheme === 'negotiate') return 100;
  if (challenge.scheme === 'digest') return digestStrength(challenge) * 10;
  return challenge.scheme === 'basic' ? 1 : 0;
}

function authorization({ person, challenge, nonce }: Login, { method, url, cnonce }: Asked): string {
  const { user, password } = person;
  if (challenge.scheme === 'basic') return `Basic ${base64(`${user}:${password}`)}`;
  // The lab's own token, neither Kerberos nor NTLM: only the lab's mock Exchange understands it.
  if (challenge.scheme === 'negotiate') return `Negotiate ${base64(`logoff-lab\0${user}\0${password}`)}`;
  nonce.uses += 1;
  const { pathname, search } = new URL(url);
  return digestAuthorization(challenge, person, { method, target: pathname + search }, { count: nonce.uses, cnonce: cnonce() });
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
