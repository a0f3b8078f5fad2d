import type { Context } from 'koa';

/** JSON, and a line break for whoever reads it in a terminal. */
export function answer(ctx: Context, body: object): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.type = 'application/json';
  ctx.body = `${JSON.stringify(body)}\n`;
}

/** For a 503: how long to wait before asking again, s. */
export const RETRY_AFTER = '2';

export function answerText(ctx: Context, status: number, text: string): void {
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = text;
}
