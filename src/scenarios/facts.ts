// What is known about the products that the lab imitates, as far as the expectations of the regression matrix cite it.
// doc: vendor documentation or BLOG. seen: observed or reported behaviour. late: reported for one late build (15.0.1497.2)
// and extrapolated to the others. infer: inference. A fact with two marks carries the weaker one and says so in its gist.
// BLOG: the Exchange team's post on the changes to OWA logoff (2015, updates to 2016-01-19).

export type Mark = 'doc' | 'seen' | 'late' | 'infer';

export type Fact = { id: string; mark: Mark; gist: string; source: string };

export const facts: readonly Fact[] = [
  {
    id: 'T-01',
    mark: 'doc',
    gist: 'Each publishing rule of the gateway has one free string, the published server logoff URL; the vendor’s examples are fragments such as ?Cmd=logoff.',
    source: 'vendor documentation',
  },
  {
    id: 'T-02',
    mark: 'infer',
    gist: 'The logoff string is looked for anywhere in the path and query that the client requested, before path mapping, and case is ignored.',
    source: 'inference',
  },
  {
    id: 'T-04',
    mark: 'infer',
    gist: 'On a match the gateway ends its own session and answers with its own logged-off page, so the request never reaches the back end.',
    source: 'inference from the logoff form in its form set',
  },
  {
    id: 'T-18',
    mark: 'seen',
    gist: 'A rule names how the gateway hands the user’s credentials on, Basic being one of the kinds; the list of kinds is documented, parts of it are only seen.',
    source: 'vendor documentation, field reports',
  },
  {
    id: 'T-25',
    mark: 'infer',
    gist: 'An FBA virtual directory behind the gateway ignores delegated Basic and shows its own form, so the user logs on twice.',
    source: 'inference',
  },
  {
    id: 'E-01',
    mark: 'late',
    gist: 'SignOutKind is either DefaultSignOut or LegacyLogOff, and a missing, commented-out or unknown value means the new sign-out (documented); how values are parsed is known for a late build only.',
    source: 'BLOG, field reports',
  },
  {
    id: 'E-03',
    mark: 'late',
    gist: 'The premium client is told to show the close-your-browser dialog if sign-out is legacy, FBA is off and Basic, Windows or Digest is on; the dialog itself is seen, the condition is known for a late build only.',
    source: 'field reports',
  },
  {
    id: 'E-05',
    mark: 'infer',
    gist: 'The premium client either shows the dialog and requests nothing or goes to /owa/logoff.owa (seen); that the Light client never shows the dialog is inferred.',
    source: 'field reports',
  },
  {
    id: 'E-10',
    mark: 'late',
    gist: 'A legacy /owa/logoff.owa with a valid session is answered 302 to /owa/auth/logon.aspx (documented) and deletes the session’s cookies (known for a late build only).',
    source: 'BLOG, field reports',
  },
  {
    id: 'E-11',
    mark: 'late',
    gist: 'The same request under the new sign-out is answered 302 to /owa/auth/signout.aspx (documented) and deletes the same cookies (known for a late build only).',
    source: 'BLOG, field reports',
  },
  {
    id: 'E-16',
    mark: 'seen',
    gist: 'With FBA off and legacy sign-out the premium client only shows a dialog, and nothing goes over the wire.',
    source: 'field reports, a reader’s comment under BLOG',
  },
  {
    id: 'E-17',
    mark: 'late',
    gist: 'With FBA off and the new sign-out the request is made and lands on signout.aspx, but the Basic credentials stay with whoever holds them: the browser, or the gateway in front; known in detail for a late build only.',
    source: 'BLOG, field reports',
  },
  {
    id: 'E-19',
    mark: 'infer',
    gist: 'Exchange 2007 and 2010 request /owa/logoff.owa and are sent on to /owa/auth/logoff.aspx?Cmd=logoff, a page answered 200 (seen); that 2013 RTM does the same is inferred.',
    source: 'field reports',
  },
  {
    id: 'E-21',
    mark: 'doc',
    gist: 'signout.aspx is a static page open to anyone that advises closing the browser, the same for FBA, Basic and Windows.',
    source: 'BLOG',
  },
  {
    id: 'E-23',
    mark: 'infer',
    gist: 'A rule that still watches for ?Cmd=logoff misses every sign-out chain from 2013 CU1 on, and the CU9 change does not help it.',
    source: 'inference from the redirects of the sign-out chains',
  },
];
