import { type HTMLElement, parse } from 'node-html-parser';
import type { Clock } from '../clock.ts';
import { LabError } from '../errors.ts';
import { createJar, type Jar } from './cookie-jar.ts';
import { type Answer, createFetcher, type Fetcher } from './fetch-once.ts';
import { type Decision, runDecide } from './page-script.ts';

export type Person = { user: string; password: string };

/** A document that the browser shows, with the script that acts for it and the data which that script was loaded with. */
export type Page = { url: string; status: number; root: HTMLElement; acting: { script: string; data: unknown } | null };

/** A browser without a screen: one jar, one page, one hop at a time, and the scripts that the site itself serves. */
export type ScriptedBrowser = {
  /** Goes to an address, redirects and page scripts included. A Basic challenge is answered only if a `person` is there to type. */
  visit(url: string, person?: Person): Promise<Page>;
  /** Fills in the named form of the page and submits it. */
  submit(form: string, fields: Record<string, string>): Promise<Page>;
  /** Does on the page what a click on its `data-event` element does; returns what the page's script decided. */
  click(event: string): Promise<Decision | null>;
  /** One request with the browser's cookies; nothing is followed, stored or shown. */
  probe(method: string, url: string, person?: Person): Promise<Answer>;
  page(): Page | null;
  /** The same browser in a second universe: a copy of the cookies and of the Basic credentials it remembers, without a page. */
  clone(): ScriptedBrowser;
  close(): void;
};

const MOST_HOPS = 20;

type Memory = { jar: Jar; basic: Map<string, string> };

export function createScriptedBrowser(clock: Clock): ScriptedBrowser {
  return browserWith({ jar: createJar(clock), basic: new Map() }, createFetcher());
}

function browserWith(memory: Memory, fetcher: Fetcher): ScriptedBrowser {
  const { jar, basic } = memory;
  let page: Page | null = null;

  /** One hop: sends cookies and remembered credentials, takes in the cookies of the answer. */
  async function hop(method: string, url: string, form?: string): Promise<Answer> {
    const answer = await fetcher.fetch(method, url, { ...fieldsFor(memory, url), ...(form === undefined ? {} : FORM) }, form);
    for (const [name, value] of answer.headers) if (name.toLowerCase() === 'set-cookie') jar.store(value, url);
    return answer;
  }

  async function hopWithPassword(
    method: string,
    url: string,
    form: string | undefined,
    person: Person | undefined,
  ): Promise<Answer> {
    const answer = await hop(method, url, form);
    if (answer.status !== 401 || !person || !/^basic/i.test(headerOf(answer, 'www-authenticate') ?? '')) return answer;
    basic.set(new URL(url).origin, authorization(person));
    return hop(method, url, form);
  }

  async function go(method: string, url: string, form?: string, person?: Person): Promise<Page> {
    let next = { method, url, form };
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const answer = await hopWithPassword(next.method, next.url, next.form, person);
      const location = headerOf(answer, 'location');
      if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
        next = { method: 'GET', url: new URL(location, next.url).href, form: undefined };
        continue;
      }
      page = await load(next.url, answer, hop);
      const decision = page.acting && runDecide(page.acting.script, page.acting.data, 'load');
      if (decision?.do !== 'navigate') return page;
      next = { method: 'GET', url: new URL(decision.url, page.url).href, form: undefined };
    }
    throw new LabError('backend-broken', `${url} led through more than ${MOST_HOPS} hops; the last was ${next.url}`);
  }

  return {
    visit: (url, person) => go('GET', url, undefined, person),
    async submit(name, fields) {
      const form = page?.root.querySelector(`form[name="${name}"]`);
      if (!page || !form)
        throw new LabError('backend-broken', `there is no form "${name}" on ${page?.url ?? 'an empty browser'}`);
      const action = new URL(form.getAttribute('action') ?? '', page.url).href;
      return go(form.getAttribute('method')?.toUpperCase() ?? 'GET', action, encodeForm(form, fields));
    },
    async click(event) {
      if (!page?.root.querySelector(`[data-event="${event}"]`))
        throw new LabError('backend-broken', `there is nothing to click for "${event}" on ${page?.url ?? 'an empty browser'}`);
      const decision = page.acting && runDecide(page.acting.script, page.acting.data, event);
      if (decision?.do === 'navigate') await go('GET', new URL(decision.url, page.url).href);
      return decision;
    },
    probe(method, url, person) {
      const password = person ? { Authorization: authorization(person) } : {};
      return fetcher.fetch(method, url, { ...fieldsFor(memory, url), ...password });
    },
    page: () => page,
    clone: () => browserWith({ jar: jar.copy(), basic: new Map(basic) }, fetcher),
    close: () => fetcher.close(),
  };
}

/** The page of an answer, with its script and data as a browser loads them before anybody can click. */
async function load(url: string, answer: Answer, hop: (method: string, url: string) => Promise<Answer>): Promise<Page> {
  const root = parse(answer.body);
  const source = root.querySelector('#page-decide')?.getAttribute('src');
  if (source === undefined) return { url, status: answer.status, root, acting: null };
  const script = (await hop('GET', new URL(source, url).href)).body;
  const block = JSON.parse(root.querySelector('#page-data')?.text ?? '{}') as { from?: string; method?: string };
  const data: unknown =
    block.from === undefined ? block : JSON.parse((await hop(block.method ?? 'GET', new URL(block.from, url).href)).body);
  return { url, status: answer.status, root, acting: { script, data } };
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

function fieldsFor({ jar, basic }: Memory, url: string): Record<string, string> {
  const cookie = jar.header(url);
  const password = basic.get(new URL(url).origin);
  return {
    Accept: 'text/html,*/*;q=0.8',
    ...(cookie === '' ? {} : { Cookie: cookie }),
    ...(password === undefined ? {} : { Authorization: password }),
  };
}

function authorization({ user, password }: Person): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function headerOf(answer: Answer, name: string): string | undefined {
  return answer.headers.find(([field]) => field.toLowerCase() === name)?.[1];
}

/** What a submit with the first button sends: hidden and filled-in fields, the checked choice, the button. */
function encodeForm(form: HTMLElement, fields: Record<string, string>): string {
  const sent = new URLSearchParams();
  for (const input of form.querySelectorAll('input, button')) {
    const name = input.getAttribute('name');
    const unchecked = /^(radio|checkbox)$/.test(input.getAttribute('type') ?? '') && !input.hasAttribute('checked');
    if (name !== undefined && !unchecked) sent.set(name, fields[name] ?? input.getAttribute('value') ?? '');
  }
  for (const [name, value] of Object.entries(fields)) sent.set(name, value);
  return sent.toString();
}
