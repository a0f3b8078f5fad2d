import type { Context } from 'koa';
import { html } from '../html.ts';
import { plainPage } from './pages.ts';
import type { Parts } from './parts.ts';
import { askToSignIn, createService, endSession, type Service, signOut } from './service.ts';
import { pairOfCookies } from './session-cookies.ts';
import { queryOf } from './sign-in-request.ts';

const SHOWN = { service: 'owa', title: 'Outlook Web App' } as const;

/** Outlook Web App of Office 365: an Exchange that trusts the logon server (O-08, O-09). */
export function createOutlook(parts: Parts) {
  const { now } = parts;
  return createService(parts, {
    host: 'outlook.mail365.localhost',
    limits: () => ({ idle: now.ttl().owaIdle, absolute: now.ttl().owaHard }),
    cookies: pairOfCookies,
    heading: 'Inbox',
    content: html`<ul><li><strong>Helpdesk</strong><span>Signed out?</span><small>We clicked Sign out, and the page came back with our mail.</small></li>
<li><strong>Carol Clark</strong><span>Shared computer in the lobby</span><small>Who was signed in there yesterday?</small></li></ul>`,
    actions: { 'sign-out': '/owa/logoff.owa', 'different-user': '/owa/logoff.owa?loginasanotheruser=true' },
    answer(ctx, service) {
      const path = ctx.path.toLowerCase();
      if (path === '/' || path === '/owa') ctx.redirect(service.data.start);
      else if (path === '/owa/logoff.owa') ctx.redirect('/owa/auth/logoff.aspx?Cmd=logoff&src=exch');
      else if (path === '/owa/auth/logoff.aspx') logOff(ctx, service);
      else if (path === '/owa/auth/signout.aspx') ctx.body = restingPage();
      else return false;
      return true;
    },
  });
}

/** What OWA started itself goes to the logon server (O-08); for the rest SignOutKind decides, as on a server of one's own (O-09). */
function logOff(ctx: Context, service: Service): void {
  if (queryOf(ctx).get('src')?.toLowerCase() === 'exch') signOut(ctx, service);
  else {
    endSession(ctx, service);
    ctx.state['facts'] = ['O-09'];
    if (isLegacy(service.now.setting().signOutKind)) askToSignIn(ctx, service, service.data.start);
    else ctx.redirect('/owa/auth/signout.aspx');
  }
}

function restingPage(): string {
  return plainPage(
    SHOWN,
    'Sign-out is complete',
    html`<p>Close all browser windows, so that nobody can use what your browser may still remember.</p>`,
  ).text;
}

/** As Exchange reads its key (E-01): anything else, and nothing, is the new sign-out. */
function isLegacy(signOutKind: string | null): boolean {
  const words = (signOutKind ?? '').split(',').map((word) => word.trim().toLowerCase());
  return words.some((word) => word === 'legacylogoff' || word === '1');
}
