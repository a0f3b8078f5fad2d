import { z } from 'zod';
import { checkStore, storePattern } from './check-store.ts';
import {
  checkAddress,
  checkFramingSite,
  checkLogoffUrl,
  checkOrigin,
  checkRedirectTarget,
  framingSitePattern,
} from './check-url.ts';
import { checkedText } from './checked-text.ts';
import { checkClearedCookie, clearedCookie, clearedCookiePattern } from './cleared-cookie.ts';
import { checkCookieName, cookieNamePattern } from './cookie-name.ts';
import { checkDuration, durationPattern, milliseconds } from './duration.ts';
import { limits } from './limits-schema.ts';
import { checkNetwork, networkPattern } from './network.ts';
import { isPem } from './pem.ts';
import { checkPublicName, publicNameOf, publicNamePattern } from './public-name.ts';
import { checkPublishedPath, publishedPathPattern } from './published-path.ts';
import { quote } from './quote.ts';
import type { Finding } from './rules-error.ts';

/** At most so many rules in a file, and so many public names or paths in a rule. */
export const rulesAtMost = 500;
export const entriesAtMost = 100;

function checkName(text: string): Finding | null {
  if (/^\S(.{0,98}\S)?$/u.test(text) && !/\p{Cc}/u.test(text)) return null;
  return { message: `${quote(text)} is not a name.`, hint: 'write 1 to 100 characters on one line, without spaces around them' };
}

function checkFileName(text: string): Finding | null {
  if (isPem(text))
    return { message: 'Here stands what belongs into a file.', hint: 'save it as a file, and write the path of that one here' };
  return text.trim() === ''
    ? { message: 'The file name is empty.', hint: 'write the path of a file, relative to this one' }
    : null;
}

const name = checkedText(checkName);
const duration = checkedText(checkDuration).transform(milliseconds);
const ca = checkedText(checkFileName).meta({
  description: 'PEM file, relative to this one, with the certificate authority that signed the certificate of the https server.',
});

const tls = z.strictObject({
  certificate: checkedText(checkFileName).meta({
    description: "PEM file, relative to this one: the server's certificate, then those of the authorities in between.",
  }),
  key: checkedText(checkFileName).meta({
    description: 'PEM file, relative to this one, with the private key of that certificate, without a passphrase.',
  }),
});

const timeouts = z.strictObject({
  kind: z.enum(['idle', 'absolute']).default('idle').meta({
    description: 'idle: a session ends so long after its last request. absolute: so long after the logon.',
  }),
  public: duration.prefault('10m').meta({
    description: 'Time-out for people who chose a public computer: 1 to 9999 seconds, minutes, hours or days (10s, 10m, 6h, 8d).',
    pattern: durationPattern,
  }),
  private: duration.prefault('6h').meta({
    description:
      'Time-out for people who chose a private computer: 1 to 9999 seconds, minutes, hours or days (10s, 10m, 6h, 8d).',
    pattern: durationPattern,
  }),
});

const validate = z.strictObject({
  users: checkedText(checkFileName)
    .optional()
    .meta({ description: 'YAML file, relative to this one, with the names and password hashes of the users.' }),
  basic: checkedText(checkAddress).optional().meta({
    description: 'Address that is asked with Basic authentication whether a name and password are right.',
    pattern: '^[Hh][Tt][Tt][Pp][Ss]?://',
  }),
  ca: ca.optional(),
});

const crossSite = z.strictObject({
  cookie: z.enum(['unset', 'lax', 'strict']).default('unset').meta({
    description: 'SameSite of the session cookie. unset: none is written, as TMG did, and browsers go by their own default.',
  }),
  logon: z.enum(['allow', 'refuse']).default('allow').meta({
    description: 'A logon form that a page of another site has sent (login CSRF). allow: as TMG did. refuse: answered with 403.',
  }),
  logoff: z.enum(['allow', 'ask']).default('allow').meta({
    description:
      'A sign-out that a page of another site has asked for (logoff CSRF). allow: as TMG did. ask: a page asks the user, and nothing ends until then.',
  }),
  framedBy: z
    .array(checkedText(checkFramingSite).meta({ pattern: framingSitePattern }))
    .max(20)
    .default([])
    .meta({
      description: 'Sites whose pages may show ours in a frame, besides our own: scheme, host and port, * for any port.',
    }),
});

const lockout = z.strictObject({
  threshold: z.int().min(1).max(999).meta({
    description: 'So many wrong passwords in a row lock nobody out yet; one more does.',
  }),
  resetTime: duration.meta({
    description:
      'After so long without a wrong password the count begins anew, and the lock is off: 1 to 9999 seconds, minutes, hours or days.',
    pattern: durationPattern,
  }),
  whileLocked: z.enum(['ignore', 'prolong']).default('ignore').meta({
    description:
      'What a logon during the lock does, the right password included. ignore: nothing. prolong: the lock begins anew, as in TMG before Rollup 4.',
  }),
});

const listener = z.strictObject({
  name: name.default('Listener').meta({ description: 'Name in logs and on pages.' }),
  authentication: z
    .enum(['forms'])
    .default('forms')
    .meta({ description: 'How people sign in: with a form. Nothing else is supported.' }),
  cookie: checkedText(checkCookieName).default('cadataTMG').meta({
    description: 'Name of the session cookie: begins with cadata and is none of the cookies that Exchange itself sets.',
    pattern: cookieNamePattern,
  }),
  bindToClientAddress: z
    .boolean()
    .default(true)
    .meta({ description: 'The session is valid only from the client address that signed in.' }),
  timeouts: timeouts.prefault({}).meta({ description: 'When a session ends by itself.' }),
  limits: limits.prefault({}).meta({ description: 'What clients and published servers may take: bytes and time.' }),
  refusals: z
    .enum(['precise', 'tmg'])
    .default('precise')
    .meta({
      description:
        'How a request is refused that has no single reading or exceeds a limit. precise: with the status that says why (400, 413, 414, 431 …). ' +
        "tmg: with 502 and TMG's wording, as its HTTP filter did.",
    }),
  trustedProxies: z
    .array(checkedText(checkNetwork).meta({ pattern: networkPattern }))
    .max(entriesAtMost)
    .default([])
    .meta({
      description:
        'Addresses or networks of proxies in front of this one: of them, X-Forwarded-For and X-Forwarded-Proto are believed. ' +
        'From anybody else these fields are dropped.',
      examples: [['10.0.0.5', '192.168.0.0/16']],
    }),
  tls: tls
    .optional()
    .meta({ description: 'With it the listener speaks TLS (1.2 or 1.3) and nothing else; without it plain HTTP.' }),
  crossSite: crossSite.prefault({}).meta({ description: 'What pages of other sites may make a browser do here.' }),
  lockout: lockout.optional().meta({ description: 'Locks a user out after wrong passwords. Without it nobody is.' }),
  sessions: checkedText(checkStore)
    .optional()
    .meta({
      description:
        'Where sessions lie, unless --sessions or LOGOFF_LAB_SESSIONS says otherwise: memory (the default), or the address of a Redis ' +
        'or Valkey server. Paths of files in it (ca, passwordFile) are relative to the working directory.',
      examples: ['memory?limit=50000', 'rediss://lab@10.0.0.5:6379?passwordFile=/run/secrets/redis'],
      pattern: storePattern,
    }),
  validate: validate.meta({
    description: 'Who says whether a name and password are right: a file of users, or a server asked with Basic.',
    oneOf: [{ required: ['users'] }, { required: ['basic'] }],
  }),
});

const logoff = z.strictObject({
  url: checkedText(checkLogoffUrl).meta({
    description: 'The published server logoff URL: a request that it occurs in signs the user out.',
    examples: ['/owa/logoff.owa', '?Cmd=logoff', 'logoff=1'],
    minLength: 1,
  }),
  match: z.enum(['contains', 'query', 'exact']).default('contains').meta({
    description:
      'Where it must occur. contains: anywhere in path and query. query: in the query. exact: it is the path, or path and query if it has one.',
  }),
  ignoreCase: z.boolean().default(true).meta({ description: 'Upper and lower case are the same.' }),
  onLogoff: z.enum(['page', 'pass-through', 'redirect']).default('page').meta({
    description:
      "What the browser gets. page: the gateway's logged-off page. pass-through: the answer of the back end. redirect: a redirect to redirectTo.",
  }),
  redirectTo: checkedText(checkRedirectTarget).optional().meta({
    description: 'Where redirect sends the browser: a path of the same site or an http or https address.',
    pattern: '^(/|[Hh][Tt][Tt][Pp][Ss]?://)',
  }),
  forwardToBackend: z.boolean().optional().meta({
    description: 'The back end gets the request too, so that it can end its own session. Default: false, with pass-through true.',
  }),
});

const redirectNeedsTarget = {
  if: { properties: { onLogoff: { const: 'redirect' } }, required: ['onLogoff'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['redirectTo'] },
  else: { not: { required: ['redirectTo'] } },
};

const rule = z.strictObject({
  name: name.meta({ description: 'Name of the rule in logs and on pages; no two rules have the same.' }),
  publicNames: z
    .array(
      checkedText(checkPublicName)
        .transform((text) => publicNameOf(text) ?? text)
        .meta({ pattern: publicNamePattern }),
    )
    .min(1)
    .max(entriesAtMost)
    .meta({ description: 'Host names, as browsers send them, without port, that the rule publishes.' }),
  paths: z
    .array(checkedText(checkPublishedPath).meta({ pattern: publishedPathPattern }))
    .min(1)
    .max(entriesAtMost)
    .meta({
      description:
        'Paths that the rule publishes. /owa/* is /owa and all below; a path without * is itself only. Case is ignored.',
    }),
  to: checkedText(checkOrigin)
    .transform((text) => new URL(text).origin)
    .meta({
      description: 'The published server: scheme, host and port.',
      examples: ['http://127.0.0.1:8082'],
      pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]+/?$',
    }),
  ca: ca.optional(),
  hostHeader: z.enum(['original', 'target']).default('original').meta({
    description: "Host header that the published server gets. original: the browser's. target: the host of `to`.",
  }),
  delegation: z
    .enum(['basic', 'none', 'ntlm', 'negotiate', 'client'])
    .default('basic')
    .meta({
      description:
        'How the credentials from the form reach the published server. basic: as Basic authentication. none: not at all. ' +
        "ntlm, negotiate: in the lab's own NTLM or Negotiate token, which only the lab's mock Exchange understands and which hides " +
        'the password no better than Basic does. client: not at all, but the client may authenticate to that server directly.',
    }),
  clearCookies: z
    .array(checkedText(checkClearedCookie).transform(clearedCookie).meta({ pattern: clearedCookiePattern }))
    .max(entriesAtMost)
    .default([])
    .meta({
      description:
        'Cookies that hold a session of the published server: the browser is told to forget them when somebody signs out or in here, so ' +
        "that the next user of a browser never lands in the previous one's session. A name, or a name and the path that it was set with.",
      examples: [['UC', 'X-BackEndCookie; Path=/owa']],
    }),
  clearSiteData: z
    .array(z.enum(['cache', 'cookies', 'storage']))
    .max(3)
    .default([])
    .meta({
      description:
        'What the browser is told to forget of this site at a sign-out (Clear-Site-Data). Browsers heed it over TLS and on localhost only.',
    }),
  caching: z
    .enum(['no-store', 'published'])
    .default('no-store')
    .meta({
      description:
        "Whether browsers may store the published server's pages. no-store: none of its HTML, nor what it says nothing about. " +
        'published: as it says itself.',
    }),
  logoff: logoff.optional().meta({
    description: 'Which request signs the user out. Without it the gateway never notices that somebody signs out.',
    ...redirectNeedsTarget,
  }),
});

/** One rules file. Of all files together one has a listener and at least one has rules. */
export const rulesFile = z
  .strictObject({
    version: z.literal(1).meta({ description: 'Version of this format: 1.' }),
    listener: listener.optional().meta({ description: 'Where people sign in; one in all rules files together.' }),
    rules: z
      .array(rule)
      .min(1)
      .max(rulesAtMost)
      .optional()
      .meta({ description: 'The publishing rules. No two of them publish the same path of a public name.' }),
  })
  .meta({ description: 'A rules file has the keys version, listener and rules.' });

export type RulesFile = z.output<typeof rulesFile>;

/** JSON Schema (draft 2020-12) of a rules file, for editors. Cross-checks that it cannot say are made at load only. */
export function rulesJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(rulesFile, { io: 'input', target: 'draft-2020-12' });
  return { $schema, title: 'Publishing rules of logoff-lab', ...schema };
}
