import type { Delegation } from '../rules/publishing-rule.ts';
import type { Session } from '../sessions/session.ts';

type Delegate = (session: Session, clientField: string | undefined) => string | null;

/** T-18: what each kind of delegation makes of the user's own name and password and of the field that the client sent. */
const kinds: Record<Delegation, Delegate> = {
  basic: ({ user, password }) => `Basic ${base64(`${user}:${password}`)}`,
  none: () => null,
  ntlm: (session) => `NTLM ${ownToken(session)}`,
  negotiate: (session) => `Negotiate ${ownToken(session)}`,
  client: (_, clientField) => clientField ?? null,
};

/**
 * The Authorization field that the published server gets, on each request; null for none. The client's own field passes with the
 * kind `client` alone, which in turn delegates nothing.
 */
export function delegatedAuthorization(delegation: Delegation, session: Session, clientField: string | undefined): string | null {
  return kinds[delegation](session, clientField);
}

/** Whether the client may hear the published server's challenges; otherwise one would only make it ask the user (T-18). */
export function clientMayAuthenticate(delegation: Delegation): boolean {
  return delegation === 'client';
}

/**
 * Whether the published server may take the whole connection for the client's from here on, as with real NTLM and Negotiate
 * (RFC 4559 §6). Such a connection must never carry somebody else's request.
 */
export function bindsConnection(authorization: string | null): boolean {
  return authorization !== null && !/^(basic|bearer|digest) /i.test(authorization);
}

/**
 * The lab's own token, neither Kerberos nor NTLM: base64 of UTF-8 `logoff-lab\0<user>\0<password>`. Only the lab's mock Exchange
 * understands it, and it hides the password no better than Basic does.
 */
function ownToken({ user, password }: Session): string {
  return base64(`logoff-lab\0${user}\0${password}`);
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
