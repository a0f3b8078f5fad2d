import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import { inTime } from './in-time.ts';
import { locateRedis } from './locate-redis.ts';
import { connectRedis, type RedisClient } from './redis-client.ts';
import type { RedisAddress } from './store-address.ts';

/**
 * Milliseconds. `lease`: how long what is known here may be used after the server was last heard; `heartbeat`: how often it is
 * asked; `deadline`: for a command; `silence`: a connection that says nothing for so long is given up.
 */
const LEASE = 1_000;
const HEARTBEAT = 250;
const DEADLINE = 1_000;
const SILENCE = 5_000;
const FIRST_RETRY = 50;
const LAST_RETRY = 1_000;

export type ConnectionHearers = {
  invalidated(key: string | null): void;
  /** The server cannot be asked; `cause` says why. */
  away(cause: string): void;
  /** `anew`: as another than it was, so that no session of before counts. */
  back(anew: boolean): void;
};

/** What a server says when it is no longer, or not yet, the one to ask. */
const elsewhere = /\b(MOVED|ASK|READONLY|CLUSTERDOWN|MASTERDOWN|LOADING|TRYAGAIN|NOREPLICAS)\b/;

/**
 * What the mark is, once it is of the run that ARGV[1] names; if it is not, ARGV[2] becomes it. A replica refuses to, and so is not used.
 */
const MARK = `local v = redis.call('GET', KEYS[1])
if v and string.sub(v, 1, #ARGV[1]) == ARGV[1] then return v end
redis.call('SET', KEYS[1], ARGV[2])
return ARGV[2]`;

/**
 * The connection to the server that holds the records. Away until it has answered, and again as soon as it is lost or silent: then
 * every command is refused at once, until a heartbeat is answered or a new connection stands.
 */
export class RedisConnection {
  /**
   * Names the reign of the server: another one after a restart or a fail-over. What it has on disk or from its master may lack the last
   * sign-outs, so records of another generation are not used. Its run alone does not tell: a master that became a replica and is master
   * again still runs, but has what another had; so it is marked, and the mark is replicated with the rest. Null: away.
   */
  generation: string | null = null;
  readonly #address: RedisAddress;
  readonly #mark: string;
  readonly #hearers: ConnectionHearers;
  readonly #stop = new AbortController();
  #client: RedisClient | null = null;
  /** Generation of the client: known even while it is silent. */
  #run: string | null = null;
  #heardAt = 0;
  /** When the heartbeat that is under way was sent. */
  #askedAt: number | null = null;
  #beat: NodeJS.Timeout | undefined;

  /** `mark`: the key of the mark, in the same slot as those that will be used. */
  constructor(address: RedisAddress, mark: string, hearers: ConnectionHearers) {
    this.#address = address;
    this.#mark = mark;
    this.#hearers = hearers;
  }

  /** Resolves when the first attempt to connect has succeeded or failed; further ones follow by themselves. */
  async open(): Promise<void> {
    const problem = await this.#connect();
    if (problem === null) return;
    this.#hearers.away(problem);
    void this.#reconnect();
  }

  /** What the server has told until `lease` ago is still to be believed: what changed since it would have told. */
  get fresh(): boolean {
    return this.generation !== null && performance.now() - this.#heardAt < LEASE;
  }

  /** Sends a command. Rejects with store-away if it cannot be sent, is refused or not answered in time. */
  async send(command: readonly string[]): Promise<unknown> {
    const client = this.#client;
    if (!client || this.generation === null) throw storeAway();
    const sentAt = performance.now();
    try {
      const answer = await inTime(client.send(command), DEADLINE);
      if (client === this.#client) this.#heard(sentAt);
      return answer;
    } catch (cause) {
      if (cause instanceof Error && elsewhere.test(cause.message)) this.#lose(client, cause);
      throw storeAway(cause);
    }
  }

  /** For what is not to be watched for changes: another connection to the same place. The caller destroys it. */
  async another(): Promise<RedisClient> {
    if (this.generation === null) throw storeAway();
    try {
      const client = await connectRedis(this.#address, await locateRedis(this.#address, this.#mark), { lost() {} });
      return { ...client, send: (command) => inTime(client.send(command), DEADLINE) };
    } catch (cause) {
      throw storeAway(cause);
    }
  }

  close(): void {
    this.#stop.abort();
    clearInterval(this.#beat);
    this.#client?.destroy();
    this.#client = null;
    this.generation = null;
  }

  /** Null, or why there is no connection. */
  async #connect(): Promise<string | null> {
    let made: RedisClient | null = null;
    try {
      const server = await locateRedis(this.#address, this.#mark);
      const client = await connectRedis(this.#address, server, {
        invalidated: (key) => this.#onInvalidated(client, key),
        lost: (cause) => this.#lose(client, cause),
      });
      made = client;
      const sentAt = performance.now();
      const run = /^run_id:(\w+)/m.exec(String(await inTime(client.send(['INFO', 'server']), DEADLINE)))?.[1];
      if (run === undefined) throw new Error('expected a Redis or Valkey server, whose INFO tells its run_id');
      const marking = ['EVAL', MARK, '1', this.#mark, `${run}-`, `${run}-${randomUUID()}`];
      const generation = String(await inTime(client.send(marking), DEADLINE));
      // Read by itself, so that the server tells when it changes.
      if ((await inTime(client.send(['GET', this.#mark]), DEADLINE)) !== generation)
        throw new Error('the server changes its role');
      if (this.#stop.signal.aborted) throw new Error('closed');
      this.#client = client;
      this.#run = generation;
      this.#heard(sentAt);
      this.#askedAt = null;
      this.#beat = setInterval(() => this.#onBeat(client), HEARTBEAT).unref();
      return null;
    } catch (cause) {
      made?.destroy();
      return sentenceOf(cause);
    }
  }

  #onInvalidated(client: RedisClient, key: string | null): void {
    // What is read from now on comes after this answer.
    if ((key === null || key === this.#mark) && client === this.#client) void this.#verify(client);
    if (key !== this.#mark) this.#hearers.invalidated(key);
  }

  /** Gives the connection up if the server has got other data than it had. */
  async #verify(client: RedisClient): Promise<void> {
    try {
      if ((await client.send(['GET', this.#mark])) !== this.#run) throw new Error('the server has got other data');
    } catch (cause) {
      this.#lose(client, cause);
    }
  }

  async #reconnect(): Promise<void> {
    const before = this.#run;
    for (let wait = FIRST_RETRY; !this.#stop.signal.aborted; wait = Math.min(wait * 2, LAST_RETRY)) {
      await delay(wait, null, { signal: this.#stop.signal, ref: false }).catch(() => {});
      if (this.#stop.signal.aborted) return;
      const problem = await this.#connect();
      if (problem === null) return this.#hearers.back(before !== null && before !== this.#run);
    }
  }

  /** Everything that the server had to tell before it answered a command has arrived with that answer. */
  #heard(sentAt: number): void {
    this.#heardAt = Math.max(this.#heardAt, sentAt);
    const silent = this.generation === null;
    this.generation = this.#run;
    if (silent && this.#beat) this.#hearers.back(false);
  }

  #onBeat(client: RedisClient): void {
    const askedAt = this.#askedAt;
    if (askedAt === null) void this.#ask(client);
    else if (performance.now() - askedAt > LEASE) {
      // If it was this process that stood still, the answer is here and has only to be read.
      setImmediate(() => {
        if (this.#askedAt === askedAt && client === this.#client) this.#onSilence(client, performance.now() - askedAt);
      });
    }
  }

  async #ask(client: RedisClient): Promise<void> {
    const askedAt = performance.now();
    this.#askedAt = askedAt;
    try {
      await client.send(['PING']);
      if (client !== this.#client) return;
      this.#askedAt = null;
      // An answer of long ago says that the server is there, and nothing of what has changed since.
      if (performance.now() - askedAt < LEASE) this.#heard(askedAt);
      else await this.#ask(client);
    } catch (cause) {
      this.#lose(client, cause);
    }
  }

  #onSilence(client: RedisClient, silence: number): void {
    if (silence > SILENCE) this.#lose(client, new Error(`no answer for ${Math.round(silence / 1000)} s`));
    else if (this.generation !== null) {
      this.generation = null;
      this.#hearers.away('it does not answer');
    }
  }

  #lose(client: RedisClient, cause: unknown): void {
    if (client !== this.#client || this.#stop.signal.aborted) return;
    clearInterval(this.#beat);
    this.#beat = undefined;
    this.#client = null;
    client.destroy();
    const wasThere = this.generation !== null;
    this.generation = null;
    if (wasThere) this.#hearers.away(sentenceOf(cause));
    void this.#reconnect();
  }
}

/** Whoever asked needs to know no more than that; why, the log says. */
export function storeAway(cause?: unknown): LabError {
  const sentence =
    'The gateway cannot reach the store that holds its sessions, and lets nobody in until it can. If you were signing out, you are ' +
    'not signed out yet. Try again in a moment.';
  return new LabError('store-away', sentence, { cause });
}

function sentenceOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
