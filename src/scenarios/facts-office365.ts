// What is known about Office 365.

import type { Fact } from './fact.ts';

export const office365Facts: readonly Fact[] = [
  {
    id: 'O-01',
    mark: 'doc',
    gist: 'Scenario 1: whoever signs out of the portal or OWA stays signed in to SharePoint Online, and the reverse; scenario 2: Sign out, or the link to sign in as a different user, only loads the page again, still signed in.',
    source: 'KB',
  },
  {
    id: 'O-02',
    mark: 'doc',
    gist: 'Each service keeps a session cookie in memory with a lifetime, which sign-out ends and the logon server replaces by a new token; the authentication cookie holds for eight hours, outlives every sign-out and goes when the browser is closed.',
    source: 'KB',
  },
  {
    id: 'O-03',
    mark: 'infer',
    gist: 'KB says both that closing the browser ends the sign-in and that it does not, and that Office rich clients can use the session cookie (documented); that the choice to be kept signed in decides, by persistent cookies at every service, which alone Office clients can read, is inferred.',
    source: 'KB, inference',
  },
  {
    id: 'O-04',
    mark: 'doc',
    gist: 'Three ways out: clear cache and cookies, close and reopen, and sign in as somebody else; a private window; or the logon server’s entries out of both Trusted sites and Local intranet (of one alone is not enough), which is no help against scenario 1.',
    source: 'KB',
  },
  {
    id: 'O-05',
    mark: 'infer',
    gist: 'Why zones matter is not documented: with a cookie jar for each zone, and a logon server that answers its sign-out with a redirect, the sign-out runs in the wrong jar, which gives every statement of KB; without zones all but Method 3 comes out, and an ambient logon with the Windows account, which the lab leaves out, would contradict Methods 1 and 2.',
    source: 'inference, tried in a simulation',
    state: 'emulated in part',
  },
  {
    id: 'O-06',
    mark: 'infer',
    gist: 'Portal and OWA sign out together and SharePoint Online by itself (inferred); later on one sign-out ended everything, unless the browser blocks third-party cookies, which brings scenario 1 back (seen).',
    source: 'field reports, inference',
  },
  {
    id: 'O-07',
    mark: 'seen',
    gist: 'Services send the browser to /login.srf of the logon server by passive WS-Federation, and its token comes back in a form that posts itself; each of them has cookies of its own.',
    source: 'captures',
  },
  {
    id: 'O-08',
    mark: 'seen',
    gist: 'Sign-out goes over /logout.srf, wa=wsignout1.0 and the clean-up wa=wsignoutcleanup1.0, for which the standard promises no answer (documented); the addresses of SharePoint’s and OWA’s own sign-out are seen.',
    source: 'captures, the WS-Federation standard',
  },
  {
    id: 'O-09',
    mark: 'seen',
    gist: 'With LegacyLogOff a sign-out of OWA that OWA did not start is sent to the logon server, otherwise to /owa/auth/signout.aspx: the switch that Exchange has.',
    source: 'field reports',
  },
  {
    id: 'O-10',
    mark: 'infer',
    gist: 'Lifetimes: eight hours for the authentication cookie, six hours idle and 23 in all for OWA, five days idle for SharePoint (documented); one hour for the portal is inferred.',
    source: 'KB, vendor documentation, inference',
  },
  {
    id: 'O-11',
    mark: 'infer',
    gist: 'Where AD FS is published through the gateway, a sign-out reaches AD FS while the gateway’s session survives and signs the user in again (seen); that a rule which watches for wa=wsignout1.0 cures it is inferred.',
    source: 'field reports, inference',
  },
  {
    id: 'O-12',
    mark: 'infer',
    gist: 'Cookies count as third-party by registrable domain, so the lab gives its services different ones: only there can a browser that blocks such cookies show what fails (our own choice).',
    source: 'inference from how browsers treat sites',
  },
  {
    id: 'O-13',
    mark: 'infer',
    gist: 'The eight hours count from the logon, KB speaking of several hours as well (documented); that silent logons do not prolong them, and that they hold for who is kept signed in too, is inferred.',
    source: 'KB, inference',
  },
];
