// Every sentence of KB (the problem, its solution, the further information and the notes) that states a behaviour or a rule of what
// happens, in our words and in the order of the text, and the cases of the matrix that show it. KB contradicts itself on closing the
// browser; the gists say for whom each statement is read (O-03). Products, dates and links to help are left out.

import type { SourceSentence } from './source-sentence.ts';

const owaStays = { row: '1', options: null };
const literally = { row: '7' };
const kept = { keepMeSignedIn: 'true' };
const notKept = { keepMeSignedIn: 'false' };

const problem: readonly SourceSentence[] = [
  {
    id: 'KB-01',
    gist: 'Title: users of Office 365’s web services are unable to sign out of them.',
    shownBy: [owaStays, { row: '2' }, { row: '3' }, literally],
  },
  {
    id: 'KB-02',
    gist: 'What users run into is one of two scenarios.',
    shownBy: [{ row: '4' }, { row: '5' }, owaStays, { row: '6' }],
  },
  {
    id: 'KB-03',
    gist: 'Scenario 1, first half: signing out of the portal or of OWA leaves SharePoint Online signed in.',
    shownBy: [
      { row: '4', step: 'a' },
      { row: '4', step: 'b' },
      { row: '7', step: ['a', 'b'] },
      { row: '23', step: ['a', 'b'] },
    ],
  },
  {
    id: 'KB-04',
    gist: 'Scenario 1, second half: signing out of SharePoint Online leaves the portal and OWA signed in.',
    shownBy: [{ row: '5' }, { row: '7', step: 'c' }, { row: '23', step: 'c' }],
  },
  {
    id: 'KB-05',
    gist: 'Scenario 2 begins with a user who has signed in to a service: the portal, OWA or SharePoint Online.',
    shownBy: [{ row: '2' }, owaStays, { row: '3' }],
  },
  {
    id: 'KB-06',
    gist: 'Scenario 2: the user tries one of two things.',
    shownBy: [owaStays, { row: '6' }],
  },
  {
    id: 'KB-07',
    gist: 'Scenario 2, the one: to sign out of the service.',
    shownBy: [owaStays, { row: '2' }, { row: '3' }, literally],
  },
  {
    id: 'KB-08',
    gist: 'Scenario 2, the other: to become a different user by the link on the service’s page.',
    shownBy: [{ row: '6' }],
  },
  {
    id: 'KB-09',
    gist: 'Scenario 2: neither of them works.',
    shownBy: [owaStays, { row: '2' }, { row: '3' }, { row: '6' }, literally],
  },
  {
    id: 'KB-10',
    gist: 'A click on Sign out, for one, does not sign the user out.',
    shownBy: [owaStays, { row: '2' }, { row: '3' }, literally],
  },
  {
    id: 'KB-11',
    gist: 'All that the click does is load the page that the user is on once more.',
    shownBy: [owaStays, { row: '7', step: 'b' }],
  },
];

const solution: readonly SourceSentence[] = [
  {
    id: 'KB-12',
    gist: 'Each of three methods gets round this and lets somebody else sign in.',
    shownBy: [
      { row: '8', step: 'b' },
      { row: '9', step: 'b' },
      { row: '10', step: 'b' },
    ],
  },
  {
    id: 'KB-13',
    gist: 'Method 1, step 1: empty the browser’s cache and delete its cookies.',
    shownBy: [{ row: '8', step: 'c' }],
  },
  {
    id: 'KB-14',
    gist: 'Method 1, step 2: close the browser and start it again.',
    shownBy: [{ row: '8', step: 'a' }],
  },
  {
    id: 'KB-15',
    gist: 'Method 1, step 3: go to the service, and sign in there as another user.',
    shownBy: [
      { row: '8', step: 'a' },
      { row: '8', step: 'b' },
    ],
  },
  {
    id: 'KB-16',
    gist: 'Method 2: use the services in a private window.',
    shownBy: [
      { row: '9', step: 'a' },
      { row: '9', step: 'b' },
    ],
  },
  {
    id: 'KB-17',
    gist: 'Method 3: delete the logon server’s domain from two zone lists of Internet Explorer, Trusted sites and Local intranet (read as: from both).',
    shownBy: [{ row: '10', step: 'e' }, { row: '10', step: 'b' }, { row: '10', step: ['c', 'd'] }, { row: '12' }],
  },
  {
    id: 'KB-18',
    gist: 'Note: Method 3 is no help against scenario 1.',
    shownBy: [{ row: '10', step: ['a', 'b', 'e', 'f'] }, { row: '11' }],
  },
];

const moreInformation: readonly SourceSentence[] = [
  {
    id: 'KB-19',
    gist: 'All this is intended.',
    shownBy: [],
    notModelled: 'An intention is not something that happens.',
  },
  {
    id: 'KB-20',
    gist: 'Cookies in the browser are what keeps somebody signed in to a service.',
    shownBy: [{ row: '8', step: 'a' }, { row: '9' }, { row: '20' }],
  },
  {
    id: 'KB-21',
    gist: 'Signing out of a service makes its session cookies expire.',
    shownBy: [owaStays, { row: '2' }, { row: '3' }, literally, { row: '25', step: 'b' }],
  },
  {
    id: 'KB-22',
    gist: 'On these session cookies rests the session with the application.',
    shownBy: [{ row: '15' }, { row: '20' }],
  },
  {
    id: 'KB-23',
    gist: 'But as long as the browser runs the authentication cookie is good, and nobody has to sign in again.',
    shownBy: [owaStays, { row: '3' }, literally, { row: '17' }],
  },
  {
    id: 'KB-24',
    gist: 'Unless set otherwise the authentication cookie holds for eight hours.',
    shownBy: [{ row: '16', step: ['a', 'b'] }, { row: '17' }, { row: '16', step: 'c' }],
  },
  {
    id: 'KB-25',
    gist: 'Nothing but closing the browser forces it to go (for who is not kept signed in; Methods 1 and 3 of KB itself are the exceptions).',
    shownBy: [{ row: '13' }, owaStays, literally, { row: '12' }],
  },
  {
    id: 'KB-26',
    gist: 'So at a sign-out, when the browser loads the application’s sign-in page again, the session cookie is deleted.',
    shownBy: [owaStays, { row: '2' }, { row: '3' }, literally],
  },
  {
    id: 'KB-27',
    gist: 'But the authentication cookie authenticates the browser at once.',
    shownBy: [owaStays, { row: '2' }, { row: '3' }, literally, { row: '25', step: 'a' }],
  },
  {
    id: 'KB-28',
    gist: 'The user is signed in to the application again, with a new session cookie.',
    shownBy: [owaStays, { row: '2' }, { row: '3' }, literally, { row: '25', step: 'a' }, { row: '18', step: 'c' }],
  },
  {
    id: 'KB-29',
    gist: 'Every service keeps a session cookie in memory, which has a lifetime (in memory for who is not kept signed in).',
    shownBy: [{ row: '15' }, { row: '13' }],
  },
  {
    id: 'KB-30',
    gist: 'Once it has expired the browser is sent to the logon server, under microsoftonline.com, for a new service token.',
    shownBy: [{ row: '15', step: 'a' }, { row: '15', step: 'b' }, { row: '15', step: 'c' }, { row: '17' }],
  },
  {
    id: 'KB-31',
    gist: 'Closing the browser drops the session cookie from memory, and the user has to sign in again (who is not kept signed in).',
    shownBy: [{ row: '13', ...notKept }],
  },
  {
    id: 'KB-32',
    gist: 'But services keep a cookie for some hours (for who is kept signed in).',
    shownBy: [
      { row: '14', step: 'b', ...kept },
      { row: '16', step: 'b', ...kept },
    ],
  },
  {
    id: 'KB-33',
    gist: 'First condition that follows: after closing the browser and opening it again nobody is asked for credentials (who is kept signed in).',
    shownBy: [{ row: '14', ...kept }],
  },
  {
    id: 'KB-34',
    gist: 'Instead the user is signed in by itself (who is kept signed in).',
    shownBy: [{ row: '14', ...kept }],
  },
  {
    id: 'KB-35',
    gist: 'Second condition that follows: Office rich clients can use the session cookie (the persistent one of who is kept signed in; any, literally).',
    shownBy: [
      { row: '18', step: ['a', 'b'], ...kept },
      { row: '19', step: 'b', ...notKept },
      { row: '19', step: 'a', ...notKept },
    ],
  },
];

export const kbSentences: readonly SourceSentence[] = [...problem, ...solution, ...moreInformation];
