import { type Answer, send } from '../send-request.ts';
import { HOST, PASSWORD } from './two-gateways.ts';

/** Through the balancer, or past it to one of the gateways. */
export type Via = 'balancer' | 'a' | 'b';

/** Times are those of performance.now(). */
export type Session = {
  readonly user: string;
  /** Stands in the path of each request that has the session's cookie, so that the published server's journal tells them apart. */
  readonly mark: string;
  readonly cookie: string;
  readonly since: number;
  /** A sign-out was asked for, whatever came of it. */
  ending: boolean;
  /** When its user saw the logged-off page. */
  endedAt: number | null;
};

/** `replay`: with the cookie of a session whose end was seen. `stroll`: without a cookie. */
export type Deed = 'log-on' | 'visit' | 'sign-out' | 'replay' | 'stroll';

type Errand = { deed: Deed; user: string; path: string; via: Via };

/** What somebody asked for and got. Status 0: the connection broke before the end of the answer. */
export type Note = Errand & {
  status: number;
  /** Null: the balancer's own answer, or none. */
  from: 'a' | 'b' | null;
  location: string;
  retryAfter: string | null;
  body: string;
  /** The session had not been asked to end. */
  expectsPage: boolean;
  sentAt: number;
  seenAt: number;
};

type Reply = { note: Note; cookie: string | undefined };

export type Traffic = {
  readonly notes: readonly Note[];
  readonly sessions: readonly Session[];
  /** Null if it did not come about. */
  logOn(user: string, via?: Via): Promise<Session | null>;
  visit(session: Session, via?: Via): Promise<Note>;
  signOut(session: Session, via?: Via): Promise<Note>;
  replay(session: Session, via: Via): Promise<Note>;
  stroll(user: string, via?: Via): Promise<Note>;
  /** Resolves when so many more logged-off pages have been seen from now on. */
  signOuts(count: number): Promise<void>;
  /** Resolves when each client has noticed. */
  stop(): Promise<void>;
};

/** Milliseconds. */
export const LONGEST_ANSWER = 10_000;
const VISITS = 3;

/** Each of `users` signs in, looks at some pages, signs out, tries the old cookie at both gateways, and begins again. */
export function startTraffic(ports: Readonly<Record<Via, number>>, users: readonly string[]): Traffic {
  const notes: Note[] = [];
  const sessions: Session[] = [];
  const waits = new Set<{ left: number; resolve(): void }>();
  let stopped = false;

  async function ask(what: Errand, session: Session | null): Promise<Reply> {
    const sentAt = performance.now();
    const answer = await sendFor(what, session, ports[what.via]).catch(() => null);
    const expectsPage = what.deed === 'visit' && session !== null && !session.ending;
    const note = { ...what, ...readAnswer(what.via, answer), expectsPage, sentAt, seenAt: performance.now() };
    notes.push(note);
    return { note, cookie: answer?.cookies.find((field) => field.startsWith('cadata'))?.split(';', 1)[0] };
  }
  const askWith = async (session: Session, deed: Deed, path: string, via: Via) =>
    (await ask({ deed, user: session.user, path, via }, session)).note;

  const traffic: Traffic = {
    notes,
    sessions,
    async logOn(user, via = 'balancer') {
      const { note, cookie } = await ask({ deed: 'log-on', user, path: '/CookieAuth.dll?Logon', via }, null);
      if (note.status !== 302 || cookie === undefined) return null;
      const mark = `${user}-${sessions.length}`;
      const session: Session = { user, mark, cookie, since: note.seenAt, ending: false, endedAt: null };
      sessions.push(session);
      return session;
    },
    visit: (session, via = 'balancer') => askWith(session, 'visit', `/app/${session.mark}/page`, via),
    async signOut(session, via = 'balancer') {
      session.ending = true;
      const note = await askWith(session, 'sign-out', '/app/bye', via);
      if (note.status !== 200 || session.endedAt !== null) return note;
      session.endedAt = note.seenAt;
      for (const wait of waits) if (--wait.left === 0) wait.resolve();
      return note;
    },
    replay: (session, via) => askWith(session, 'replay', `/app/${session.mark}/replay`, via),
    stroll: async (user, via = 'balancer') => (await ask({ deed: 'stroll', user, path: '/app/nobody/page', via }, null)).note,
    signOuts: (count) => inTime(new Promise<void>((resolve) => waits.add({ left: count, resolve })), `${count} sign-outs`),
    async stop() {
      stopped = true;
      await Promise.all(clients);
    },
  };
  const clients = users.map((user) => goOn(traffic, user, () => stopped));
  return traffic;
}

function sendFor({ deed, user, path }: Errand, session: Session | null, port: number): Promise<Answer> {
  const headers = { Host: HOST, ...(session && { Cookie: session.cookie }) };
  if (deed !== 'log-on') return inTime(send(port, 'GET', path, headers), path);
  const form = { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' };
  const fields = new URLSearchParams({ curl: 'Z2FappZ2F', flags: '0', username: user, password: PASSWORD });
  return inTime(send(port, 'POST', path, form, fields.toString()), path);
}

function readAnswer(via: Via, answer: Answer | null): Pick<Note, 'status' | 'from' | 'location' | 'retryAfter' | 'body'> {
  const replica = answer?.headers['x-replica'];
  return {
    status: answer?.status ?? 0,
    from: via !== 'balancer' ? via : replica === 'a' || replica === 'b' ? replica : null,
    location: answer?.location ?? '',
    retryAfter: answer?.headers['retry-after'] ?? null,
    body: answer?.body ?? '',
  };
}

async function goOn(traffic: Traffic, user: string, isOver: () => boolean): Promise<void> {
  let first: Session | null = null;
  while (!isOver()) {
    await traffic.stroll(user);
    const session = await traffic.logOn(user);
    if (!session) continue;
    for (let visits = 0; visits < VISITS; visits++) await traffic.visit(session);
    while (!isOver() && session.endedAt === null) await traffic.signOut(session);
    if (session.endedAt === null) return;
    first ??= session;
    for (const old of [session, session, first]) for (const via of ['b', 'a'] as const) await traffic.replay(old, via);
  }
}

/** What takes longer never comes. */
export async function inTime<Result>(coming: Promise<Result>, what: string, longest = LONGEST_ANSWER): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what}: waited for in vain for ${longest / 1000} s`)), longest);
  try {
    return await Promise.race([coming, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
