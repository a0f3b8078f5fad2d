import { readFileSync } from 'node:fs';
import type { Context } from 'koa';
import { type Html, html } from '../html.ts';
import { pageHead } from '../html-page.ts';

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
  /** null: none of the places. */
  here: Place | null;
  content: Html;
  /** Address of the stream that keeps the page up to date (`/console.js` says what may come); without JavaScript it is loaded again. */
  stream?: string | undefined;
  /** How often it is loaded again where nobody reads its stream, s: less often where somebody fills in a form; null: never. */
  reloadEvery?: number | null;
  /** Which pages the navigation leads to; default: all. */
  places?: readonly Place[];
  /** Where its forms may lead to, and what it may frame, besides the console itself. */
  sites?: string;
  /** Whether a page of the console may show it in a frame; default: nobody may. */
  inOwnFrame?: boolean;
};

const styles = ['base', 'run', 'lanes', 'compare', 'matrix', 'reading'];
export const stylesheet = styles.map((name) => readFileSync(new URL(`styles/${name}.css`, import.meta.url), 'utf8')).join('');
export const script = readFileSync(new URL('live-page.js', import.meta.url), 'utf8');

/** How often a page whose stream nobody reads is loaded again, s. */
const RELOAD_EVERY = 3;

/** Answers with a page of the console: never stored, never framed, nothing loaded from elsewhere. */
export function answerPage(ctx: Context, page: ConsolePage, status = 200): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.set({ 'Cache-Control': 'no-store', 'Content-Security-Policy': securityPolicy(page) });
  ctx.body = layOut(page).text;
}

function securityPolicy({ sites = '', inOwnFrame = false }: ConsolePage): string {
  const self = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'";
  return `${self}; frame-ancestors '${inOwnFrame ? 'self' : 'none'}'; form-action 'self' ${sites}; frame-src ${sites || "'none'"}`;
}

function layOut({ title, here, content, stream, reloadEvery = RELOAD_EVERY, places: shown }: ConsolePage): Html {
  const links = Object.entries(places).filter(([place]) => shown?.includes(place as Place) ?? true);
  return html`<!doctype html>
<html lang="en">
<head>
${pageHead(`${title} · logoff-lab`)}
<link rel="stylesheet" href="/console.css">
${
  stream !== undefined &&
  html`${
    reloadEvery !== null &&
    html`<noscript><meta http-equiv="refresh" content="${reloadEvery}"></noscript>
`
  }<script type="module" src="/console.js"></script>
`
}</head>
<body${stream !== undefined && html` data-stream="${stream}"`}>
<a class="skip" href="#content">Skip to the content</a>
<header>
<p class="product">logoff-lab</p>
<nav aria-label="Console"><ul>${links.map(
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
