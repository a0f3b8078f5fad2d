import { html } from '../html.ts';
import type { Parts } from './parts.ts';
import { createService, signOut } from './service.ts';
import { pairOfCookies } from './session-cookies.ts';

/** The Office 365 portal. Its own sign-out addresses are ours. */
export function createPortal(parts: Parts) {
  return createService(parts, {
    host: 'portal.office.localhost',
    limits: () => ({ idle: parts.now.ttl().portal, absolute: null }),
    cookies: pairOfCookies,
    heading: 'Your services',
    content: html`<p>Everything that you have signed in to opens from here without another question.</p>`,
    actions: { 'sign-out': '/signout.aspx', 'different-user': '/signout.aspx?loginasanotheruser=true' },
    answer(ctx, service) {
      if (ctx.path.toLowerCase() !== '/signout.aspx') return false;
      signOut(ctx, service);
      return true;
    },
  });
}
