import type { Context } from 'koa';
import { LabError } from '../errors.ts';

/** Pages are read, and forms posted only to what takes one. Throws bad-request. */
export function checkMethod({ method, path }: Context, takesForm: boolean): void {
  if (/^(GET|HEAD)$/.test(method) || (method === 'POST' && takesForm)) return;
  throw new LabError('bad-request', `${method} does nothing at ${path}. Expected GET${takesForm ? ' or POST' : ''}.`);
}
