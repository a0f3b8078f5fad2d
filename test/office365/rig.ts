import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { parse } from 'node-html-parser';
import { standingClock } from '../../src/clock.ts';
import { createOffice365 } from '../../src/office365/office365.ts';
import type { Federation } from '../../src/office365/parts.ts';
import type { Office365Change } from '../../src/office365/setting.ts';
import { createRecorder } from '../../src/trace/recorder.ts';
import { type Answer, send } from '../send-request.ts';

/** The mock Office 365, and browsers that keep cookies, follow redirects and post the forms that post themselves. */

/** What is typed into the logon form. */
export type Typed = { login: string; passwd: string; KMSI: string };
export const ALICE: Typed = { login: 'alice@lab.example', passwd: 'Passw0rd!', KMSI: '' };
export const BOB: Typed = { login: 'bob@lab.example', passwd: 'Passw0rd!', KMSI: '' };
export const KEPT: Typed = { ...ALICE, KMSI: 'on' };

export const HOUR = 3_600_000;

/** Short names of the hosts (O-12), and the pages that people open there. */
const places = {
  login: ['login.idp.localhost', '/login.srf'],
  portal: ['portal.office.localhost', '/'],
  owa: ['outlook.mail365.localhost', '/owa/'],
  contoso: ['contoso.sharepoint.localhost', '/'],
  team: ['team.sharepoint.localhost', '/'],
} as const;
export type Place = keyof typeof places;
export type Service = Exclude<Place, 'login'>;
export const services: readonly Service[] = ['portal', 'owa', 'contoso', 'team'];

type Headers = Record<string, string>;
/** Where a way through redirects and forms ended: who is shown, or `prompt` for the logon form, or `''`; a line for each hop. */
export type Visit = { shown: string; session: string; url: string; answer: Answer; hops: string[] };

export async function startOffice365(t: ExecutionContext, change: Office365Change = {}, federation?: Federation) {
  const clock = standingClock();
  const recorder = createRecorder(clock);
  const office365 = createOffice365({ clock, recorder, random: randomBytes, ...(federation && { federation }) });
  t.teardown(() => office365.close());
  office365.configure(change);
  const port = await office365.listen(0, '127.0.0.1');
  const at = (place: Place, path: string = places[place][1]) => `http://${places[place][0]}:${port}${path}`;
  const secrets = new Set<string>();
  return {
    office365,
    clock,
    recorder,
    port,
    at,
    /** The sign-in request of a service, with other parameters; one without value is left out. */
    signInUrl: (place: Service, parameters: Record<string, string | undefined> = {}) =>
      at('login', `/login.srf?${query({ wa: 'wsignin1.0', wreply: at(place), wctx: places[place][1], ...parameters })}`),
    browser: (headers: Headers = {}) => createBrowser(port, secrets, headers),
    /** Every cookie value and token that the browsers have seen. */
    secrets,
  };
}

export type Rig = Awaited<ReturnType<typeof startOffice365>>;
export type Browser = ReturnType<typeof createBrowser>;

export function query(parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter((parameter): parameter is [string, string] => parameter[1] !== undefined);
  return new URLSearchParams(given).toString();
}

function createBrowser(port: number, secrets: Set<string>, headers: Headers) {
  const cookies = createCookies();
  const ask = async (method: string, url: string, more: Headers = {}, body?: string): Promise<Answer> => {
    const { host, hostname, pathname, search } = new URL(url);
    const Cookie = cookies.header(hostname);
    const answer = await send(
      port,
      method,
      pathname + search,
      { Host: host, ...headers, ...(Cookie && { Cookie }), ...more },
      body,
    );
    for (const field of answer.cookies) secrets.add(cookies.store(field, hostname));
    const { t = '', wresult = '' } = formOf(answer.body, 'tokenForm')?.fields ?? {};
    secrets.add(t).add(wresult);
    return answer;
  };
  const get = (url: string) => ask('GET', url);
  const post = (url: string, fields: Record<string, string>) =>
    ask('POST', url, { 'Content-Type': 'application/x-www-form-urlencoded' }, new URLSearchParams(fields).toString());

  async function open(url: string, typed?: Typed): Promise<Visit> {
    let next: Step | null = { method: 'GET', url };
    const hops: string[] = [];
    for (;;) {
      const step: Step = next;
      const answer = await (step.fields ? post(step.url, step.fields) : get(step.url));
      hops.push(hop(step, answer));
      next = stepAfter(step, answer, typed);
      if (!next || hops.length === 20) return { ...shownBy(answer), url: step.url, answer, hops };
    }
  }

  return {
    cookies,
    ask,
    get,
    post,
    open,
    /** From the page of a service, or a sign-in request, to the page that would post a token. */
    async tokenPage(url: string, typed: Typed = ALICE) {
      const first = await get(url);
      const asked = first.location || url;
      const page = first.location === '' ? first : await get(asked);
      const form = formOf(page.body, 'logonForm');
      const answer = form ? await post(new URL(form.action, asked).href, typed) : page;
      const { action = '', fields = {} } = formOf(answer.body, 'tokenForm') ?? {};
      return { action, fields, answer };
    },
    /** Signs in at every service. */
    async openAll(at: (service: Service) => string, typed: Typed = ALICE): Promise<void> {
      for (const service of services) await open(at(service), typed);
    },
  };
}

type Step = { method: 'GET' | 'POST'; url: string; fields?: Record<string, string> };

/** What a browser does with an answer by itself; a person fills in the logon form, if there is one. */
function stepAfter({ url }: Step, { location, body }: Answer, typed: Typed | undefined): Step | null {
  if (location !== '') return { method: 'GET', url: new URL(location, url).href };
  const logon = typed && formOf(body, 'logonForm');
  const form = logon ? { ...logon, fields: typed } : formOf(body, 'tokenForm');
  return form && { method: 'POST', url: new URL(form.action, url).href, fields: form.fields };
}

/** `GET owa /owa/ 302 +FedAuth -rtFa`: what was asked, what came, cookies set and deleted. Without queries. */
function hop({ method, url }: Step, { status, cookies }: Answer): string {
  const { hostname, pathname } = new URL(url);
  const place = Object.entries(places).find(([, [host]]) => host === hostname)?.[0] ?? hostname;
  const changes = cookies.map((field) => `${isDeletion(field) ? '-' : '+'}${field.split('=', 1)}`);
  return [method, place, pathname, status, ...changes].join(' ');
}

type Form = { action: string; fields: Record<string, string> };

export function formOf(body: string, name: string): Form | null {
  const form = parse(body).querySelector(`form[name="${name}"]`);
  if (!form) return null;
  const inputs = form.querySelectorAll('input[type=hidden]');
  const fields = Object.fromEntries(inputs.map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']));
  return { action: form.getAttribute('action') ?? '', fields };
}

function shownBy({ body }: Answer): { shown: string; session: string } {
  const root = parse(body);
  const user = root.querySelector('#user')?.childNodes[0]?.text.trim();
  const shown = user ?? (root.querySelector('form[name="logonForm"]') ? 'prompt' : '');
  return { shown, session: root.querySelector('dd')?.text ?? '' };
}

export const isDeletion = (setCookie: string) => /; Expires=Thu, 01 Jan 1970/.test(setCookie);

type Cookie = { name: string; value: string; domain: string; hostOnly: boolean };

/** The cookies of one browser, by host and domain. Nothing expires in it: what is over the server has to know. */
function createCookies() {
  let kept: Cookie[] = [];
  const sentTo = (host: string) =>
    kept.filter(({ domain, hostOnly }) => host === domain || (!hostOnly && host.endsWith(`.${domain}`)));
  return {
    header: (host: string) =>
      sentTo(host)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; '),
    /** Returns the value. */
    store(field: string, host: string): string {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(field) ?? [];
      const given = /; Domain=([^;]+)/i.exec(field)?.[1];
      const cookie: Cookie = { name, value, domain: given ?? host, hostOnly: given === undefined };
      kept = kept.filter((old) => old.name !== name || old.domain !== cookie.domain || old.hostOnly !== cookie.hostOnly);
      if (!isDeletion(field)) kept.push(cookie);
      return value;
    },
    namesAt: (place: Place) =>
      sentTo(places[place][0])
        .map(({ name }) => name)
        .sort(),
    save: () => [...kept],
    restore(saved: Cookie[]): void {
      kept = [...saved];
    },
    /** Forgets those that a condition holds for. */
    drop(condition: (cookie: Cookie) => boolean): void {
      kept = kept.filter((cookie) => !condition(cookie));
    },
  };
}
