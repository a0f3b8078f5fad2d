// Rows 13 to 17: closing the browser, and time. None of it depends on how a profile signs out.

import type { Office365Row, ServiceName } from '../office365-case.ts';
import { alive, any, onlySilent, prompt, silent } from './office365-shapes.ts';

const renewed = (step: string, at: ServiceName, because: string): Office365Row => ({
  when: { row: '15', step, ...any },
  then: { after: onlySilent(at), newSession: true },
  mark: 'doc',
  facts: ['O-02', 'O-07'],
  because,
});
const authenticationOver = { after: { portal: 'prompt', owa: 'prompt', sharepoint: 'session-alive' } } as const;

export const lifetimeRows: readonly Office365Row[] = [
  {
    when: { row: '13', ...any, keepMeSignedIn: 'false' },
    then: { after: prompt },
    mark: 'doc',
    facts: ['O-02', 'O-03'],
    because: 'Closing the browser drops every cookie that is kept in memory only, the authentication cookie too.',
  },
  {
    when: { row: '14', step: 'a', ...any, keepMeSignedIn: 'true' },
    then: { after: alive },
    mark: 'doc',
    facts: ['O-02', 'O-03'],
    because: 'KB’s other statement about closing the browser: who is kept signed in is let in again without being asked.',
  },
  {
    when: { row: '14', step: 'b', ...any, keepMeSignedIn: 'true' },
    then: { after: { portal: 'silent-relogin', owa: 'silent-relogin', sharepoint: 'session-alive' } },
    mark: 'doc',
    facts: ['O-02', 'O-03', 'O-10'],
    because:
      'After seven hours the sessions of the portal and OWA are over and SharePoint’s is not, but the authentication cookie is still on the disk, so nobody is asked.',
  },
  renewed(
    'a',
    'portal',
    'The portal’s session is over, so it sends the browser for a new token, which the authentication cookie gets.',
  ),
  renewed('b', 'owa', 'OWA’s session is over, so it sends the browser for a new token, which the authentication cookie gets.'),
  renewed(
    'c',
    'sharepoint',
    'SharePoint’s session is over, so it sends the browser for a new token, which the authentication cookie gets.',
  ),
  {
    when: { row: '16', step: 'a', ...any, keepMeSignedIn: 'false' },
    then: authenticationOver,
    mark: 'doc',
    facts: ['O-02', 'O-10', 'O-13'],
    because:
      'The authentication cookie’s eight hours, KB’s default, are over and so are the sessions of the portal and OWA, which have to ask; SharePoint’s lasts five days.',
  },
  {
    when: { row: '16', step: 'b', ...any, keepMeSignedIn: 'true' },
    then: authenticationOver,
    mark: 'infer',
    facts: ['O-02', 'O-03', 'O-10', 'O-13'],
    because:
      'That the eight hours hold for who is kept signed in too is inferred; then the portal and OWA ask, and SharePoint’s session lasts its five days.',
  },
  {
    when: { row: '16', step: 'c', ...any, keepMeSignedIn: 'false', options: null },
    then: { after: { portal: 'prompt', owa: 'session-alive', sharepoint: 'session-alive' } },
    mark: 'infer',
    facts: ['O-02', 'O-10', 'O-13'],
    because:
      'The eight hours count from the sign-in: the silent logon at the portal after four hours has not prolonged them, so the portal asks; OWA, used then too, is within its six hours.',
  },
  {
    when: { row: '16', step: 'c', ...any, 'options.authenticationLifetime': 'sliding' },
    then: { after: onlySilent('portal') },
    mark: 'infer',
    facts: ['O-02', 'O-10', 'O-13'],
    because: 'If silent logons prolong the eight hours, those of the portal count from the fourth, so it gets a new token.',
  },
  {
    when: { row: '16', step: 'd', ...any, keepMeSignedIn: 'true' },
    then: { after: { portal: 'silent-relogin', owa: 'silent-relogin', sharepoint: 'session-alive' } },
    mark: 'infer',
    facts: ['O-03', 'O-10', 'O-13'],
    because:
      'Who is kept signed in has the same eight hours unless that is set otherwise; set to a day, the authentication cookie still gets new tokens.',
  },
  {
    when: { row: '17', ...any, keepMeSignedIn: 'false' },
    then: { after: silent },
    mark: 'infer',
    facts: ['O-02', 'O-10', 'O-13'],
    because:
      'Every session is over, but the authentication cookie has a second left, so the logon server still vouches for alice everywhere.',
  },
];
