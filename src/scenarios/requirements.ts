// Published requirements on how sessions end, each in our own words; the rows of the suite `ends` cite them.

import type { Fact } from './fact.ts';

export const requirements: readonly Fact[] = [
  {
    id: 'ASVS-7.2.4',
    mark: 'doc',
    gist: 'Whoever authenticates, for the first time or again, gets a new session token, and the one held until then is terminated.',
    source: 'OWASP ASVS 5.0',
  },
  {
    id: 'ASVS-7.3.1',
    mark: 'doc',
    gist: 'After a documented time without activity the user has to authenticate again.',
    source: 'OWASP ASVS 5.0',
  },
  {
    id: 'ASVS-7.3.2',
    mark: 'doc',
    gist: 'However much it is used, a session has a documented longest life, after which the user has to authenticate again.',
    source: 'OWASP ASVS 5.0',
  },
  {
    id: 'ASVS-7.4.1',
    mark: 'doc',
    gist: 'Once a session is terminated, by signing out or by expiry, no further use of it is allowed: what the server holds of it is made invalid.',
    source: 'OWASP ASVS 5.0',
  },
  {
    id: 'ASVS-7.4.2',
    mark: 'doc',
    gist: 'Disabling or deleting an account terminates all its active sessions.',
    source: 'OWASP ASVS 5.0',
  },
  {
    id: 'ASVS-7.4.3',
    mark: 'doc',
    gist: 'After a password or another authentication factor has been changed there is at least the option to terminate all other active sessions.',
    source: 'OWASP ASVS 5.0',
  },
  {
    id: 'ASVS-7.4.5',
    mark: 'doc',
    gist: 'Administrators can terminate the active sessions of one user or of all users.',
    source: 'OWASP ASVS 5.0',
  },
  {
    id: 'ASVS-14.3.1',
    mark: 'doc',
    gist: 'When a session is over, what it left in the browser for an authenticated user is cleared.',
    source: 'OWASP ASVS 5.0',
  },
  {
    id: 'ASVS-16.5.2',
    mark: 'doc',
    gist: 'When something outside that the application depends on fails, the application goes on working securely, with less to offer if need be.',
    source: 'OWASP ASVS 5.0',
  },
  {
    id: 'ASVS-16.5.3',
    mark: 'doc',
    gist: 'A failure never opens anything: what could not be checked is not let through.',
    source: 'OWASP ASVS 5.0',
  },
  {
    id: 'ASVS-4.0.3-3.3.1',
    mark: 'doc',
    gist: 'Signing out and expiry make the session token invalid, so that neither the Back button nor a relying party behind resumes the session.',
    source: 'OWASP ASVS 4.0.3',
  },
  {
    id: 'WSTG-SESS-06',
    mark: 'doc',
    gist: 'A test signs out, puts the old session cookie back and asks for a page that needs a session, which must not be shown; after a time-out the same.',
    source: 'OWASP Web Security Testing Guide',
  },
  {
    id: 'SP800-63B-7.1',
    mark: 'doc',
    gist: 'The secrets of a session are erased or made invalid when the user signs out, and are not accepted after their time.',
    source: 'NIST SP 800-63B (revision 3) §7.1',
  },
];
