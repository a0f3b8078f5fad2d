import { type Html, html } from '../html.ts';
import type { Person } from './directory.ts';
import { type Acting, page } from './pages.ts';
import type { Profile } from './profile.ts';

const messages = [
  ['Carol Clark', 'Lunch on Friday?', 'The place by the river has a table at noon.'],
  ['Helpdesk', 'Your sign-out ticket', 'We could reproduce it: close all browser windows, they said.'],
  ['Dan Diaz', 'Minutes of the migration meeting', 'CU1 goes live on Monday. What could go wrong?'],
] as const;

/** What a client page is for: whose it is, and what its Sign out does. `base` is `/owa/`, or `/owa/<address>/` by explicit logon. */
export type Client = { profile: Profile; person: Person; signOut: Acting };

/** Session data decides what the premium client's Sign out does (E-03, E-05). */
export function premiumSignOut(profile: Profile, base: string): Acting {
  const scripts = `/owa/${profile.build}`;
  if (profile.signOut === 'logoff-page') return requestingSignOut(profile, `${base}logoff.owa`);
  return { script: 'sign-out.js', data: { from: `${base}sessiondata.ashx`, method: 'POST' }, base: scripts };
}

/** A client that never shows a dialog: every build before CU1, and OWA Light (E-05, E-19). */
export function requestingSignOut(profile: Profile, logoff: string): Acting {
  return { script: 'sign-out-by-request.js', data: { logoff }, base: `/owa/${profile.build}` };
}

/** ECP's client: a warning box, or its own logoff page (E-04, E-06). */
export function ecpSignOut(profile: Profile, closeWindow: boolean, logoff: string): Acting {
  return { script: 'sign-out-ecp.js', data: { closeWindow, logoff }, base: `/owa/${profile.build}` };
}

export function inboxPage({ profile, person, signOut }: Client, light: boolean): Html {
  const text = html`<ul>${messages.map(([from, subject, text]) => html`<li><strong>${from}</strong><span>${subject}</span><small>${text}</small></li>`)}</ul>`;
  return clientPage(profile, person, signOut, light ? 'Inbox · Light' : 'Inbox', text);
}

export function ecpPage({ profile, person, signOut }: Client): Html {
  const text = html`<p>Exchange Control Panel: the options of your mailbox. Its Sign out is decided by the ECP of this build, and by its own web.config.</p>`;
  return clientPage(profile, person, signOut, 'Options', text);
}

/** The form by which a password is changed; in the lab it stays what it is. */
export function passwordForm({ profile, person, signOut }: Client): Html {
  const text = html`<p>What counts here is the sign-out that follows. The password of the lab’s users stays what it is.</p>
<form name="changePassword" method="POST" action="/owa/options/password"><button name="change" value="yes">Change password</button></form>`;
  return clientPage(profile, person, signOut, 'Change password', text);
}

export function passwordChangedPage({ profile, person, signOut }: Client): Html {
  return clientPage(profile, person, signOut, 'Password changed', html`<p>Sign out now, and sign in with the new one.</p>`);
}

function clientPage(profile: Profile, person: Person, signOut: Acting, title: string, content: Html): Html {
  return page(
    profile,
    title,
    html`<header><strong>Outlook Web App</strong><span id="user">${person.name} <small>${person.account}</small></span>
<button type="button" id="sign-out" data-event="sign-out">Sign out</button></header>
<nav aria-label="Mailbox"><a href="/owa/">Inbox</a> <a href="/owa/?layout=light">Light version</a>
${profile.generation !== '2007' && html`<a href="/ecp/">Options</a>`} <a href="/owa/options/password">Change password</a></nav>
<main class="mail"><h1>${title}</h1>
<noscript><p class="notice">This client needs JavaScript: what its Sign out does is decided by a script.</p></noscript>
${content}</main>
<dialog id="page-dialog" aria-labelledby="dialog-title" aria-describedby="dialog-text">
<h2 id="dialog-title">Close your browser</h2><p id="dialog-text"></p>
<form method="dialog"><button autofocus>OK</button></form></dialog>`,
    signOut,
  );
}

/** Session data for the premium client (E-03). */
export function sessionData(person: Person, base: string, closeWindowOnLogout: boolean, legacySignOut: boolean) {
  return {
    ApplicationSettings: { CloseWindowOnLogout: closeWindowOnLogout, IsLegacySignOut: legacySignOut, BaseUrl: base },
    SessionSettings: { UserDisplayName: person.name, UserEmailAddress: person.address },
  };
}
