import { type Html, html } from '../html.ts';
import { encodeCurl } from './curl.ts';
import { gatewayPage } from './pages.ts';
import type { LogonReason } from './visit.ts';

/** TMG's form set number as it stands in its URLs. */
export const FORM_DIRECTORY = '3';

/** Where an unauthenticated request is sent (T-05): note the second `?`. */
export function getLogonUrl(target: string, reason: LogonReason, formdir = FORM_DIRECTORY): string {
  return `/CookieAuth.dll?GetLogon?curl=${encodeCurl(target)}&reason=${reason}&formdir=${formdir}`;
}

const messages: Record<LogonReason, Html | null> = {
  0: null,
  1: html`<p class="notice" role="status">You are signed out. Sign in to continue.</p>`,
  2: html`<p class="alert" role="alert" id="problem">You could not be logged on to Forefront TMG. Check your domain\\user name and password, then try again.</p>`,
  3: html`<p class="notice" role="status">Your session has timed out. Sign in to continue.</p>`,
};

/** The logon form (T-07, T-09): tools know it by its one form element and the order of that element's attributes. */
export function logonForm(form: { publicName: string; target: string; reason: LogonReason; formdir: string }): Html {
  return gatewayPage(
    'Sign in',
    html`${messages[form.reason]}
<form action="/CookieAuth.dll?Logon" method="POST" name="logonForm">
<input type="hidden" name="curl" value="${encodeCurl(form.target)}">
<input type="hidden" name="flags" value="0">
<input type="hidden" name="forcedownlevel" value="0">
<input type="hidden" name="formdir" value="${form.formdir}">
<input type="hidden" name="isUtf8" value="1">
<fieldset>
<legend>This computer is</legend>
<label class="choice"><input type="radio" name="trusted" value="0" checked><span>public or shared<small>Signs you out soon after you stop working.</small></span></label>
<label class="choice"><input type="radio" name="trusted" value="4"><span>private<small>Only you use it; you stay signed in for longer.</small></span></label>
</fieldset>
<label class="field">Domain\\user name
<input name="username" ${form.reason === 2 && html`aria-describedby="problem" `}autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus></label>
<label class="field">Password
<input type="password" name="password" autocomplete="current-password" required></label>
<button type="submit" name="SubmitCreds" value="Log On">Sign in</button>
</form>
<p class="quiet">To reach <code>${form.publicName}</code></p>`,
  );
}
