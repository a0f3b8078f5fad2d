import { readFileSync } from 'node:fs';
import type { Middleware } from 'koa';
import type { JournalState } from './directory.ts';
import { authFolder, type Profile } from './profile.ts';

const scripts = ['sign-out.js', 'sign-out-by-request.js', 'sign-out-ecp.js', 'logon-stub.js', 'post-form.js'];
const places = [...scripts.map((name) => [name, `./client/${name}`]), ['page.js', '../page-glue.js'], ['owa.css', '../page.css']];
const files = new Map(
  places.map(([name, place]) => [name as string, readFileSync(new URL(place as string, import.meta.url), 'utf8')]),
);

/** Scripts and styles of the client under the build's number (E-37). */
export function serveClientFiles(profile: () => Profile): Middleware<JournalState> {
  return async function serveClientFiles(ctx, next) {
    const [, folder, name] = /^(\/owa\/(?:auth\/)?[\d.]+)\/(?:scripts|themes)\/([\w.-]+)$/i.exec(ctx.path) ?? [];
    const ours = [`/owa/${profile().build}`, authFolder(profile())].includes(folder?.toLowerCase() ?? '');
    if (!ours || !serveFile(ctx, name)) await next();
  };
}

/** Answers with one of the files; false if there is no such file. */
export function serveFile(ctx: Parameters<Middleware>[0], name: string | undefined): boolean {
  const text = files.get(name ?? '');
  if (text === undefined) return false;
  ctx.type = name?.endsWith('.css') ? 'css' : 'js';
  ctx.set('Cache-Control', 'public, max-age=300');
  ctx.body = text;
  return true;
}
