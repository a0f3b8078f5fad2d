import type { HTMLElement } from 'node-html-parser';
import type { Clock } from '../clock.ts';
import { LabError } from '../errors.ts';
import type { Person } from './answer-challenges.ts';
import { createJar } from './cookie-jar.ts';
import { type Answer, createFetcher, type Fetcher } from './fetch-once.ts';
import { createHop, type Memory, MOST_HOPS, type Navigation, probe, redirectOf } from './hop.ts';
import { loadPage, type Page } from './load-page.ts';
import type { Decision } from './page-script.ts';
import { createScriptCache, type ScriptCache } from './script-cache.ts';
import { submitForm } from './submit-form.ts';

export type { Person } from './answer-challenges.ts';
export type { Page } from './load-page.ts';

/** A browser without a screen: one jar, one page, one hop at a time, and the scripts that the site itself serves. */
export type ScriptedBrowser = {
  /**
   * Goes to an address: redirects, page scripts, images and frames included. A Basic, Digest or Negotiate challenge is answered only
   * if a `person` is there to type, at whatever origin the way leads through; who was accepted is remembered, and signed in at that origin by the browser itself from then on.
   */
  visit(url: string, person?: Person): Promise<Page>;
  /** Fills in the named form of the page and submits it. */
  submit(form: string, fields: Record<string, string>): Promise<Page>;
  /** Does on the page what a click on its `data-event` element does; returns what the page's script decided. */
  click(event: string): Promise<Decision | null>;
  /**
   * One request with the browser's cookies and credentials, or a person's; nothing is followed, stored or shown. A challenge that it
   * could not know before (Digest, Negotiate) takes a second one.
   */
  probe(method: string, url: string, person?: Person): Promise<Answer>;
  page(): Page | null;
  /** The same browser in a second universe: a copy of the cookies and of the credentials it remembers, without a page. */
  clone(): ScriptedBrowser;
  /** Forgets the credentials and closes the connections, its clones' too. */
  close(): void;
};

/** `cache` may be shared by many browsers: each script that a site lets them keep is then asked for once. */
export function createScriptedBrowser(clock: Clock, options: { cache?: ScriptCache } = {}): ScriptedBrowser {
  const { cache = createScriptCache() } = options;
  return browserWith({ clock, jar: createJar(clock), logins: new Map(), cache }, createFetcher());
}

function browserWith(memory: Memory, fetcher: Fetcher): ScriptedBrowser {
  const hop = createHop(memory, fetcher);
  let page: Page | null = null;

  function decide({ acting }: Page, event: string): Decision | null {
    return acting && memory.cache.decide(acting.script, acting.data, event);
  }

  /** Follows redirects, and what pages decide when they load, to a page that stays. */
  async function go(first: Navigation, person?: Person): Promise<Page> {
    let next = first;
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const answer = await hop(next, person);
      const redirect = redirectOf(next, answer);
      if (redirect) {
        next = redirect;
        continue;
      }
      page = await loadPage(next.url, answer, hop, memory);
      const then = leadsTo(page, decide(page, 'load'));
      if (!then) return page;
      next = then;
    }
    throw new LabError('backend-broken', `${first.url} led through more than ${MOST_HOPS} hops; the last was ${next.url}`);
  }

  return {
    visit: (url, person) => go({ method: 'GET', url }, person),
    async submit(name, fields) {
      return go(submitForm(...formOf(page, name), fields, 'person'));
    },
    async click(event) {
      if (!page?.root.querySelector(`[data-event="${event}"]`))
        throw new LabError('backend-broken', `there is nothing to click for "${event}" on ${page?.url ?? 'an empty browser'}`);
      const decision = decide(page, event);
      const then = leadsTo(page, decision);
      if (then) await go(then);
      return decision;
    },
    probe: (method, url, person) => probe(memory, fetcher, { method, url }, person),
    page: () => page,
    clone: () => browserWith({ ...memory, jar: memory.jar.copy(), logins: new Map(memory.logins) }, fetcher),
    close() {
      memory.logins.clear();
      fetcher.close();
    },
  };
}

/** The request that a decision makes; null for none. */
function leadsTo(page: Page, decision: Decision | null): Navigation | null {
  if (decision?.do === 'navigate') return { method: 'GET', url: new URL(decision.url, page.url).href };
  if (decision?.do === 'submit') return submitForm(...formOf(page, decision.form), {}, 'script');
  return null;
}

function formOf(page: Page | null, name: string): [form: HTMLElement, url: string] {
  const form = page?.root.querySelector(`form[name="${name}"]`);
  if (!page || !form) throw new LabError('backend-broken', `there is no form "${name}" on ${page?.url ?? 'an empty browser'}`);
  return [form, page.url];
}
