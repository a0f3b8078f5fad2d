import { Agent } from 'node:http';
import { inTime } from '../journeys/traffic.ts';
import { ask, echo, LONGEST_ANSWER, type Reply } from './ask.ts';
import { contentFor, type Kind, lengths, UPLOAD } from './content.ts';
import type { PublishedServer } from './published-server.ts';

export const HOST = 'site.test';
export const PASSWORD = 'Passw0rd!';

export type Session = {
  readonly user: string;
  /** The ids of all requests that bring the cookie begin with it. */
  readonly mark: string;
  readonly cookie: string;
  /** X-Request-Id of its logon. */
  readonly exchange: string;
  /** A sign-out was asked for, whatever came of it. */
  ending: boolean;
  /** performance.now() when its user saw the logged-off page. */
  endedAt: number | null;
};

/** `replay`: a visit with the cookie of a session whose end was seen. `stroll`: one without a cookie. */
export type Deed = Kind | 'log-on' | 'sign-out' | 'replay' | 'stroll';

/** What somebody asked for and got. */
export type Note = Reply & {
  deed: Deed;
  user: string;
  /** Stands in the path, but for a logon. */
  id: string;
  /** X-Request-Id of the answer. */
  exchange: string | null;
  location: string;
  /** performance.now() */
  sentAt: number;
  seenAt: number;
};

export type Traffic = {
  readonly notes: readonly Note[];
  readonly sessions: readonly Session[];
  /** Null if it did not come about. */
  logOn(user: string): Promise<Session | null>;
  /** `id`: goes into the path after the session's mark. */
  does(session: Session, deed: Kind | 'sign-out' | 'replay', id?: string): Promise<Note>;
  /** Resolves when so many more rounds have been gone through from now on, however they went. */
  rounds(count: number): Promise<void>;
  /** Nobody begins anything new until `go`. Resolves when everybody waits. */
  hold(): Promise<void>;
  go(): void;
  /** Nobody begins another round. Resolves when each client has come to the end of its own. */
  stop(): Promise<void>;
};

/**
 * Each of `users` signs in, does everything there is to do, signs out, tries the old cookies, and begins again, over kept connections.
 * What fails is noted, and life goes on.
 */
export function startTraffic(port: number, site: PublishedServer, users: readonly string[]): Traffic {
  const agent = new Agent({ keepAlive: true });
  const clients = new Clients({ port, agent, site });
  const over = Promise.all(users.map((user) => clients.live(user)));
  return Object.assign(clients.traffic, {
    async stop() {
      clients.stop();
      await over;
      agent.destroy();
    },
  });
}

class Clients {
  readonly #notes: Note[] = [];
  readonly #sessions: Session[] = [];
  readonly #waits = new Set<{ left: number; resolve(): void }>();
  readonly #to: { port: number; agent: Agent; site: PublishedServer };
  #stopped = false;
  #gate = Promise.withResolvers<void>();
  #under = 0;
  #calm: (() => void) | null = null;
  #count = 0;

  constructor(to: { port: number; agent: Agent; site: PublishedServer }) {
    this.#to = to;
    this.#gate.resolve();
  }

  get traffic(): Omit<Traffic, 'stop'> {
    return {
      notes: this.#notes,
      sessions: this.#sessions,
      logOn: (user) => this.#logOn(user),
      does: (session, deed, id) => this.#does(session, deed, id),
      rounds: (count) =>
        inTime(new Promise<void>((resolve) => this.#waits.add({ left: count, resolve })), `${count} rounds`, 3 * LONGEST_ANSWER),
      hold: () => {
        this.#gate = Promise.withResolvers();
        return new Promise((resolve) => {
          this.#calm = resolve;
          this.#look();
        });
      },
      go: () => this.#gate.resolve(),
    };
  }

  stop(): void {
    this.#stopped = true;
    this.#gate.resolve();
  }

  async live(user: string): Promise<void> {
    const old: Session[] = [];
    while (!this.#stopped) {
      await this.#stroll(user);
      const session = await this.#logOn(user);
      if (session) await this.#work(session);
      // The first of all is tried again each time: an end holds.
      if (session?.endedAt) old.splice(1, 1, session);
      for (const ended of session?.endedAt ? old : []) await this.#does(ended, 'replay');
      for (const wait of this.#waits) if (--wait.left === 0) wait.resolve();
    }
  }

  async #work(session: Session): Promise<void> {
    for (const kind of ['visit', 'download', 'upload', 'chunked', 'socket'] as const) await this.#does(session, kind);
    await this.#pollAndPost(session);
    await this.#does(session, 'sign-out');
    if (session.endedAt === null) await this.#does(session, 'sign-out');
  }

  /** While the long poll waits, the same user does something else; that is what it is answered for. */
  async #pollAndPost(session: Session): Promise<void> {
    const id = `${this.#count++}`;
    const poll = this.#does(session, 'poll', id);
    await this.#does(session, 'post');
    this.#to.site.answerPoll(`${session.mark}-${id}`);
    await poll;
  }

  async #stroll(user: string): Promise<void> {
    const id = `stroll-${this.#count++}`;
    await this.#note('stroll', user, id, () => ask('GET', `/app/visit/${id}`, this.#way()));
  }

  async #logOn(user: string): Promise<Session | null> {
    const fields = new URLSearchParams({ curl: 'Z2FappZ2F', flags: '0', username: user, password: PASSWORD });
    const way = this.#way({ 'Content-Type': 'application/x-www-form-urlencoded' });
    const body = { text: fields.toString(), chunked: false };
    const note = await this.#note('log-on', user, '', () => ask('POST', '/CookieAuth.dll?Logon', way, body));
    const cookie = note.headers['set-cookie']?.find((field) => field.startsWith('cadataTMG='))?.split(';', 1)[0];
    if (note.end !== 'whole' || note.status !== 302 || cookie === undefined) return null;
    const mark = `${user}-${this.#sessions.length}`;
    const session: Session = { user, mark, cookie, exchange: note.exchange ?? '', ending: false, endedAt: null };
    this.#sessions.push(session);
    return session;
  }

  async #does(session: Session, deed: Kind | 'sign-out' | 'replay', number = `${this.#count++}`): Promise<Note> {
    const { user, cookie, mark } = session;
    const id = `${mark}-${number}`;
    if (deed === 'sign-out') session.ending = true;
    const note = await this.#note(deed, user, id, () => this.#send(deed, user, id, this.#way({ Cookie: cookie })));
    if (deed === 'sign-out' && isLoggedOffPage(note)) session.endedAt ??= note.seenAt;
    return note;
  }

  #send(deed: Kind | 'sign-out' | 'replay', user: string, id: string, way: Parameters<typeof ask>[2]): Promise<Reply> {
    if (deed === 'socket') return echo(`/app/socket/${id}`, way, contentFor(user, id, lengths.socket));
    if (deed === 'upload' || deed === 'chunked')
      return ask('PUT', `/app/${deed}/${id}`, way, { text: contentFor(user, id, UPLOAD), chunked: deed === 'chunked' });
    if (deed === 'post') return ask('POST', `/app/post/${id}`, way, { text: contentFor(user, id, 30), chunked: false });
    if (deed === 'sign-out') return ask('GET', `/app/bye/${id}`, way);
    return ask('GET', `/app/${deed === 'replay' ? 'visit' : deed}/${id}`, way);
  }

  async #note(deed: Deed, user: string, id: string, send: () => Promise<Reply>): Promise<Note> {
    await this.#gate.promise;
    this.#under++;
    const sentAt = performance.now();
    const reply = await send();
    const { headers } = reply;
    const more = {
      exchange: headers['x-request-id'] === undefined ? null : String(headers['x-request-id']),
      seenAt: performance.now(),
    };
    const note = { ...reply, deed, user, id, location: headers.location ?? '', sentAt, ...more };
    this.#notes.push(note);
    this.#under--;
    this.#look();
    return note;
  }

  #look(): void {
    if (this.#under === 0) this.#calm?.();
  }

  #way(more: Record<string, string> = {}) {
    return { port: this.#to.port, agent: this.#to.agent, headers: { Host: HOST, ...more } };
  }
}

/** The page that says that the session has ended. */
export function isLoggedOffPage({ end, status, body }: Reply): boolean {
  return end === 'whole' && status === 200 && body.includes('You are signed out');
}
