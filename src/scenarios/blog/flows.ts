import type { SourceSentence } from '../source-sentence.ts';
import { allRemoved, announced, asShipped, basic, cu1, cu8, direct, ecp, fba, owa, watched } from './shapes.ts';

/** What changes, and the flows before and after. */
export const flows: readonly SourceSentence[] = [
  {
    id: 'BLOG-17',
    gist: 'CU1 of Exchange 2013 changed how OWA signs out.',
    shownBy: [
      { ...owa, profile: '2013-rtm' },
      { ...owa, ...cu1 },
    ],
  },
  {
    id: 'BLOG-18',
    gist: 'That change kept TMG from noticing a sign-out.',
    shownBy: [
      { ...owa, ...basic, ...watched, profile: '2010', options: null },
      { ...owa, ...basic, ...watched, ...cu1, options: null },
      { ...owa, ...basic, ...watched, ...cu1, 'options.legacyForcedRequest': 'on' },
    ],
  },
  {
    id: 'BLOG-19',
    gist: 'A further change of sign-out mends TMG at the same time (as announced; withdrawn as default in 2016).',
    shownBy: [{ ...owa, ...basic, ...watched, ...announced }],
  },
  {
    id: 'BLOG-20',
    gist: 'The change comes with CU9 (as announced; CU9 as shipped keeps the old way).',
    shownBy: [
      { ...owa, ...fba, ...direct, ...announced },
      { ...owa, ...fba, ...direct, ...asShipped },
    ],
  },
  {
    id: 'BLOG-21',
    gist: 'Instead of the logon form sign-out ends on a static page that recommends closing the browser (as announced).',
    shownBy: [
      { ...owa, ...direct, ...announced },
      { ...ecp, ...direct, ...announced },
    ],
  },
  {
    id: 'BLOG-22',
    gist: 'The same message now comes with FBA, Basic and Windows authentication (as announced).',
    shownBy: [
      { ...owa, ...fba, ...direct, ...announced },
      { ...owa, ...basic, ...direct, ...announced },
      { ...owa, vdirAuth: 'windows', ...direct, ...announced },
    ],
    test: '[E-21] signout.aspx is anonymous, static, advises to close the browser, and is the same bytes whatever the authentication',
  },
  {
    id: 'BLOG-23',
    gist: 'Logging on and signing out no longer share a page, so that each may change by itself (as announced).',
    shownBy: [
      { ...owa, via: 'gateway', logoffUrl: '/owa/auth/signout.aspx', ...announced },
      { ...owa, ...basic, via: 'gateway', logoffUrl: '/owa/auth/logon.aspx', ...announced },
    ],
  },
  {
    id: 'BLOG-24',
    gist: 'The flows that follow are those before CU9 (and, by the update of 2016, those of CU9 and later as well).',
    shownBy: [
      { ...owa, ...fba, ...direct, ...cu1 },
      { ...owa, ...fba, ...direct, ...asShipped },
    ],
  },
  {
    id: 'BLOG-25',
    gist: 'Old flow of OWA, step 1: on Sign out the client requests /owa/logoff.owa.',
    shownBy: [
      { ...owa, ...fba, ...watched, ...cu8 },
      { ...owa, ...basic, ...watched, ...cu8, 'options.legacyForcedRequest': 'on' },
    ],
  },
  {
    id: 'BLOG-26',
    gist: 'Old flow of OWA, step 2: the answer is a redirect to /owa/auth/logon.aspx.',
    shownBy: [
      { ...owa, ...fba, ...direct, ...cu8 },
      { ...owa, ...basic, ...direct, ...cu8, 'options.legacyForcedRequest': 'on' },
    ],
  },
  {
    id: 'BLOG-27',
    gist: 'Old flow of OWA: the user is back at the logon page.',
    shownBy: [{ ...owa, ...fba, ...direct, ...cu8 }],
  },
  {
    id: 'BLOG-28',
    gist: 'Old flow of ECP, step 1: on Sign out the client requests /ecp/logoff.aspx.',
    shownBy: [{ ...ecp, ...fba, ...direct, ...cu8 }],
  },
  {
    id: 'BLOG-29',
    gist: 'Old flow of ECP, step 2: the answer is a redirect to /owa/logoff.owa.',
    shownBy: [{ ...ecp, ...fba, ...watched, ...cu8 }],
  },
  {
    id: 'BLOG-30',
    gist: 'Old flow of ECP, step 3: another redirect to the logon page, printed without its folder auth (we take that for a slip).',
    shownBy: [
      { ...ecp, ...fba, ...direct, ...cu8, 'options.ecpThirdHop': null },
      { ...ecp, ...fba, ...direct, ...cu8, 'options.ecpThirdHop': 'blog' },
    ],
  },
  {
    id: 'BLOG-31',
    gist: 'Old flow of ECP: the user is back at the logon page too.',
    shownBy: [{ ...ecp, ...fba, ...direct, ...cu8 }],
  },
  {
    id: 'BLOG-32',
    gist: 'The flows that follow are those of CU9 by default (as announced; by the update of 2016 only for who removes the key).',
    shownBy: [
      { ...owa, ...fba, ...direct, ...announced },
      { ...owa, ...fba, ...direct, ...allRemoved, profile: '2013-cu9-shipped', frontEnd: '2013-cu9-shipped' },
    ],
  },
  {
    id: 'BLOG-33',
    gist: 'New flow of OWA, step 1: on Sign out the client requests /owa/logoff.owa (as announced).',
    shownBy: [
      { ...owa, ...watched, ...announced },
      { ...owa, ...basic, ...watched, ...allRemoved, profile: '2013-cu9-shipped', frontEnd: '2013-cu9-shipped' },
    ],
  },
  {
    id: 'BLOG-34',
    gist: 'New flow of OWA, step 2: the answer is a redirect to the landing page /owa/auth/signout.aspx (as announced).',
    shownBy: [{ ...owa, ...direct, ...announced }],
  },
  {
    id: 'BLOG-35',
    gist: 'New flow of OWA: the user is at the new page (as announced).',
    shownBy: [{ ...owa, ...direct, ...announced }],
  },
  {
    id: 'BLOG-36',
    gist: 'New flow of ECP, step 1: on Sign out the client requests /ecp/logoff.aspx (as announced).',
    shownBy: [{ ...ecp, ...direct, ...announced }],
  },
  {
    id: 'BLOG-37',
    gist: 'New flow of ECP, step 2: the answer is a redirect to /owa/logoff.owa (as announced).',
    shownBy: [{ ...ecp, ...watched, ...announced }],
  },
  {
    id: 'BLOG-38',
    gist: 'New flow of ECP, step 3: another redirect to the landing page /owa/auth/signout.aspx (as announced).',
    shownBy: [{ ...ecp, via: ['direct', 'gateway'], logoffUrl: [null, '/owa/auth/signout.aspx'], ...announced }],
  },
  {
    id: 'BLOG-39',
    gist: 'New flow of ECP: the user is at the new page too (as announced).',
    shownBy: [{ ...ecp, ...direct, ...announced }],
  },
];
