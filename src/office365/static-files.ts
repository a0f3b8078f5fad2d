import { readFileSync } from 'node:fs';
import type { Context } from 'koa';

const places = {
  'page.css': '../page.css',
  'services.css': './client/services.css',
  'page.js': '../page-glue.js',
  'go.js': './client/go.js',
  'post-token.js': './client/post-token.js',
};
const files = new Map(
  Object.entries(places).map(([name, place]) => [name, readFileSync(new URL(place, import.meta.url), 'utf8')]),
);

/** Where every host has its styles and scripts. */
export const FILES = '/static';

/** The file that a path is for; null if it is for none. */
export function fileAt(path: string): { type: string; text: string } | null {
  const [, name = ''] = /^\/static\/([\w.-]+)$/.exec(path) ?? [];
  const text = files.get(name);
  return text === undefined ? null : { type: name.endsWith('.css') ? 'text/css' : 'text/javascript', text };
}

/** Answers with one of the files; false if this is no request for one. */
export function serveFile(ctx: Context): boolean {
  const file = fileAt(ctx.path);
  if (!file || !/^(GET|HEAD)$/.test(ctx.method)) return false;
  ctx.type = `${file.type}; charset=utf-8`;
  ctx.set('Cache-Control', 'public, max-age=300');
  ctx.body = file.text;
  return true;
}
