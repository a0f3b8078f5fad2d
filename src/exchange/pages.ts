import { type Html, html } from '../html.ts';
import { htmlPage } from '../html-page.ts';
import { authFolder, type Profile } from './profile.ts';

/** What makes one of the mock's pages act: a script of the build's folder. Looks and texts are our own. */
export type Acting = { script: string; data: unknown; base: string };

/** The frame of every page. */
export function page(profile: Profile, title: string, content: Html, acting?: Acting): Html {
  const base = acting?.base ?? authFolder(profile);
  return htmlPage({
    title: `${title} · Outlook Web App`,
    styles: [`${base}/themes/owa.css`],
    content,
    footer: html`${profile.title} <span>${profile.build}</span>`,
    acting: acting && { data: acting.data, decide: `${base}/scripts/${acting.script}`, glue: `${base}/scripts/page.js` },
  });
}

/** The first of the two logon pages: a script that goes on to the form (E-31). */
export function logonStubPage(profile: Profile, formUrl: string): Html {
  const acting: Acting = { script: 'logon-stub.js', data: { form: formUrl, replace: true }, base: authFolder(profile) };
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

/** Exchange's own logon form (E-31 … E-33, E-37); `action` is where it is sent. */
export function logonPage(profile: Profile, action: string, destination: string, reason: string): Html {
  return page(
    profile,
    'Sign in',
    html`<!-- OwaPage = ASP.auth_logon_aspx -->
<main class="card"><h1>Outlook Web App</h1>
${reasons.has(reason) && html`<p class="notice" role="${reason === '2' ? 'alert' : 'status'}">${reasons.get(reason)}</p>`}
<form action="${action}" method="POST" name="logonForm">
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

/** The front end's page for what the mailbox server sent the browser to and nobody has (E-22). */
export function errorPage(profile: Profile, httpCode: string): Html {
  const code = /^\d{3}$/.test(httpCode) ? httpCode : 'unknown';
  return problemPage(profile, 'Something went wrong', `The page that you were sent to is not there (error ${code}).`);
}

export function problemPage(profile: Profile, title: string, sentence: string | Html): Html {
  return page(profile, title, html`<main class="card"><h1>${title}</h1><p>${sentence}</p></main>`);
}
