import { type HTMLElement, parse } from 'node-html-parser';
import { LabError } from '../errors.ts';
import type { Answer } from './fetch-once.ts';
import type { Hop } from './hop.ts';
import type { Memory } from './memory.ts';
import { MOST_HOPS, type Navigation, redirectOf, resolveAddress } from './navigation.ts';
import { shownAddress } from './shown-address.ts';

/** A document that the browser shows, with the script that acts for it and the data which that script was loaded with. */
export type Page = { url: string; status: number; root: HTMLElement; acting: { script: string; data: unknown } | null };

/** The page of an answer, with script, data, images and frames as a browser loads them before anybody can click. */
export async function loadPage(url: string, answer: Answer, hop: Hop, memory: Memory): Promise<Page> {
  const root = parse(isHtml(answer) ? checkedSize(url, answer.body) : '');
  const acting = await loadActing(url, root, hop, memory);
  for (const address of subresources(root, url)) await fetchSubresource(address, hop);
  return { url, status: answer.status, root, acting };
}

/** The parser takes time by the square of what is nested: a page of 100 kB could take seconds. */
const MOST_TAGS = 5_000;

function checkedSize(url: string, text: string): string {
  if (text.split('<', MOST_TAGS + 2).length <= MOST_TAGS + 1) return text;
  throw new LabError(
    'backend-broken',
    `${shownAddress(url)} has more than ${MOST_TAGS} tags; expected a page of a mock, or of a proxy before it`,
  );
}

async function loadActing(url: string, root: HTMLElement, hop: Hop, memory: Memory): Promise<Page['acting']> {
  const source = root.querySelector('#page-decide')?.getAttribute('src');
  if (source === undefined) return null;
  const script = await loadScript(resolveAddress(source, url), hop, memory);
  const block = readData(root.querySelector('#page-data')?.text ?? '{}', url) as { from?: string; method?: string };
  if (block.from === undefined) return { script, data: block };
  const from = new URL(resolveAddress(block.from, url));
  const { method = 'GET' } = block;
  // What a browser would first ask the other site about is not asked at all.
  if (from.origin !== new URL(url).origin || !/^(GET|POST)$/.test(method))
    throw new LabError(
      'backend-broken',
      `${shownAddress(url)} wants its data by ${method} from ${from.origin}; expected GET or POST from its own origin`,
    );
  const answer = await hop({ method, url: from.href });
  return { script, data: readData(answer.body, from.href) };
}

/** The parser's own error would quote what it has read. */
function readData(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LabError('backend-broken', `the data of the page at ${shownAddress(url)} are no JSON`);
  }
}

async function loadScript(url: string, hop: Hop, { cache, clock }: Memory): Promise<string> {
  const kept = cache.read(url, clock.now());
  if (kept !== null) return kept;
  const answer = await hop({ method: 'GET', url });
  cache.keep(url, answer, clock.now());
  return answer.body;
}

/** Addresses of the images and frames, each once: front-channel sign-out is made of these (E-20, O-08). */
function subresources(root: HTMLElement, url: string): Set<string> {
  const sources = root.querySelectorAll('img[src], iframe[src]').map((element) => element.getAttribute('src') ?? '');
  const addresses = sources.filter((source) => source !== '').map((source) => URL.parse(source, url));
  return new Set(addresses.flatMap((address) => (address?.protocol === 'http:' ? [address.href] : [])));
}

/** With its redirects, but not what a frame would load and do in turn. A page is there whether this succeeds or not. */
async function fetchSubresource(url: string, hop: Hop): Promise<void> {
  let next: Navigation | null = { method: 'GET', url };
  try {
    for (let hops = 0; next && hops < MOST_HOPS; hops++) next = redirectOf(next, await hop(next));
  } catch {}
}

/** Without a type a browser looks at the content, which here is HTML. */
function isHtml({ headers }: Answer): boolean {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return type === undefined || /html/i.test(type);
}
