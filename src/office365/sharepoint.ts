import type { Context } from 'koa';
import { html } from '../html.ts';
import { createCookieSession } from './cookie-session.ts';
import type { HostName } from './hosts.ts';
import type { Parts } from './parts.ts';
import { createService, showTo, signOut } from './service.ts';
import { oneCookie } from './session-cookies.ts';

/** Office rich clients open it too (O-03). */
const DOCUMENT = '/Shared%20Documents/Plan.docx';

function showDocument(ctx: Context): void {
  ctx.type = 'text/plain';
  ctx.body = 'The plan: sign out, and be signed out.\n';
}

/** Both sites of SharePoint Online: each has FedAuth, and rtFa is of their domain (O-07). */
export function createSharePoint(parts: Parts): Readonly<Record<'contoso' | 'team', ReturnType<typeof createService>>> {
  const limits = () => ({ idle: parts.now.ttl().sharepoint, absolute: null });
  const root = createCookieSession(parts, { name: 'rtFa', limits, cookies: oneCookie('rtFa', 'sharepoint.localhost') });
  const site = (host: HostName, heading: string) => {
    const created = createService(parts, {
      host,
      limits,
      cookies: oneCookie('FedAuth'),
      root,
      heading,
      content: html`<ul><li><strong>Plan.docx</strong><span><a href="${DOCUMENT}">open it in the browser</a></span></li></ul>`,
      actions: {
        'sign-out': '/_layouts/15/SignOut.aspx',
        'different-user': '/_layouts/15/closeConnection.aspx?loginasanotheruser=true',
      },
      answer(ctx, service) {
        const path = ctx.path.toLowerCase();
        if (/^\/_layouts\/15\/(signout|closeconnection)\.aspx$/.test(path)) signOut(ctx, service);
        else if (path === DOCUMENT.toLowerCase()) showTo(ctx, service, () => showDocument(ctx));
        else return false;
        return true;
      },
    });
    const forget = () => {
      created.forget();
      root.forget();
    };
    return { ...created, forget };
  };
  return { contoso: site('contoso.sharepoint.localhost', 'Contoso'), team: site('team.sharepoint.localhost', 'Team site') };
}
