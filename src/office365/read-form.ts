import type { Context } from 'koa';
import getRawBody from 'raw-body';
import { LabError } from '../errors.ts';

/** A token, an address and some more; nothing that the mock's pages send is longer. */
const LARGEST_FORM = 32 * 1024;

/**
 * The fields of a urlencoded form. Throws too-large for one that is longer than any here, bad-request for one that broke off or has a
 * field twice.
 */
export async function readForm(ctx: Context): Promise<URLSearchParams> {
  const form = new URLSearchParams(await readBody(ctx));
  if (new Set(form.keys()).size < form.size) throw new LabError('bad-request', 'The form has a field twice. Expected each once.');
  return form;
}

async function readBody({ req }: Context): Promise<string> {
  try {
    return await getRawBody(req, { limit: LARGEST_FORM, encoding: 'utf8' });
  } catch (cause) {
    if ((cause as { type?: string }).type === 'entity.too.large')
      throw new LabError('too-large', `The form is longer than ${LARGEST_FORM} bytes, and no form of this lab is.`, { cause });
    throw new LabError('bad-request', 'The form broke off.', { cause });
  }
}
