import { type Html, html } from '../html.ts';
import { htmlPage } from '../html-page.ts';
import type { Person } from './directory.ts';
import { FILES } from './static-files.ts';

/** The mock's pages; how a page acts says docs/decisions/0001-page-scripts.md. Looks and texts are our own. */
type Acting = { script: 'go.js' | 'post-token.js'; data: unknown };

/** Which host shows a page. */
export type Shown = { service: 'logon-server' | 'portal' | 'owa' | 'sharepoint'; title: string };

export const LOGON_SERVER: Shown = { service: 'logon-server', title: 'Logon server' };

function page({ service, title }: Shown, heading: string, content: Html, acting?: Acting): Html {
  return htmlPage({
    title: `${heading} · ${title}`,
    kind: service,
    styles: [`${FILES}/page.css`, `${FILES}/services.css`],
    content,
    footer: title,
    acting: acting && { data: acting.data, decide: `${FILES}/${acting.script}`, glue: `${FILES}/page.js` },
  });
}

/** The form that asks for credentials. `wrong`: what was sent before was not right. */
export function logonForm(action: string, toService: string, wrong: boolean): Html {
  return page(
    LOGON_SERVER,
    'Sign in',
    html`<main class="card"><h1>Sign in</h1><p>to go on to ${toService}</p>
${wrong && html`<p class="notice" role="alert">The user name or password is not right. Try again.</p>`}
<form action="${action}" method="POST" name="logonForm">
<label>User name <input name="login" autocomplete="username" autocapitalize="none" spellcheck="false" placeholder="alice@lab.example" required autofocus></label>
<label>Password <input type="password" name="passwd" autocomplete="current-password"></label>
<label class="choice"><input type="checkbox" name="KMSI" value="on">Keep me signed in</label>
<button type="submit" name="SI" value="Sign in">Sign in</button>
</form></main>`,
  );
}

/** The form that carries a token to a service, and posts itself (O-07). */
export function tokenPage(action: string, fields: Readonly<Record<string, string>>): Html {
  return page(
    LOGON_SERVER,
    'Signing in',
    html`<main class="card"><h1>Signing in</h1><form action="${action}" method="POST" name="tokenForm">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<noscript><button type="submit">Go on</button></noscript>
</form></main>`,
    { script: 'post-token.js', data: { form: 'tokenForm' } },
  );
}

/** Where the logon server's sign-out rests when it tells the services in frames (O-06, O-08). */
export function signedOutPage(cleanUps: readonly string[], back: string): Html {
  return page(
    LOGON_SERVER,
    'You are signed out',
    html`<main class="card"><h1>You are signed out</h1><p>Close all browser windows.</p>
<p><a href="${back}">Sign in again</a></p></main>
${cleanUps.map((url) => html`<iframe src="${url}" title="Clean-up at ${new URL(url).host}" hidden></iframe>`)}`,
  );
}

/** What a service shows to who is signed in. */
export type ServicePage = {
  shown: Shown;
  person: Person;
  heading: string;
  content: Html;
  /** What can be clicked: event → address. */
  actions: { readonly 'sign-out': string; readonly 'different-user': string };
  links: readonly (readonly [address: string, text: string])[];
};

export function servicePage({ shown, person, heading, content, actions, links }: ServicePage): Html {
  return page(
    shown,
    heading,
    html`<header><strong>${shown.title}</strong><span id="user">${person.name} <small>${person.account}</small></span>
<button type="button" class="second" data-event="different-user">Sign in as a different user</button>
<button type="button" id="sign-out" data-event="sign-out">Sign out</button></header>
<nav aria-label="Services">${links.map(([address, text]) => html`<a href="${address}">${text}</a> `)}</nav>
<main class="mail"><h1>${heading}</h1>
<noscript><p class="notice">This page needs JavaScript: what its Sign out does is decided by a script.</p></noscript>
${content}</main>`,
    { script: 'go.js', data: actions },
  );
}

/** A page that only says something. */
export function plainPage(shown: Shown, heading: string, content: Html): Html {
  return page(shown, heading, html`<main class="card"><h1>${heading}</h1>${content}</main>`);
}

/** Why a request is refused, and what to do. */
export function problemPage(shown: Shown, sentence: string, start?: string): Html {
  return plainPage(
    shown,
    'This request cannot be served',
    html`<p>${sentence}</p>${start !== undefined && html`<p><a href="${start}">Start again</a></p>`}`,
  );
}

/** What is left of a session: shown to presenters, so that a new one can be told from the old one. */
export function sessionFacts(rows: readonly (readonly [name: string, value: string])[]): Html {
  return html`<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
