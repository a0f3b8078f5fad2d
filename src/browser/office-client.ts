import type { NamedOption } from '../named-options.ts';
import type { WhichCookies } from './cookie-jar.ts';
import type { Answer, Fetcher } from './fetch-once.ts';
import { jarOf, type Memory } from './memory.ts';

/** The named option of the Office rich client: a case of the matrix sets it, nothing switches it while a lab runs. */
export const officeClientOptions = {
  richClient: {
    values: ['persistent-only', 'any-cookie'],
    mark: 'infer',
    fact: 'O-03',
    meaning:
      'which cookies an Office client can use: those that outlive the browser, or any, as KB says literally; of the matrix’s client, so it is set by a case and not while the lab runs',
  },
} as const satisfies Record<string, NamedOption>;

/**
 * An Office rich client opens a document with the cookies that it finds in the browser's store: one GET, without the browser's other
 * credentials; it follows nothing and puts nothing into the store. That it can use persistent cookies only is `richClient`'s reading: the
 * article says both that closing the browser removes the session cookie and that Office clients can use it.
 */
export function openDocument(memory: Memory, fetcher: Fetcher, url: string, cookies: WhichCookies): Promise<Answer> {
  const cookie = jarOf(memory, url).header(url, cookies);
  return fetcher.fetch('GET', url, { Accept: '*/*', ...(cookie === '' ? {} : { Cookie: cookie }) });
}
