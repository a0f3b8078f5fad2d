import { type Html, html, jsonBlock } from './html.ts';

/** What makes a page act: its data, and the addresses of its `decide` and of the glue (docs/decisions/0001-page-scripts.md). */
export type Acting = { data: unknown; decide: string; glue: string };

/** What the head of every page begins with. No icon is asked for. */
export function pageHead(title: string): Html {
  return html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">`;
}

/** The frame of every page of the mocks. `kind`: what a style sheet may tell pages apart by; `footer`: who shows it. */
export function htmlPage(page: {
  title: string;
  kind?: string;
  styles: readonly string[];
  content: Html;
  footer: string | Html;
  acting?: Acting | undefined;
}): Html {
  const { title, kind, styles, content, footer, acting } = page;
  return html`<!doctype html>
<html lang="en"${kind !== undefined && html` data-kind="${kind}"`}>
<head>
${pageHead(title)}
${styles.map((address) => html`<link rel="stylesheet" href="${address}">\n`)}${
  acting &&
  html`<script type="application/json" id="page-data">${jsonBlock(acting.data)}</script>
<script id="page-decide" src="${acting.decide}" defer></script>
<script type="module" src="${acting.glue}"></script>
`
}</head>
<body>
${content}
<footer>${footer} · mock of logoff-lab</footer>
</body>
</html>
`;
}
