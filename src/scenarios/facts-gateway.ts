// What is known about the gateway.

import type { Fact } from './fact.ts';

export const gatewayFacts: readonly Fact[] = [
  {
    id: 'T-01',
    mark: 'doc',
    gist: 'Each publishing rule of the gateway has one free string, the published server logoff URL; the vendor’s examples are fragments such as ?Cmd=logoff.',
    source: 'vendor documentation',
  },
  {
    id: 'T-02',
    mark: 'infer',
    gist: 'The logoff string is looked for anywhere in the path and query that the client requested, before path mapping, and case is ignored; options search the query only, or ask for the whole.',
    source: 'inference',
  },
  {
    id: 'T-03',
    mark: 'doc',
    gist: 'The sibling product UAG admits to false alarms: a link that merely contains the string somewhere ends the session too.',
    source: 'vendor documentation',
  },
  {
    id: 'T-04',
    mark: 'infer',
    gist: 'On a match the gateway ends its own session and answers with its own logged-off page, so the request never reaches the back end.',
    source: 'inference from the logoff form in its form set',
  },
  {
    id: 'T-05',
    mark: 'seen',
    gist: 'A request without a session is sent to /CookieAuth.dll with the wanted address, a reason and the form set’s number behind a second question mark.',
    source: 'captures',
  },
  {
    id: 'T-06',
    mark: 'seen',
    gist: 'The wanted address is percent-encoded with the letter Z in place of the per cent sign (seen); that anything but a path on this host becomes / is our own guard.',
    source: 'captures',
  },
  {
    id: 'T-07',
    mark: 'seen',
    gist: 'The form posts to /CookieAuth.dll?Logon; some clients leave fields out, and one sends the question mark percent-encoded.',
    source: 'captures',
  },
  {
    id: 'T-08',
    mark: 'infer',
    gist: 'A logon leads to the wanted address with the cookie, a failure back to the form with a reason; reasons 0 and 2 are seen, the others follow Exchange’s by inference.',
    source: 'captures, inference',
  },
  {
    id: 'T-09',
    mark: 'seen',
    gist: 'The page holds exactly one form, by whose attributes in their order tools recognise the gateway.',
    source: 'captures, public tools',
  },
  {
    id: 'T-10',
    mark: 'seen',
    gist: 'The cookie’s name is set on the listener (documented) and begins with cadata by habit (seen), which must not be the name of a cookie of the back end.',
    source: 'vendor documentation, captures',
  },
  {
    id: 'T-11',
    mark: 'doc',
    gist: 'The session cookie is bound to the address of the client unless the listener is told to ignore it.',
    source: 'vendor documentation',
  },
  {
    id: 'T-12',
    mark: 'doc',
    gist: 'The cookie outlives the browser never, on private computers only, or always; never is the default.',
    source: 'vendor documentation',
  },
  {
    id: 'T-13',
    mark: 'doc',
    gist: 'Sessions time out after ten minutes on public and six hours on private computers unless set otherwise, counted from the last use or from the logon.',
    source: 'vendor documentation',
  },
  {
    id: 'T-14',
    mark: 'doc',
    gist: 'The idle limit works by three keys that take turns, so it really lies between two thirds of the limit and the limit.',
    source: 'vendor documentation (KB922878)',
  },
  {
    id: 'T-15',
    mark: 'doc',
    gist: 'OWA’s polling in the background counts as use, so the idle limit never comes; UAG’s list of what to ignore failed for requests with a body.',
    source: 'vendor documentation (KB2478286, KB2621269)',
  },
  {
    id: 'T-16',
    mark: 'doc',
    gist: 'The keys of the cookie belong to one server unless an array shares them, and another member asks again.',
    source: 'vendor documentation (KB2592933)',
  },
  {
    id: 'T-17',
    mark: 'doc',
    gist: 'From SP2 on too many failed logons in a row lock a user out of the form for a while; a known bug let attempts during the lock prolong it.',
    source: 'vendor documentation (KB2619987)',
  },
  {
    id: 'T-18',
    mark: 'seen',
    gist: 'A rule names how the gateway hands the user’s credentials on, Basic being one of the kinds; the list of kinds is documented, parts of it are only seen.',
    source: 'vendor documentation, field reports',
  },
  {
    id: 'T-19',
    mark: 'doc',
    gist: 'An ordered list of patterns for user agents decides who gets the form and who a Basic challenge; a bad fallback once let requests through without either.',
    source: 'vendor documentation (MS09-031)',
  },
  {
    id: 'T-20',
    mark: 'doc',
    gist: 'A listener holds address, logon form, cookie and time limits; a rule holds names, paths, servers, delegation, users and the logoff string.',
    source: 'vendor documentation',
  },
  {
    id: 'T-21',
    mark: 'doc',
    gist: 'One logon for several sites works on one listener only, by a cookie for their common suffix, and is off unless asked for.',
    source: 'vendor documentation',
  },
  {
    id: 'T-22',
    mark: 'doc',
    gist: 'The HTTP filter refuses with 502 what exceeds its limits on headers, address and query.',
    source: 'vendor documentation',
  },
  {
    id: 'T-23',
    mark: 'seen',
    gist: 'The log is in W3C’s extended format with tabs; its filter column is where a matched logoff string can be noted.',
    source: 'captures',
  },
  {
    id: 'T-24',
    mark: 'infer',
    gist: 'No published export of a web publishing rule was found: the names of the properties are documented, those of the XML elements are only likely.',
    source: 'vendor documentation, inference',
  },
  {
    id: 'T-25',
    mark: 'infer',
    gist: 'An FBA virtual directory behind the gateway ignores delegated Basic and shows its own form, so the user logs on twice.',
    source: 'inference',
  },
];
