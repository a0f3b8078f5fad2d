import type { WhichCookies } from './cookie-jar.ts';
import type { Answer, Fetcher } from './fetch-once.ts';
import { jarOf, type Memory } from './memory.ts';

/**
 * An Office rich client opens a document with the cookies that it finds in the browser's store: one GET, without the browser's other
 * credentials; it follows nothing and puts nothing into the store.
 *
 * That it can use persistent cookies only is O-03 [infer], option `richClient`: the article says both that closing the browser removes
 * the session cookie and that Office clients can use it. `any-cookie` is the article taken literally.
 */
export function openDocument(memory: Memory, fetcher: Fetcher, url: string, cookies: WhichCookies): Promise<Answer> {
  const cookie = jarOf(memory, url).header(url, cookies);
  return fetcher.fetch('GET', url, { Accept: '*/*', ...(cookie === '' ? {} : { Cookie: cookie }) });
}
