import type { SourceSentence } from '../source-sentence.ts';
import {
  addIn,
  allRemoved,
  announced,
  announcedLegacy,
  asShipped,
  basic,
  cu1,
  cu8,
  direct,
  ecp,
  fba,
  owa,
  watched,
} from './shapes.ts';

/** Who is concerned, and how to go back. */
export const reversion: readonly SourceSentence[] = [
  {
    id: 'BLOG-40',
    gist: 'Most customers will not notice the change: without a gateway or an add-in only the last page differs (as announced).',
    shownBy: [
      { ...owa, ...fba, ...direct, ...cu8 },
      { ...owa, ...fba, ...direct, ...announced },
    ],
  },
  {
    id: 'BLOG-41',
    gist: 'First scenario: TMG watches for logoff.owa as the sign of a sign-out.',
    shownBy: [
      { ...owa, ...basic, ...watched, profile: ['2010', '2013-cu8', '2013-cu9-announced'], 'options.legacyForcedRequest': null },
    ],
  },
  {
    id: 'BLOG-42',
    gist: 'With such a rule sign-out simply starts to work again (as announced; withdrawn as default in 2016).',
    shownBy: [
      { ...owa, ...basic, ...watched, ...cu8 },
      { ...owa, ...basic, ...watched, ...announced },
      { ...owa, ...basic, ...watched, ...asShipped },
    ],
  },
  {
    id: 'BLOG-43',
    gist: 'Second scenario: third-party applications tied into Exchange may be concerned, TMG or not.',
    shownBy: [{ ...addIn, ...announced }],
  },
  {
    id: 'BLOG-44',
    gist: 'Some applications have come to depend on the behaviour that CU1 brought, and at least one has been changed in advance.',
    shownBy: [
      { ...addIn, ...cu1 },
      { ...addIn, ...announced, 'options.addIn': 'accepts-both' },
    ],
  },
  {
    id: 'BLOG-45',
    gist: 'An application that does not know of the change may break once CU9 is installed (as announced; CU9 as shipped breaks none).',
    shownBy: [
      { ...addIn, ...announced, 'options.addIn': [null, 'expects-logon'] },
      { ...addIn, ...asShipped, 'options.addIn': [null, 'expects-logon'] },
    ],
  },
  {
    id: 'BLOG-46',
    gist: 'One can ask the vendor to mend the application.',
    shownBy: [],
    notModelled: 'Advice; what a mended application does is shown by the add-in that accepts both.',
  },
  {
    id: 'BLOG-47',
    gist: 'One can go back to the behaviour of CU1 for a while.',
    shownBy: [
      { ...owa, ...fba, ...direct, ...announcedLegacy },
      { ...addIn, ...announcedLegacy },
    ],
  },
  {
    id: 'BLOG-48',
    gist: 'Going back is supported from CU9 on only and may disappear, and CU10 and later overwrite edited files (CU9 as shipped has no need to go back).',
    shownBy: [],
    test: '[E-02] the next cumulative update overwrites web.config, and the change must be made again',
    notModelled: 'Whether something is supported is no behaviour; we only warn.',
  },
  {
    id: 'BLOG-49',
    gist: 'The legacy way, without the redirect to signout.aspx, is turned on in three files.',
    shownBy: [
      { ...owa, ...announcedLegacy },
      { ...ecp, ...announcedLegacy },
    ],
  },
  {
    id: 'BLOG-50',
    gist: 'The first of them is on Client Access servers, the front end’s OWA file.',
    shownBy: [
      {
        ...ecp,
        ...fba,
        profile: '2013-cu9-announced',
        'signOutKind.feOwa': 'LegacyLogOff',
        'signOutKind.beOwa': null,
        'signOutKind.beEcp': null,
      },
    ],
  },
  {
    id: 'BLOG-51',
    gist: 'The second is on Mailbox servers, OWA’s own file.',
    shownBy: [{ ...owa, profile: '2013-cu9-announced', 'signOutKind.beOwa': 'LegacyLogOff', 'signOutKind.beEcp': null }],
  },
  {
    id: 'BLOG-52',
    gist: 'The third is on Mailbox servers, ECP’s file.',
    shownBy: [
      { ...ecp, ...basic, profile: '2013-cu9-announced', 'signOutKind.beOwa': null, 'signOutKind.beEcp': 'LegacyLogOff' },
    ],
  },
  {
    id: 'BLOG-53',
    gist: 'The line to change is the key in a comment, and the file should be backed up before (the comment is that of CU9 as announced).',
    shownBy: [{ ...owa, ...announced }],
    test: '[E-01] the line as the post prints it is found in its comment, and sets LegacyLogOff without the marks',
    notModelled: 'The lab changes no file of yours, so there is nothing to back up.',
  },
  {
    id: 'BLOG-54',
    gist: 'Without the comment’s marks the line sets LegacyLogOff.',
    shownBy: [{ ...owa, ...announcedLegacy }],
    test: '[E-01] the line as the post prints it is found in its comment, and sets LegacyLogOff without the marks',
  },
  {
    id: 'BLOG-55',
    gist: 'The pools recycle by themselves on the change unless that is turned off, and then somebody must recycle them.',
    shownBy: [
      { ...owa, 'options.autoRecycle': 'false', 'options.recycled': null },
      { ...owa, 'options.autoRecycle': 'false', 'options.recycled': 'by-hand' },
    ],
    test: '[E-02] saving web.config recycles the application pool, unless that is disabled and somebody recycles it by hand',
  },
  {
    id: 'BLOG-56',
    gist: 'Without the entry, or with any value but LegacyLogOff, sign-out ends on signout.aspx (the rule holds; that this is the default was overruled in 2016).',
    shownBy: [
      {
        ...owa,
        ...fba,
        ...direct,
        ...allRemoved,
        profile: ['2013-cu8', '2013-cu9-shipped'],
        frontEnd: ['2013-cu8', '2013-cu9-shipped'],
      },
      { ...owa, ...basic, profile: '2013-cu8', 'signOutKind.beOwa': ['DefaultSignOut', '0', '', 'Legacy'] },
      { ...owa, ...basic, profile: '2013-cu8', 'options.signOutKindParser': 'literal' },
    ],
  },
  {
    id: 'BLOG-57',
    gist: 'The next CU resets the edit, so it has to be made again after CU10.',
    shownBy: [],
    test: '[E-02] the next cumulative update overwrites web.config, and the change must be made again',
  },
  {
    id: 'BLOG-58',
    gist: 'It is better that the application learns to live with the new sign-out than to go back for its sake.',
    shownBy: [{ ...addIn, ...announced, 'options.addIn': 'accepts-both' }],
  },
];
