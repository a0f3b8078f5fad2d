import { type Html, html, jsonBlock } from '../html.ts';
import type { Person } from './directory.ts';
import type { Profile } from './profile.ts';

/**
 * The mock's pages. A page that acts carries its data in `#page-data`, loads one pure script (`#page-decide`) and the glue that
 * does what it decides; see docs/decisions/0001-page-scripts.md. Looks and texts are our own.
 */
type Acting = { script: string; data: unknown; base: string };

function page(profile: Profile, title: string, content: Html, acting?: Acting): Html {
  const base = acting?.base ?? `/owa/auth/${profile.build}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Outlook Web App</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/themes/owa.css">
${
  acting &&
  html`<script type="application/json" id="page-data">${jsonBlock(acting.data)}</script>
<script id="page-decide" src="${base}/scripts/${acting.script}" defer></script>
<script type="module" src="${base}/scripts/page.js"></script>`
}
</head>
<body>
${content}
<footer>${profile.title} <span>${profile.build}</span> · mock of logoff-lab</footer>
</body>
</html>
`;
}

const messages = [
  ['Carol Clark', 'Lunch on Friday?', 'The place by the river has a table at noon.'],
  ['Helpdesk', 'Your sign-out ticket', 'We could reproduce it: close all browser windows, they said.'],
  ['Dan Diaz', 'Minutes of the migration meeting', 'CU1 goes live on Monday. What could go wrong?'],
] as const;

/** The premium client: its Sign out is decided by the script that this build serves. */
export function mailboxPage(profile: Profile, person: Person): Html {
  const classic = profile.signOut === 'logoff-page';
  const acting: Acting = classic
    ? { script: 'sign-out-2010.js', data: { logoff: '/owa/logoff.owa' }, base: `/owa/${profile.build}` }
    : { script: 'sign-out.js', data: { from: '/owa/sessiondata.ashx', method: 'POST' }, base: `/owa/${profile.build}` };
  return page(
    profile,
    'Inbox',
    html`<header><strong>Outlook Web App</strong><span id="user">${person.name} <small>${person.account}</small></span>
<button type="button" id="sign-out" data-event="sign-out">Sign out</button></header>
<main class="mail"><h1>Inbox</h1>
<noscript><p class="notice">This client needs JavaScript: what its Sign out does is decided by a script.</p></noscript>
<ul>${messages.map(([from, subject, text]) => html`<li><strong>${from}</strong><span>${subject}</span><small>${text}</small></li>`)}</ul></main>
<dialog id="page-dialog" aria-labelledby="dialog-title" aria-describedby="dialog-text">
<h2 id="dialog-title">Close your browser</h2><p id="dialog-text"></p>
<form method="dialog"><button autofocus>OK</button></form></dialog>`,
    acting,
  );
}

/** Session data for the premium client (E-03). */
export function sessionData(person: Person, closeWindowOnLogout: boolean, legacySignOut: boolean) {
  return {
    ApplicationSettings: { CloseWindowOnLogout: closeWindowOnLogout, IsLegacySignOut: legacySignOut, BaseUrl: '/owa/' },
    SessionSettings: { UserDisplayName: person.name, UserEmailAddress: person.address },
  };
}

/** The first of the two logon pages: a script that goes on to the form (E-31). */
export function logonStubPage(profile: Profile, formUrl: string): Html {
  const acting: Acting = { script: 'logon-stub.js', data: { form: formUrl, replace: true }, base: `/owa/auth/${profile.build}` };
  return page(
    profile,
    'Sign in',
    html`<main class="card"><h1>Sign in</h1><p>One moment … <a href="${formUrl}">Go on to the sign-in form</a></p></main>`,
    acting,
  );
}

const reasons = new Map([
  ['1', 'You are signed out.'],
  ['2', 'The user name or password is not right. Try again.'],
  ['3', 'Your session has timed out. Sign in again.'],
  ['4', 'Your password has been changed. Sign in with the new one.'],
]);

/** Exchange's own logon form (E-31 … E-33, E-37). */
export function logonPage(profile: Profile, destination: string, reason: string): Html {
  return page(
    profile,
    'Sign in',
    html`<!-- OwaPage = ASP.auth_logon_aspx -->
<main class="card"><h1>Outlook Web App</h1>
${reasons.has(reason) && html`<p class="notice" role="${reason === '2' ? 'alert' : 'status'}">${reasons.get(reason)}</p>`}
<form action="/owa/auth.owa" method="POST" name="logonForm">
<input type="hidden" name="destination" value="${destination}">
<input type="hidden" name="flags" value="0">
<input type="hidden" name="forcedownlevel" value="0">
<input type="hidden" name="isUtf8" value="1">
<label>Domain\\user name <input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus></label>
<label>Password <input type="password" name="password" autocomplete="current-password" required></label>
<button type="submit" name="passwordText" value="">Sign in</button>
</form></main>`,
  );
}

/** Where Exchange 2010 ends a sign-out (E-19). */
export function logoffPage(profile: Profile): Html {
  return page(
    profile,
    'Signed out',
    html`<main class="card"><h1>You have signed out of Outlook Web App</h1><p>To protect your mail, close this window.</p>
<p><a href="/owa/">Sign in again</a></p></main>`,
  );
}

/** The static page of the new sign-out, the same whatever the authentication (E-21). */
export function signoutPage(profile: Profile): Html {
  return page(
    profile,
    'Signed out',
    html`<main class="card"><h1>Sign-out is complete</h1><p>Close all browser windows, so that nobody can use what your browser may still remember.</p></main>`,
  );
}

export function problemPage(profile: Profile, title: string, sentence: string): Html {
  return page(profile, title, html`<main class="card"><h1>${title}</h1><p>${sentence}</p></main>`);
}
