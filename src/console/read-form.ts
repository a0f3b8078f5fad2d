import type { Context } from 'koa';
import getRawBody from 'raw-body';
import { LabError } from '../errors.ts';
import { quote } from '../rules/quote.ts';

const MOST_BYTES = 16_384;

/**
 * The fields of a form of the console. A form that another site's page sends is refused: browsers name the page's origin with every POST.
 * Throws forbidden, bad-request or too-large.
 */
export async function readForm(ctx: Context): Promise<URLSearchParams> {
  // Not ctx.origin: that is what the client says. Something in front may have ended TLS.
  const [origin, own] = [ctx.get('Origin'), `http://${ctx.host}`];
  if (origin !== own && origin !== `https://${ctx.host}`)
    throw new LabError('forbidden', `expected a form of this console (Origin: ${own}), got Origin: ${quote(origin || 'none')}`);
  if (!ctx.is('application/x-www-form-urlencoded'))
    throw new LabError('bad-request', 'expected Content-Type: application/x-www-form-urlencoded');
  try {
    return new URLSearchParams(
      await getRawBody(ctx.req, { limit: MOST_BYTES, length: ctx.request.length ?? null, encoding: 'utf8' }),
    );
  } catch (cause) {
    const tooLarge = (cause as { type?: string }).type === 'entity.too.large';
    throw new LabError(tooLarge ? 'too-large' : 'bad-request', `expected a form of at most ${MOST_BYTES} bytes`, { cause });
  }
}
