import { FIRST_EVENT } from '../../src/regression/ends/held-server.ts';
import { type ConnectionKind, openConnection } from '../../src/regression/ends/open-connection.ts';
import { rounds } from './rounds.ts';
import { type Client, must, site } from './site.ts';

/** Gateways of the same sessions, or the same one twice. */
export type Two = { a: Client; b: Client; portOfB: number };

/** Milliseconds, of each sign-out; and how many requests were made with a cookie that must have ended, and accepted. */
type AfterPage = { page: number[]; first: number[]; again: number[]; asked: number; accepted: number };
type UnderLoad = { refusal: number[]; asked: number; accepted: number };
/** `afterPage`: of those that the client had the page of A before. */
type Cuts = { socket: number[]; events: number[]; afterPage: number[] };

export type Times = { after: AfterPage; under: UnderLoad; cuts: Cuts };

const ACCEPTED = 200;
const REFUSED = 302;
const BUDGET = 8_000;
const ASKED_AFTER = 4;
const AT_ONCE = 4;

/** B knows the session; A signs out; as soon as its page is there B is asked, and again without pause. */
export async function measureRefusalAfterPage({ a, b }: Two, count: number): Promise<AfterPage> {
  const times: AfterPage = { page: [], first: [], again: [], asked: 0, accepted: 0 };
  for (const _ of rounds(count, BUDGET)) {
    const cookie = await a.logOn();
    for (let asked = 0; asked < 2; asked++) must(await b.ask(site.page, cookie), ACCEPTED);
    const clicked = performance.now();
    must(await a.ask(site.logoff, cookie), ACCEPTED);
    let from = performance.now();
    times.page.push(from - clicked);
    for (let asked = 0; asked < ASKED_AFTER; asked++) {
      const refused = (await b.ask(site.page, cookie)) === REFUSED;
      const till = performance.now();
      if (asked < 2) (asked === 0 ? times.first : times.again).push(till - from);
      from = till;
      times.asked++;
      if (!refused) times.accepted++;
    }
  }
  return times;
}

/** B is asked over several connections all the time while A signs out. */
export async function measureRefusalUnderLoad({ a, b }: Two, count: number): Promise<UnderLoad> {
  const times: UnderLoad = { refusal: [], asked: 0, accepted: 0 };
  for (const _ of rounds(count, BUDGET)) {
    const cookie = await a.logOn();
    must(await b.ask(site.page, cookie), ACCEPTED);
    const underWay = Promise.withResolvers<void>();
    let hasPage = false;
    let refusedAt = Number.POSITIVE_INFINITY;
    const askAllTheTime = async () => {
      for (let late = 0; late < ASKED_AFTER; ) {
        const sentLate = hasPage;
        // What is under way when the session ends is cut.
        const refused = await b.ask(site.page, cookie).then(
          (status) => status === REFUSED,
          () => true,
        );
        if (refused) refusedAt = Math.min(refusedAt, performance.now());
        underWay.resolve();
        if (!sentLate) continue;
        late++;
        times.asked++;
        if (!refused) times.accepted++;
      }
    };
    const asking = Promise.all(Array.from({ length: AT_ONCE }, askAllTheTime));
    await underWay.promise;
    const clicked = performance.now();
    must(await a.ask(site.logoff, cookie), ACCEPTED);
    hasPage = true;
    await asking;
    times.refusal.push(refusedAt - clicked);
  }
  return times;
}

/** A WebSocket and a stream of events are open at B while A signs out. */
export async function measureCuts({ a, portOfB }: Two, count: number): Promise<Cuts> {
  const times: Cuts = { socket: [], events: [], afterPage: [] };
  for (const _ of rounds(count, BUDGET)) {
    const cookie = await a.logOn();
    const cuts = await Promise.all([openUntilCut('socket', portOfB, cookie), openUntilCut('events', portOfB, cookie)]);
    const clicked = performance.now();
    must(await a.ask(site.logoff, cookie), ACCEPTED);
    const page = performance.now();
    const [socket, events] = await Promise.all([cuts[0].cutAt, cuts[1].cutAt]);
    times.socket.push(socket - clicked);
    times.events.push(events - clicked);
    times.afterPage.push(...[socket, events].filter((at) => at > page).map((at) => at - page));
  }
  return times;
}

/** Resolves when bytes have come over the connection. */
async function openUntilCut(kind: ConnectionKind, port: number, cookie: string): Promise<{ cutAt: Promise<number> }> {
  const connection = openConnection(kind, { port, host: site.host, cookie, path: `/mail/${kind}` });
  const cutAt = connection.over.then(() => performance.now());
  await connection.opened;
  if (kind === 'socket') connection.send('hello');
  if (!(await connection.received(kind === 'socket' ? 1 : FIRST_EVENT.length))) throw new Error(`B has not opened the ${kind}`);
  return { cutAt };
}
