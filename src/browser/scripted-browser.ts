import type { HTMLElement } from 'node-html-parser';
import type { Clock } from '../clock.ts';
import { LabError } from '../errors.ts';
import type { Person } from './answer-challenges.ts';
import type { WhichCookies } from './cookie-jar.ts';
import { type Answer, createFetcher, type Fetcher } from './fetch-once.ts';
import { createHop, type Hop, probe } from './hop.ts';
import { loadPage, type Page } from './load-page.ts';
import {
  type BrowserOptions,
  copyMemory,
  createMemory,
  forgetCookies,
  forgetOnClose,
  type Memory,
  privateMemory,
} from './memory.ts';
import { MOST_HOPS, type Navigation, resolveAddress } from './navigation.ts';
import { openDocument } from './office-client.ts';
import type { Decision } from './page-script.ts';
import { shownAddress } from './shown-address.ts';
import { submitForm } from './submit-form.ts';
import { isThirdParty } from './third-party.ts';
import { nextInZone, startInZone, withoutEntries, type Zone, type ZoneList } from './zones.ts';

export type { Person } from './answer-challenges.ts';
export type { Page } from './load-page.ts';
export type { BrowserOptions } from './memory.ts';

/** One request of the way to a page, with what was answered. */
export type Step = { method: string; url: string; status: number; headers: Answer['headers'] };

/** A browser without a screen: a jar of cookies for each zone, one page, one hop at a time, and the scripts that the site itself serves. */
export type ScriptedBrowser = {
  /**
   * Goes to an address: redirects, page scripts, images and frames included. A Basic, Digest or Negotiate challenge is answered only
   * if a `person` is there to type, at whatever origin the way leads through; who was accepted is remembered, and signed in at that origin by the browser itself from then on.
   */
  visit(url: string, person?: Person): Promise<Page>;
  /** Fills in a form of the page, known by its name or by its number (from 0), and submits it. */
  submit(form: string | number, fields: Record<string, string>): Promise<Page>;
  /** Does on the page what a click on its `data-event` element does; returns what the page's script decided. */
  click(event: string): Promise<Decision | null>;
  /**
   * One request with the browser's cookies and credentials, or a person's; nothing is followed, stored or shown. A challenge that it
   * could not know before (Digest, Negotiate) takes a second one. Asked of a clone, it sends again what the browser had when that was made.
   */
  probe(method: string, url: string, person?: Person): Promise<Answer>;
  /** One GET as an Office rich client makes it, with what it may use of the browser's cookies (O-03); nothing is followed or stored. */
  openDocument(url: string, options: { cookies: WhichCookies }): Promise<Answer>;
  page(): Page | null;
  /**
   * The requests by which the last visit, submit or click came to its page, redirects and refusals included, oldest first; what pages load
   * is not among them. After a click that requested nothing there is none.
   */
  way(): readonly Step[];
  /** The same browser in a second universe: a copy of the cookies, credentials and zone lists, without a page. */
  clone(): ScriptedBrowser;
  /** A window with the same settings and zone lists that knows nothing of this browser's cookies and credentials, nor this one of its. */
  privateWindow(): ScriptedBrowser;
  /** Empties the zone lists named: their hosts share the cookies of all others then. Cookies stay in the jars that they are in. */
  takeOutOfZones(...lists: ZoneList[]): void;
  /** Deletes all cookies, of every zone. Credentials and the page stay. */
  clearCookies(): void;
  /** Closes all windows and starts the browser again: session cookies, credentials and the page are gone, persistent cookies are not. */
  closeAndReopen(): void;
  /** Forgets the credentials and closes the connections, its clones' and private windows' too. */
  close(): void;
  /** The same as `close`, for `using`. */
  [Symbol.dispose](): void;
};

export function createScriptedBrowser(clock: Clock, options: BrowserOptions = {}): ScriptedBrowser {
  return browserWith(createMemory(clock, options), createFetcher());
}

function browserWith(memory: Memory, fetcher: Fetcher): ScriptedBrowser {
  let page: Page | null = null;
  let way: Step[] = [];

  const inZone = (zone: Zone): Hop => createHop(memory, fetcher, () => memory.jars[zone]);

  function decide({ acting }: Page, event: string): Decision | null {
    return acting && memory.cache.decide(acting.script, acting.data, event);
  }

  /** Follows redirects, zones, and what pages decide when they load, to a page that stays. */
  async function go(first: Navigation, person?: Person): Promise<Page> {
    let at = startInZone(first, memory.zones);
    way = [];
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const { request, zone } = at;
      const answer = await inZone(zone)(request, person);
      way.push({ method: request.method, url: request.url, status: answer.status, headers: answer.headers });
      const next = nextInZone(at, answer, memory.zones);
      if (next) {
        at = next;
        continue;
      }
      page = await loadPage(request.url, answer, embeddedIn(memory, fetcher, zone, request.url), memory);
      const then = leadsTo(page, decide(page, 'load'));
      if (!then) return page;
      at = startInZone(then, memory.zones);
    }
    const last = shownAddress(at.request.url);
    throw new LabError(
      'backend-broken',
      `${shownAddress(first.url)} led through more than ${MOST_HOPS} hops; the last was ${last}`,
    );
  }

  function close() {
    memory.logins.clear();
    fetcher.close();
  }

  return {
    visit: (url, person) => go({ method: 'GET', url }, person),
    async submit(name, fields) {
      return go(submitForm(...formOf(page, name), fields, 'person'));
    },
    async click(event) {
      if (!page?.root.querySelector(`[data-event="${event}"]`))
        throw new LabError('backend-broken', `there is nothing to click for "${event}" on ${placeOf(page)}`);
      const decision = decide(page, event);
      way = [];
      const then = leadsTo(page, decision);
      if (then) await go(then);
      return decision;
    },
    probe: (method, url, person) => probe(memory, fetcher, { method, url }, person),
    openDocument: (url, { cookies }) => openDocument(memory, fetcher, url, cookies),
    page: () => page,
    way: () => way,
    clone: () => browserWith(copyMemory(memory), fetcher),
    privateWindow: () => browserWith(privateMemory(memory), fetcher),
    takeOutOfZones(...lists) {
      memory.zones = lists.reduce(withoutEntries, memory.zones);
    },
    clearCookies: () => forgetCookies(memory),
    closeAndReopen() {
      forgetOnClose(memory);
      page = null;
    },
    close,
    [Symbol.dispose]: close,
  };
}

/** For what a page embeds: the cookies of the page's own zone, whatever zone that is in. */
function embeddedIn(memory: Memory, fetcher: Fetcher, zone: Zone, pageUrl: string): Hop {
  const isBlocked = (url: string) => memory.thirdPartyCookies === 'blocked' && isThirdParty(url, pageUrl);
  return createHop(memory, fetcher, (url) => (isBlocked(url) ? null : memory.jars[zone]));
}

/** The request that a decision makes; null for none. */
function leadsTo(page: Page, decision: Decision | null): Navigation | null {
  if (decision?.do === 'navigate') return { method: 'GET', url: resolveAddress(decision.url, page.url) };
  if (decision?.do === 'submit') return submitForm(...formOf(page, decision.form), {}, 'script');
  return null;
}

function formOf(page: Page | null, which: string | number): [form: HTMLElement, url: string] {
  const forms = page?.root.querySelectorAll('form') ?? [];
  const form = typeof which === 'number' ? forms[which] : forms.find((form) => form.getAttribute('name') === which);
  if (!page || !form) throw new LabError('backend-broken', `there is no form "${which}" on ${placeOf(page)}`);
  return [form, page.url];
}

function placeOf(page: Page | null): string {
  return page ? shownAddress(page.url) : 'an empty browser';
}
