import type { SourceSentence } from '../source-sentence.ts';
import { allRemoved, announced, asShipped, basic, coExistence, cu8, direct, inOrder, owa, upgrade, watched } from './shapes.ts';

/** The order of upgrades. */
export const order: readonly SourceSentence[] = [
  {
    id: 'BLOG-59',
    gist: 'Third scenario: the change makes the order of installation matter (as announced; CU9 as shipped does not).',
    shownBy: [
      { ...upgrade, ...direct, ...announced, frontEnd: '2013-cu6' },
      { ...owa, ...direct, ...asShipped, frontEnd: '2013-cu6' },
    ],
  },
  {
    id: 'BLOG-60',
    gist: 'A mailbox on CU9 (as announced) behind a Client Access server of CU6 or older has trouble at OWA’s sign-out.',
    shownBy: [
      { ...owa, ...direct, ...announced, frontEnd: '2013-cu6' },
      { ...upgrade, ...direct, ...announced, frontEnd: '2013-cu6' },
    ],
  },
  {
    id: 'BLOG-61',
    gist: 'Code in CU7 keeps that from happening behind a Client Access server of CU7 or CU8.',
    shownBy: [{ ...owa, ...direct, ...announced, frontEnd: ['2013-cu7', '2013-cu8'] }],
  },
  {
    id: 'BLOG-62',
    gist: 'With all Client Access servers, or all servers of both roles, on CU7 or later there is no trouble at all.',
    shownBy: [
      { ...owa, ...direct, ...announced, frontEnd: ['2013-cu7', '2013-cu8'] },
      { ...upgrade, ...direct, profile: ['2013-cu7', '2013-cu9-announced'], frontEnd: ['2013-cu7', '2013-cu9-announced'] },
    ],
    test: '[E-25] all servers to CU7 first: no step ends a sign-out in an error',
  },
  {
    id: 'BLOG-63',
    gist: 'Keeping servers up to date is best, because all are then on CU7 or later already.',
    shownBy: [{ ...upgrade, ...direct, ...announced, frontEnd: '2013-cu7' }],
  },
  {
    id: 'BLOG-64',
    gist: 'Coming from CU6 or older, users may sign out while the upgrade to CU9 is under way.',
    shownBy: [{ ...upgrade, frontEnd: '2013-cu6' }],
  },
  {
    id: 'BLOG-65',
    gist: 'With separate roles all Client Access servers should be upgraded first.',
    shownBy: [{ ...upgrade, ...direct, ...inOrder('front-ends-first'), profile: '2013-cu6', frontEnd: '2013-cu9-announced' }],
    test: '[E-25] front ends first: no step ends a sign-out in an error; mailbox servers first: some do',
  },
  {
    id: 'BLOG-66',
    gist: 'After that the Mailbox servers may be upgraded in any order.',
    shownBy: [
      { ...upgrade, ...direct, ...inOrder('front-ends-first'), ...announced },
      { ...upgrade, ...direct, ...inOrder('front-ends-first-reversed'), ...announced },
    ],
    test: '[E-25] behind upgraded front ends mailbox servers may be upgraded in any order',
  },
  {
    id: 'BLOG-67',
    gist: 'With servers of both roles on CU6 or older there are three ways.',
    shownBy: ['all-to-cu7-first', 'accept-the-window', 'rolling-pool'].map((name) => ({
      ...upgrade,
      ...direct,
      ...inOrder(name),
      profile: '2013-cu6',
      frontEnd: '2013-cu6',
    })),
  },
  {
    id: 'BLOG-68',
    gist: 'The first way: bring all of them to CU7 or later before CU9.',
    shownBy: [
      { ...upgrade, ...direct, profile: '2013-cu7', frontEnd: '2013-cu6' },
      { ...upgrade, ...direct, ...announced, frontEnd: '2013-cu7' },
    ],
    test: '[E-25] all servers to CU7 first: no step ends a sign-out in an error',
  },
  {
    id: 'BLOG-69',
    gist: 'The second way: accept strange behaviour while the upgrade is under way.',
    shownBy: [
      { ...upgrade, ...direct, ...inOrder('accept-the-window'), ...announced, frontEnd: '2013-cu6' },
      { ...owa, ...direct, ...announced, frontEnd: '2013-cu6', 'options.mixedFarm': 'logon-then-logoff-loop' },
    ],
  },
  {
    id: 'BLOG-70',
    gist: 'The third way: roll, with the balancing pool sending all connections to Client Access servers on CU9 only.',
    shownBy: [{ ...upgrade, ...direct, ...inOrder('rolling-pool'), frontEnd: '2013-cu9-announced' }],
    test: '[E-25] rolling with the pool on upgraded servers only: no step ends a sign-out in an error; with all servers some do',
  },
  {
    id: 'BLOG-71',
    gist: 'In the end TMG notices sign-outs properly again (as announced; withdrawn as default in 2016).',
    shownBy: [{ ...owa, ...basic, ...watched, ...announced }],
  },
];

/** Readers' comments and the author's answers. */
export const comments: readonly SourceSentence[] = [
  {
    id: 'BLOG-72',
    gist: 'The author recommends servers that hold both roles.',
    shownBy: [],
    notModelled: 'Advice on how to build a farm, not on what happens at sign-out.',
  },
  {
    id: 'BLOG-73',
    gist: 'Answer: in co-existence a 2007 mailbox is not reached through a 2013 Client Access server.',
    shownBy: [{ ...coExistence, profile: '2007', frontEnd: '2007' }],
  },
  {
    id: 'BLOG-74',
    gist: 'Answer: 2007 users have a legacy public name and TMG sends them to a 2007 farm, where sign-out works.',
    shownBy: [{ ...coExistence, ...basic, ...watched, profile: '2007', frontEnd: '2007' }],
    test: '[E-24] the public name of 2007 leads to a farm of its own, beside 2013',
  },
  {
    id: 'BLOG-75',
    gist: 'Question: does CU8 (that is, the flow as announced) change anything for 2007 mailboxes, or does 2007’s web.config need editing? (No.)',
    shownBy: [{ ...coExistence, ...basic, ...watched, profile: '2007', frontEnd: '2007' }],
  },
  {
    id: 'BLOG-76',
    gist: 'Complaint: changing the password on 2013’s logon page takes user names but no mail addresses, unlike 2010’s.',
    shownBy: [],
    notModelled: 'The formats of names in the form for changing a password have no bearing on sign-out.',
  },
  {
    id: 'BLOG-77',
    gist: 'Complaint: the setting for copies in Sent Items of 2010 is missing.',
    shownBy: [],
    notModelled: 'Sent Items have no bearing on sign-out.',
  },
  {
    id: 'BLOG-78',
    gist: 'A reader has TMG’s form in front and Basic over SSL to the back end.',
    shownBy: [{ ...coExistence, ...basic, ...watched }],
  },
  {
    id: 'BLOG-79',
    gist: 'The reader runs Exchange 2010 and 2013 side by side.',
    shownBy: [
      { ...coExistence, profile: '2010', frontEnd: '2013-cu8' },
      { ...coExistence, profile: '2013-cu8', frontEnd: '2013-cu8' },
    ],
  },
  {
    id: 'BLOG-80',
    gist: 'Users on 2013 get a dialog that asks to close the browser, so TMG does not notice, while sign-out works with 2010.',
    shownBy: [
      { ...coExistence, ...basic, ...watched, ...cu8 },
      { ...coExistence, ...basic, ...watched, profile: '2010' },
    ],
  },
  {
    id: 'BLOG-81',
    gist: 'Question: will CU8 (that is, the flow as announced) let users on 2013 sign out too? (As shipped no, with the key removed yes.)',
    shownBy: [
      { ...coExistence, ...basic, ...watched, ...cu8 },
      { ...coExistence, ...basic, ...watched, ...allRemoved, profile: '2013-cu8' },
      { ...owa, ...basic, ...watched, ...announced },
    ],
  },
];
