import type { SourceSentence } from '../source-sentence.ts';
import { announced, asShipped, basic, cu8, cu8Removed, direct, ecp, fba, owa, shipped, watched } from './shapes.ts';

/** The two updates and the table. */
export const updates: readonly SourceSentence[] = [
  {
    id: 'BLOG-01',
    gist: 'Update of 2016, which overrules the post: sign-out stays as it was described for CU8.',
    shownBy: [
      { ...owa, ...fba, ...direct, ...asShipped },
      { ...ecp, ...fba, ...direct, ...asShipped },
    ],
  },
  {
    id: 'BLOG-02',
    gist: 'Update of 2016: the default goes on following the flow of CU8, in Exchange 2013 and in 2016.',
    shownBy: [
      { ...owa, ...fba, ...direct, profile: '2013-cu23' },
      { ...owa, ...fba, ...direct, profile: '2016-rtm', ...shipped },
      { ...owa, ...fba, ...direct, profile: '2016-cu23', 'options.landing': null },
    ],
  },
  {
    id: 'BLOG-03',
    gist: 'Update of 2016: what the post says for CU9 and later stands as written, but the product does not do it (CU9 as announced against CU9 as shipped).',
    shownBy: [
      { ...owa, ...basic, ...watched, ...announced },
      { ...owa, ...basic, ...watched, ...asShipped },
    ],
  },
  {
    id: 'BLOG-04',
    gist: 'Update of 2015, overruled in 2016 for the default: one part of the change, the landing, is put off from CU8 to CU9.',
    shownBy: [
      { ...owa, ...fba, ...direct, ...cu8 },
      { ...owa, ...fba, ...direct, ...announced },
    ],
  },
  {
    id: 'BLOG-05',
    gist: 'Update of 2015, overruled in 2016 for CU9: CU8 has the code for signout.aspx, but users are not sent there before CU9.',
    shownBy: [
      { ...owa, ...fba, ...direct, ...cu8 },
      { ...owa, ...fba, ...direct, ...cu8Removed },
    ],
  },
  {
    id: 'BLOG-06',
    gist: 'Update of 2015: CU8 holds the page signout.aspx and yet sends users to logon.aspx.',
    shownBy: [
      { ...owa, ...fba, ...direct, ...cu8 },
      { ...ecp, ...fba, ...direct, ...cu8 },
    ],
    test: '[E-09] signout.aspx is a page from CU8 on, and of CU7 by the option',
  },
  {
    id: 'BLOG-07',
    gist: 'Update of 2015: in the post CU9 now stands where it said CU8, so CU8 in the older comments means the flow as announced.',
    shownBy: [{ ...owa, ...fba, ...direct, ...announced }],
  },
  {
    id: 'BLOG-08',
    gist: 'Update of 2015: in the same way CU10 stands where the post said CU9.',
    shownBy: [],
    notModelled:
      'Says how the text was edited; what it says of CU10, that it overwrites the files, is listed with those sentences.',
  },
  {
    id: 'BLOG-09',
    gist: 'Update of 2015: whoever wants the new sign-out in CU8 can have it.',
    shownBy: [
      { ...owa, ...fba, ...direct, ...cu8Removed },
      { ...owa, ...basic, ...watched, ...cu8Removed },
    ],
  },
  {
    id: 'BLOG-10',
    gist: 'Update of 2015: commenting the line out, removing it, or any value but LegacyLogOff sends users to signout.aspx.',
    shownBy: [
      { ...owa, ...fba, ...direct, ...cu8Removed },
      { ...owa, ...basic, profile: '2013-cu8', 'signOutKind.beOwa': ['DefaultSignOut', '0', '', 'Legacy'] },
      { ...owa, ...basic, profile: '2013-cu8', 'options.signOutKindParser': 'literal' },
    ],
    test: '[E-01] a line in a comment and no line at all lead to the same sign-out',
  },
  {
    id: 'BLOG-11',
    gist: 'Update of 2015: with such an edit in CU8 the order of upgrades matters just as with CU9 as announced.',
    shownBy: [
      { ...owa, ...direct, profile: '2013-cu8', frontEnd: '2013-cu6', signOutKindSource: 'changed' },
      { ...owa, ...direct, profile: '2013-cu8', frontEnd: '2013-cu7', signOutKindSource: 'changed' },
    ],
  },
  {
    id: 'BLOG-12',
    gist: 'Table: up to CU6 the files have no such key (that column’s heading and entry are lost in our copy).',
    shownBy: [{ ...owa, ...direct, profile: '2013-cu6', ...shipped }],
    test: '[E-08] the files of builds up to CU6 hold no key, and setting one changes nothing',
  },
  {
    id: 'BLOG-13',
    gist: 'Table: the files of CU7 have the key set to LegacyLogOff.',
    shownBy: [{ ...owa, ...direct, profile: '2013-cu7', ...shipped }],
    test: '[E-08] the files of CU7 and CU8 hold the key with LegacyLogOff',
  },
  {
    id: 'BLOG-14',
    gist: 'Table: the files of CU8 have the key set to LegacyLogOff.',
    shownBy: [{ ...owa, ...direct, ...cu8 }],
    test: '[E-08] the files of CU7 and CU8 hold the key with LegacyLogOff',
  },
  {
    id: 'BLOG-15',
    gist: 'Table, overruled in 2016: the files of CU9 have the key commented out; as shipped they have LegacyLogOff.',
    shownBy: [
      { ...owa, ...direct, ...announced },
      { ...owa, ...direct, ...asShipped },
    ],
    test: '[E-01] the files of CU9 as announced hold the key in a comment, those of CU9 as shipped with LegacyLogOff',
  },
  {
    id: 'BLOG-16',
    gist: 'Table, second row: where sign-out leads by default, version by version (the entries are lost in our copy; the text says it).',
    shownBy: [
      { ...owa, ...fba, ...direct, profile: ['2013-cu6', '2013-cu7', '2013-cu8'], ...shipped },
      { ...owa, ...fba, ...direct, ...announced },
    ],
  },
];
