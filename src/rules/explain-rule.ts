import { durationInWords } from './duration.ts';
import { explainCertificate } from './explain-certificate.ts';
import type { BackEnd, Delegation, Listener, Lockout, LogoffSetting, PublishingRule } from './publishing-rule.ts';
import { inWords, quote } from './quote.ts';

/** A rule in one English sentence: what it publishes, from where, and what signs the user out. */
export function explainRule(rule: PublishingRule): string {
  const { name, paths, publicNames, to, delegation, logoff } = rule;
  return (
    `Rule ${quote(name)} publishes ${inWords(paths, 'and')} of ${inWords(publicNames, 'and')} from ${backEnd(to)} ${credentials[delegation]}; ` +
    `${logoff === null ? 'it has no logoff URL, so no request through it is noticed as a sign-out' : explainLogoff(logoff)}${forgotten(rule)}.`
  );
}

/** What browsers forget, and what they may keep. */
function forgotten({ clearCookies, clearSiteData, caching }: PublishingRule): string {
  const names = clearCookies.map(({ name, path }) => (path === '/' ? name : `${name} of ${path}`));
  return [
    names.length > 0 && `browsers forget ${inWords(names, 'and')} when somebody signs out or in`,
    clearSiteData.length > 0 && `at a sign-out they are told to clear ${inWords(clearSiteData, 'and')} of this site`,
    caching === 'published' && 'its pages may be stored as the published server says',
  ]
    .flatMap((part) => (part === false ? [] : `; ${part}`))
    .join('');
}

const ownToken = (scheme: string) =>
  `with the lab's own ${scheme} token, which only the lab's mock Exchange understands, no real server, and which hides the password no ` +
  'better than Basic does';

const credentials: Record<Delegation, string> = {
  basic: 'with Basic delegation',
  none: 'without delegating credentials',
  ntlm: ownToken('NTLM'),
  negotiate: ownToken('Negotiate'),
  client: 'without delegating credentials, but lets the client authenticate there directly',
};

function backEnd({ url, ca, hostHeader }: BackEnd): string {
  const host = hostHeader === 'target' ? ', which gets its own host name in the Host header,' : '';
  return `${server(url, ca)}${host}`;
}

function server(url: string, ca: string | null): string {
  return ca === null ? url : `${url} (whose certificate must come from the authority in the rules)`;
}

function explainLogoff(logoff: LogoffSetting): string {
  const { onLogoff, forwardToBackend } = logoff;
  const start = `a request ${condition(logoff)} signs the user out`;
  if (onLogoff === 'pass-through') return `${start}, is forwarded and gets the answer of the back end`;
  const answer =
    onLogoff === 'redirect' ? `is answered with a redirect to ${logoff.redirectTo}` : 'is answered with the logged-off page';
  if (!forwardToBackend) return `${start} and ${answer}, without being forwarded`;
  return `${start}, is forwarded and ${answer} in place of the answer of the back end`;
}

function condition({ url, match, ignoreCase }: LogoffSetting): string {
  const letters = ignoreCase ? '(case ignored)' : '(case matters)';
  if (match === 'exact') return `whose ${url.includes('?') ? 'path and query are' : 'path is'} exactly ${quote(url)} ${letters}`;
  return `whose ${match === 'query' ? 'query contains' : 'path and query contain'} ${quote(url)} ${letters}`;
}

/** A listener in one English sentence: how people sign in, what carries the session, and when it ends by itself. */
export function explainListener(listener: Listener): string {
  const { name, cookie, bindToClientAddress, validate } = listener;
  const bound = bindToClientAddress ? ', valid only from the client address that signed in' : ', valid from any client address';
  return (
    `Listener ${quote(name)} asks for a name and password in a form, ${passwords(validate)}, ` +
    `keeps the session in the cookie ${cookie}${bound}, and ends it ${timeout(listener.timeouts)}.${chosen(listener)}`
  );
}

/** What the listener does otherwise than TMG did as delivered, in a sentence each. */
function chosen({ tls, lockout, crossSite, refusals, trustedProxies }: Listener): string {
  return [
    tls && explainCertificate(tls),
    lockout && explainLockout(lockout),
    crossSite.cookie !== 'unset' && `The cookie is SameSite=${crossSite.cookie === 'lax' ? 'Lax' : 'Strict'}.`,
    crossSite.logon === 'refuse' && 'A logon form that another site has sent is refused.',
    crossSite.logoff === 'ask' && 'A sign-out that another site has asked for needs the user’s word.',
    crossSite.framedBy.length > 0 && `Its pages may be framed by ${inWords(crossSite.framedBy, 'and')}.`,
    refusals === 'tmg' && 'Requests that cannot be let through are refused with 502, as by TMG’s HTTP filter.',
    trustedProxies.length > 0 && `X-Forwarded-For and X-Forwarded-Proto are believed of ${inWords(trustedProxies, 'and')}.`,
  ]
    .flatMap((sentence) => (sentence ? ` ${sentence}` : []))
    .join('');
}

function explainLockout({ threshold, resetTime, whileLocked }: Lockout): string {
  const wrong = threshold === 1 ? '1 wrong password in a row locks' : `${threshold} wrong passwords in a row lock`;
  const none = whileLocked === 'prolong' ? 'no logon at all' : 'none';
  return `More than ${wrong} a user out until there was ${none} for ${durationInWords(resetTime)}.`;
}

function passwords(validate: Listener['validate']): string {
  if (validate.kind === 'basic')
    return `asks ${server(validate.url, validate.ca)} with Basic authentication whether they are right`;
  const { length } = validate.users;
  return `compares them with a list of ${length} user${length === 1 ? '' : 's'}`;
}

function timeout({ kind, ...times }: Listener['timeouts']): string {
  const [open, own] = [durationInWords(times.public), durationInWords(times.private)];
  if (kind === 'idle') return `when it was idle for ${open} on a public or ${own} on a private computer`;
  return `${open} after the logon on a public or ${own} after it on a private computer`;
}
