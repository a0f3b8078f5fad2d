import { randomBytes } from 'node:crypto';
import { createContext, runInContext } from 'node:vm';
import type { ExecutionContext } from 'ava';
import { standingClock } from '../../src/clock.ts';
import { createExchange } from '../../src/exchange/exchange.ts';
import { loadProfiles } from '../../src/exchange/profile.ts';
import type { SitePlan } from '../../src/exchange/site-plan.ts';
import { createRecorder } from '../../src/trace/recorder.ts';
import { type Answer, send } from '../send-request.ts';

/** The mock Exchange with one site, `mail`, and clients that keep cookies as a browser does and follow nothing by themselves. */

export const profiles = await loadProfiles();

export type Person = { user: string; password: string };
export const ALICE: Person = { user: 'lab\\alice', password: 'Passw0rd!' };
export const BOB: Person = { user: 'lab\\bob', password: 'Passw0rd!' };

export const base64 = (text: string) => Buffer.from(text).toString('base64');
export const basic = ({ user, password }: Person) => ({ Authorization: `Basic ${base64(`${user}:${password}`)}` });

/** The fields of Exchange's logon form (E-33). */
export const logonFields = (change: Record<string, string | undefined> = {}): Record<string, string> => {
  const { user: username, password } = ALICE;
  const fields = { destination: '', flags: '0', forcedownlevel: '0', username, password, passwordText: '', isUtf8: '1' };
  const changed = Object.entries({ ...fields, ...change });
  return Object.fromEntries(changed.filter((field): field is [string, string] => field[1] !== undefined));
};

export type Headers = Record<string, string>;
type Ask = (method: string, path: string, headers?: Headers, body?: string | Buffer) => Promise<Answer>;

/** `builds`: profiles that a test brings in later, besides those of the plan. */
export async function startExchange(t: ExecutionContext, plan: SitePlan, builds: readonly string[] = []) {
  const clock = standingClock();
  const recorder = createRecorder(clock);
  const used = new Set([...plan.servers.map(({ profile }) => profile), ...builds]);
  const needed = new Map([...profiles].filter(([name]) => used.has(name)));
  const exchange = createExchange({ profiles: needed, clock, recorder, random: randomBytes });
  t.teardown(() => exchange.close());
  await exchange.configure('mail', plan);
  const port = await exchange.listen(0, '127.0.0.1');
  const host = `mail.localhost:${port}`;
  const ask: Ask = (method, path, headers = {}, body) => send(port, method, path, { Host: host, ...headers }, body);
  return {
    exchange,
    clock,
    recorder,
    port,
    origin: `http://${host}`,
    ask,
    client: (headers: Headers = {}) => createClient(ask, headers),
    configure: (next: SitePlan) => exchange.configure('mail', next),
    /** Who the mailbox servers were told it is, one for each request that reached them. */
    identitiesAtMailbox: () =>
      recorder
        .read()
        .events.filter(({ party, kind }) => party === 'mailbox' && kind === 'request')
        .map(({ identity }) => identity ?? null),
    /** `id state` of the user context, for each answer of a mailbox server that knows one. */
    contexts: () =>
      recorder
        .read()
        .events.filter(({ party, kind, session }) => party === 'mailbox' && kind === 'response' && session !== undefined)
        .map(({ session }) => `${session?.id} ${session?.state}`),
  };
}

export type Rig = Awaited<ReturnType<typeof startExchange>>;
export type Client = ReturnType<typeof createClient>;

/** A browser without scripts. Every request carries `headers`. */
function createClient(ask: Ask, headers: Headers) {
  const cookies = new Map<string, string>();
  const visit = async (method: string, path: string, more: Headers = {}, body?: string): Promise<Answer> => {
    const Cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await ask(method, path, { ...headers, ...(Cookie === '' ? {} : { Cookie }), ...more }, body);
    for (const field of answer.cookies) {
      const [name = '', value = ''] = (field.split(';', 1)[0] as string).split('=');
      if (isDeletion(field)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const post = (path: string, fields: Record<string, string>) =>
    visit('POST', path, { 'Content-Type': 'application/x-www-form-urlencoded' }, new URLSearchParams(fields).toString());
  return {
    cookies,
    get: (path: string, more?: Headers) => visit('GET', path, more),
    post,
    call: (method: string, path: string, more?: Headers) => visit(method, path, more),
    logOn: (change?: Record<string, string | undefined>) => post('/owa/auth.owa', logonFields(change)),
    /** What a click that leads to `path` does: a line for each hop, up to the first answer that is no redirect, 8 at most. */
    async follow(path: string): Promise<string[]> {
      const hops: string[] = [];
      let next = path;
      do {
        const { status, location } = await visit('GET', next);
        hops.push(`${next} ${status}`);
        next = location.replace(/^http:\/\/mail\.localhost:\d+/, '');
      } while (next !== '' && hops.length < 8);
      return hops;
    },
  };
}

/** A page that acts, as a browser has it after loading: with the data of that moment, and its script (E-03, E-05, E-06). */
export async function loadPage(client: Client, path: string) {
  const { body } = await client.get(path);
  const part = (pattern: RegExp) => pattern.exec(body)?.[1] ?? '';
  const block = JSON.parse(part(/id="page-data">([^<]*)</)) as { from?: string; method?: string };
  const data =
    block.from === undefined ? block : (JSON.parse((await client.call(block.method ?? '', block.from)).body) as object);
  const script = (await client.get(part(/id="page-decide" src="([^"]*)"/))).body;
  const world = createContext({ data });
  runInContext(script, world, { timeout: 1000 });
  return {
    data,
    /** Where a click on Sign out leads, or `dialog`. */
    signOut(): string {
      const { do: what, url = '' } = runInContext('decide(data, "sign-out")', world) as { do: string; url?: string };
      return what === 'navigate' ? url : what;
    },
  };
}

export const isDeletion = (setCookie: string) => /; expires=Thu, 01 Jan 1970/i.test(setCookie);

/** Names of the cookies that an answer sets, and of those that it deletes, sorted. */
export function cookiesOf({ cookies }: Answer): { set: string[]; deleted: string[] } {
  const names = (fields: string[]) => fields.map((field) => field.split('=', 1)[0] as string).sort();
  return { set: names(cookies.filter((field) => !isDeletion(field))), deleted: names(cookies.filter(isDeletion)) };
}
