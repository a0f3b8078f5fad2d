import type { Context } from 'koa';
import { LabError } from '../errors.ts';
import { isHealth } from './health.ts';

/**
 * Of every answer, so of errors, files and streams too: it is no part of another site's page, neither in a frame nor as a picture or script,
 * no window that another site has opened stays connected to it, and it runs and loads nothing. Pages say what they need instead.
 */
const fields = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Not no-referrer: with that, forms would tell no origin, which is asked for.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Whether a page of another site has asked for this, by the browser's word (Fetch Metadata, which no page can change). A neighbour under
 * the same domain is another site too: mail.localhost shows whatever a published server answers. Programs and old browsers say nothing.
 */
export function isAskedElsewhere(ctx: Context): boolean {
  return /^(cross-site|same-site)$/i.test(ctx.get('Sec-Fetch-Site'));
}

/** Others may lead a person here with a link, and nothing else: what they let a browser load in secret costs work, or holds a stream open. */
export async function keepOtherSitesOut(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  ctx.set(fields);
  const isLink = ctx.method === 'GET' && ctx.get('Sec-Fetch-Dest') === 'document';
  if (isAskedElsewhere(ctx) && !isLink && !isHealth(ctx.path))
    throw new LabError('forbidden', 'a page of another site has asked for this: open it in a window of its own');
  await next();
}
