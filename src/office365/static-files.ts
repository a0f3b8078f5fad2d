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

/** Answers with one of the files; false if this is no request for one. */
export function serveFile(ctx: Context): boolean {
  const [, name = ''] = /^\/static\/([\w.-]+)$/.exec(ctx.path) ?? [];
  const text = files.get(name);
  if (text === undefined || !/^(GET|HEAD)$/.test(ctx.method)) return false;
  ctx.type = name.endsWith('.css') ? 'css' : 'js';
  ctx.set('Cache-Control', 'public, max-age=300');
  ctx.body = text;
  return true;
}
