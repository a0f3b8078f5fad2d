import { readFileSync } from 'node:fs';
import type { Context } from 'koa';
import { type Html, html } from '../html.ts';

/** The pages of the console, in the order of the navigation. */
const places = {
  run: { path: '/', name: 'Run' },
  compare: { path: '/compare', name: 'Compare' },
  matrix: { path: '/matrix', name: 'Matrix' },
  sessions: { path: '/sessions', name: 'Sessions' },
  profiles: { path: '/profiles', name: 'Profiles' },
  facts: { path: '/facts', name: 'Facts' },
} as const;

export type Place = keyof typeof places;

export type ConsolePage = {
  title: string;
  here: Place;
  content: Html;
  /** Address of the stream that keeps the page up to date (`/console.js` says what may come); without JavaScript it is loaded again. */
  stream?: string | undefined;
  /** Where its forms may lead to, and what it may frame, besides the console itself. */
  sites?: string;
};

export const stylesheet = readFileSync(new URL('console.css', import.meta.url), 'utf8');
export const script = readFileSync(new URL('console.js', import.meta.url), 'utf8');

/** How often a page whose stream nobody reads is loaded again, s. */
const RELOAD_EVERY = 3;

/** Answers with a page of the console: never stored, never framed, nothing loaded from elsewhere. */
export function answerPage(ctx: Context, page: ConsolePage, status = 200): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': securityPolicy(page.sites),
    // Forms tell their origin, which is asked for.
    'Referrer-Policy': 'same-origin',
  });
  ctx.body = layOut(page).text;
}

function securityPolicy(sites = ''): string {
  const self = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'";
  return `${self}; frame-ancestors 'none'; form-action 'self' ${sites}; frame-src ${sites || "'none'"}`;
}

function layOut({ title, here, content, stream }: ConsolePage): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · logoff-lab</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/console.css">
${
  stream !== undefined &&
  html`<noscript><meta http-equiv="refresh" content="${RELOAD_EVERY}"></noscript>
<script type="module" src="/console.js"></script>
`
}</head>
<body${stream !== undefined && html` data-stream="${stream}"`}>
<a class="skip" href="#content">Skip to the content</a>
<header>
<p class="product">logoff-lab</p>
<nav aria-label="Console"><ul>${Object.entries(places).map(
    ([place, { path, name }]) => html`<li><a href="${path}"${place === here && html` aria-current="page"`}>${name}</a></li>`,
  )}</ul></nav>
</header>
<main id="content" tabindex="-1">
${content}
</main>
<p id="said" role="status" class="unseen"></p>
</body>
</html>
`;
}

/** After a form: the page to look at. */
export function seeOther(ctx: Context, path: string): void {
  ctx.status = 303;
  ctx.set('Location', path);
  ctx.body = '';
}
