import type { Context } from 'koa';
import getRawBody from 'raw-body';
import { LabError } from '../errors.ts';

/** A token, an address and some more; nothing that the mock's pages send is longer. */
const LARGEST_FORM = 32 * 1024;

/** The fields of a urlencoded form. Throws too-large for one that is longer than any here, bad-request for one that broke off. */
export async function readForm(ctx: Context): Promise<URLSearchParams> {
  try {
    return new URLSearchParams(await getRawBody(ctx.req, { limit: LARGEST_FORM, encoding: 'utf8' }));
  } catch (cause) {
    // What is still to come must not be taken for the next request.
    ctx.set('Connection', 'close');
    ctx.req.resume();
    if ((cause as { type?: string }).type === 'entity.too.large')
      throw new LabError('too-large', `The form is longer than ${LARGEST_FORM} bytes, and no form of this lab is.`, { cause });
    throw new LabError('bad-request', 'The form broke off.', { cause });
  }
}
