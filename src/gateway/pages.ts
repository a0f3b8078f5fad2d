import { type Html, html } from '../html.ts';
import { pageHead } from '../html-page.ts';
import type { VisitContext } from './visit.ts';

/** The gateway's pages: plain HTML that works without script. Texts and looks are our own. */
const STYLESHEET_URL = '/CookieAuth.dll?GetPic?formdir=3&image=gateway.css';
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'";
/**
 * For the page with the logon form: a browser applies form-action to where the form's answer redirects, too, and a published server may
 * send users on to AD FS (E-20).
 */
export const FORM_MAY_LEAD_ANYWHERE = 'http: https:';

/** Answers with one of our own pages: never stored, never scripted; `formAction` is where its forms may lead. */
export function answerWithPage(ctx: VisitContext, status: number, page: Html, formAction = "'none'"): void {
  ctx.respond = true;
  ctx.status = status;
  ctx.set(pageFields(formAction, ctx.state.policy.listener.crossSite.framedBy));
  ctx.type = 'html';
  ctx.body = page.text;
}

/** Header fields of a page of ours. */
export function pageFields(formAction = "'none'", framedBy: readonly string[] = []): Record<string, string> {
  return {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': `${CONTENT_SECURITY_POLICY}; frame-ancestors ${["'self'", ...framedBy].join(' ')}; form-action ${formAction}`,
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** The look of our pages, under every Host: the page for an unknown one has it too. An asset of the form set (T-09). */
export async function serveStylesheet(ctx: VisitContext, next: () => Promise<void>): Promise<void> {
  if (ctx.state.target.text.toLowerCase() !== STYLESHEET_URL.toLowerCase()) return next();
  ctx.set({ 'Cache-Control': 'public, max-age=3600', 'X-Content-Type-Options': 'nosniff' });
  ctx.type = 'css';
  ctx.body = stylesheet;
}

/** A page around `content`; `title` is its first heading too. */
export function gatewayPage(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
${pageHead(title)}
<link rel="stylesheet" href="${STYLESHEET_URL}">
</head>
<body>
<main>
<p class="product">Forefront TMG emulation <span>logoff-lab</span></p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
}

/** What was refused or went wrong, and what to do about it. */
export function problemPage(title: string, explanation: string | Html, requestId: string): Html {
  return gatewayPage(
    title,
    html`${typeof explanation === 'string' ? html`<p>${explanation}</p>` : explanation}
<p class="quiet">Request <code>${requestId}</code></p>`,
  );
}

/** TMG's own logged-off page (T-04). */
export function loggedOffPage(publicName: string, signInAgain: string): Html {
  return gatewayPage(
    'You are signed out',
    html`<p>This browser has no session at the gateway for <strong>${publicName}</strong> any more.</p>
<p>If others use this computer, close all browser windows now.</p>
<p><a class="button" href="${signInAgain}">Sign in again</a></p>`,
  );
}

/** For a logon form that a page of another site has sent. */
export function foreignFormPage(form: string, requestId: string): Html {
  const explanation = html`<p>Another site has sent this logon form. Nobody is signed in by that.</p>
<p><a class="button" href="${form}">Sign in here</a></p>`;
  return problemPage('The logon was refused', explanation, requestId);
}

/** Asks before a sign-out for which another site has sent the user here; `signOut` is where to go for it. */
export function confirmSignOutPage(publicName: string, signOut: { href: string; text: string }): Html {
  return gatewayPage(
    `Do you want to sign out of ${publicName}?`,
    html`<p>Another site has sent you here to sign you out. If you did not ask for that, close this page: nothing has ended.</p>
<p><a class="button" href="${signOut.href}">${signOut.text}</a></p>`,
  );
}

const stylesheet = `:root { color-scheme: light dark; --ground: #eef1f5; --card: #fff; --ink: #1b2330; --quiet: #5a6678; --line: #8793a5;
  --accent: #0b5cad; --on-accent: #fff; --alert-ground: #fdecea; --alert-ink: #8c1d18; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161d; --card: #1c222c; --ink: #e8ecf2; --quiet: #a3afc0; --line: #66738a;
  --accent: #7ab8f5; --on-accent: #0c1722; --alert-ground: #3b1a1a; --alert-ink: #ffb4ab; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.25rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 27rem; padding: 2rem; background: var(--card); border-radius: .5rem; border-top: .3rem solid var(--accent);
  box-shadow: 0 1px 3px #0003, 0 8px 24px #0001; overflow-wrap: anywhere; }
.product { margin: 0; font-size: .85rem; color: var(--quiet); }
.product span { float: right; }
h1 { margin: .25rem 0 1.25rem; font-size: 1.5rem; line-height: 1.25; }
a { color: var(--accent); }
fieldset { margin: 0 0 1.25rem; padding: 0; border: 0; }
legend { padding: 0; font-weight: 600; }
.choice { display: grid; grid-template-columns: auto 1fr; column-gap: .5rem; align-items: start; margin-top: .35rem; }
.choice input { width: 1.1rem; height: 1.1rem; margin: .25rem 0 0; accent-color: var(--accent); }
.choice small, .quiet { color: var(--quiet); font-size: .875rem; }
.choice small { display: block; }
.field { display: block; margin-bottom: 1rem; font-weight: 600; }
.field input { display: block; width: 100%; margin-top: .25rem; padding: .55rem .65rem; font: inherit; font-weight: 400; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: .3rem; }
button, .button { display: inline-block; padding: .55rem 1.4rem; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 0; border-radius: .3rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.notice, .alert { margin: 0 0 1.25rem; padding: .65rem .85rem; border-radius: .3rem; }
.notice { background: var(--ground); }
.alert { background: var(--alert-ground); color: var(--alert-ink); }
code { font-size: .9em; }
ul { padding-left: 1.2rem; line-height: 1.9; }
main > :last-child { margin-bottom: 0; }
`;
