import { writeSync } from 'node:fs';
import { connectRedis, type RedisClient, type Server } from '../../src/sessions/redis-client.ts';
import { collectedMemory } from './collected-memory.ts';
import { openManager } from './open-manager.ts';
import { realisticSession } from './realistic-session.ts';
import { doToEach } from './rounds.ts';

/**
 * A gateway's sessions in a process of their own (`--expose-gc`), and what they take: `hold-sessions.ts STORE NUMBER NEAR` logs NUMBER
 * people on, reads NEAR of their sessions, and ends all. Says lines of JSON.
 */
export type Held = {
  when: 'empty' | 'held' | 'near' | 'ended';
  /** Bytes of heap and outside it. */
  gateway: number;
  /** Bytes. */
  redis: number | null;
};

const AT_ONCE = 64;
const ID_LENGTH = 22;

const [sessions = 'memory', number = '0', near = '0'] = process.argv.slice(2);
const people = Array.from({ length: Number(number) }, (_, n) => n);
/** Not on the heap, and of the same size all the time. */
const ids = Buffer.alloc(people.length * ID_LENGTH);
const { manager, store, address } = await openManager(sessions);
const redis = address.kind === 'redis' ? await connectRedis(address, address.servers[0] as Server, { lost() {} }) : null;

const idOf = (n: number) => ids.toString('latin1', n * ID_LENGTH, (n + 1) * ID_LENGTH);

async function logOn(n: number): Promise<void> {
  const { session } = await manager.create(realisticSession(n));
  ids.write(session.id, n * ID_LENGTH, 'latin1');
}

async function end(n: number): Promise<void> {
  const id = idOf(n);
  const cause = { reason: 'logoff', rule: 'Mail', request: '0b2a7d3e-7a52-4c29-9d1c-1f6c8f2a5e10' } as const;
  await manager.end({ id, publicId: id.slice(0, 12), user: realisticSession(n).user }, cause);
}

async function say(when: Held['when']): Promise<void> {
  const held: Held = { when, gateway: await collectedMemory(), redis: redis && (await usedBy(redis)) };
  writeSync(1, `${JSON.stringify(held)}\n`);
}

async function usedBy(client: RedisClient): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(String(await client.send(['INFO', 'memory'])))?.[1]);
}

// What is compiled and set up once is not counted.
const few = people.slice(0, 500);
await doToEach(few, AT_ONCE, logOn);
await doToEach(few, AT_ONCE, (n) => store.read(idOf(n)));
await doToEach(few, AT_ONCE, end);
await say('empty');
await doToEach(people, AT_ONCE, logOn);
await say('held');
await doToEach(people.slice(0, Number(near)), AT_ONCE, (n) => store.read(idOf(n)));
await say('near');
await doToEach(people, AT_ONCE, end);
await say('ended');
process.exit();
