import type { Context } from 'koa';
import { collect } from './ask.ts';

const LARGEST_FORM = 16 * 1024;

/** The fields of a urlencoded form; null if it is longer than a logon form can be, or broken off. */
export async function readForm(ctx: Context): Promise<URLSearchParams | null> {
  const body = await collect(ctx.req, LARGEST_FORM).catch(() => null);
  return body && new URLSearchParams(body.toString('utf8'));
}
