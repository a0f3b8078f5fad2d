import type { Context } from 'koa';
import getRawBody from 'raw-body';
import { z } from 'zod';
import { LabError } from '../../errors.ts';
import { checkShape, strictShape } from '../../lab/check-shape.ts';
import { spanInMilliseconds, spanPattern } from '../../rules/duration.ts';

const KIB = 1024;
const PLENTY = 64 * KIB;

/**
 * The JSON body of a request, of at most `most` bytes. A JSON content type is asked for, so that no form of another site can change
 * the lab. Throws bad-request or too-large.
 */
export async function readJson(ctx: Context, most = PLENTY): Promise<unknown> {
  if (!ctx.is('application/json')) throw new LabError('bad-request', 'expected Content-Type: application/json');
  const text = new TextDecoder().decode(await readBytes(ctx, most));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LabError('bad-request', `expected a JSON body: ${(cause as Error).message}`, { cause });
  }
}

/**
 * A file sent as it is (`curl -T`). Any content type will do, or none: only PUT comes here, and a page of another site cannot send
 * that without asking first (a CORS preflight, which nothing here grants). A form's types are refused because with them the body is
 * not the file: `curl -d` takes out its line breaks, and multipart puts something around it. Throws bad-request or too-large.
 */
export async function readFileBody(ctx: Context, most: number): Promise<Buffer> {
  const form = ctx.is('application/x-www-form-urlencoded', 'multipart/form-data');
  if (form) throw new LabError('bad-request', `${form} is a form’s; send the file as it is: curl -T FILE ${ctx.href}`);
  return readBytes(ctx, most);
}

async function readBytes(ctx: Context, most: number): Promise<Buffer> {
  try {
    return await getRawBody(ctx.req, { limit: most, length: ctx.request.length ?? null });
  } catch (cause) {
    if ((cause as { type?: string }).type !== 'entity.too.large')
      throw new LabError('bad-request', `the body did not come whole: ${(cause as Error).message}`, { cause });
    throw new LabError('too-large', `expected a body of at most ${sizeInWords(most)}`, { cause });
  }
}

function sizeInWords(bytes: number): string {
  return bytes < KIB * KIB ? `${bytes / KIB} KiB` : `${bytes / KIB / KIB} MiB`;
}

/** No clock of a computer goes further: the year 9999. */
const LAST_TIME = Date.UTC(9999, 11, 31);

/** The body of `POST /api/clock`: `{"advance": "8h 1s"}` → ms. `now`: where the clock stands, ms. */
export function readSpan(body: unknown, now: number): number {
  const span = z.string().regex(spanPattern, 'expected a number and s, m, h or d, for example "10m" or "8h 1s"');
  const { advance } = checkShape(strictShape({ advance: span }), body, 'bad-request');
  const ms = spanInMilliseconds(advance);
  if (now + ms > LAST_TIME) throw new LabError('bad-request', 'advance: the clock ends with the year 9999');
  return ms;
}

/** The body of a request that needs none: `{}`. */
export function readNothing(body: unknown): void {
  checkShape(strictShape({}), body, 'bad-request');
}
