import { type Html, html } from '../../html.ts';
import { htmlPage } from '../../html-page.ts';

/** The pages of the mock AD FS. Looks and texts are our own. */
type Acting = { script: 'post-form.js' | 'logon-stub.js'; data: unknown };

function page(title: string, content: Html, acting?: Acting): Html {
  const folder = '/adfs/portal';
  return htmlPage({
    title: `${title} · AD FS of the lab`,
    styles: [`${folder}/owa.css`],
    content: html`<main class="card"><h1>${title}</h1>
${content}</main>`,
    footer: 'AD FS',
    acting: acting && { data: acting.data, decide: `${folder}/${acting.script}`, glue: `${folder}/page.js` },
  });
}

export function federationForm(action: string, wrong: boolean): Html {
  return page(
    'Sign in with your organisation',
    html`${wrong && html`<p class="notice" role="alert">The user name or password is not right. Try again.</p>`}
<form action="${action}" method="POST" name="logonForm">
<label>Domain\\user name <input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus></label>
<label>Password <input type="password" name="password" autocomplete="current-password" required></label>
<button type="submit" name="submit" value="yes">Sign in</button>
</form>`,
  );
}

/** The form that carries a token to the relying party, and posts itself. */
export function federationToken(realm: string, token: string, context: string): Html {
  return page(
    'Signing in',
    html`<form action="${realm}" method="POST" name="tokenForm">
<input type="hidden" name="wa" value="wsignin1.0">
<input type="hidden" name="wresult" value="${token}">
<input type="hidden" name="wctx" value="${context}">
<noscript><button type="submit">Go on</button></noscript>
</form>`,
    { script: 'post-form.js', data: { form: 'tokenForm' } },
  );
}

/** Each relying party's own clean-up, called through the browser (E-20); when all have answered it goes on to `next`, if there is one. */
export function federationSignedOut(cleanups: readonly string[], next: string | null): Html {
  return page(
    'You are signed out',
    html`<p>Close all browser windows.</p>
${cleanups.map((url) => html`<iframe src="${url}" title="Sign-out at ${new URL(url).host}" hidden></iframe>`)}
${next !== null && html`<p><a href="${next}">Go on</a></p>`}`,
    next === null ? undefined : { script: 'logon-stub.js', data: { form: next, afterFrames: true } },
  );
}

export function federationProblem(sentence: string): Html {
  return page('This request cannot be served', html`<p>${sentence}</p>`);
}
