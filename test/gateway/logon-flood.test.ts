import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { createWaitingLine } from '../../src/gateway/waiting-line.ts';
import { startRig } from './gateway-rig.ts';

/** Work that ends when it is told to; what has begun, in order. */
function heldWork() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return { begun, work, end: (name: string) => ends.get(name)?.() };
}

test('so many are at work at once, the others follow in the order in which they came', async (t) => {
  const line = createWaitingLine(2, 9);
  const { begun, work, end } = heldWork();
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => line.run(name, work(name)));
  t.deepEqual(begun, ['a', 'b']);
  end('b');
  t.is(await b, 'b');
  t.deepEqual(begun, ['a', 'b', 'c']);
  end('a');
  t.is(await a, 'a');
  t.deepEqual(begun, ['a', 'b', 'c', 'd']);
  const e = line.run('e', work('e'));
  t.deepEqual(begun, ['a', 'b', 'c', 'd']);
  end('c');
  end('d');
  t.deepEqual(await Promise.all([c, d]), ['c', 'd']);
  end('e');
  t.is(await e, 'e');
});

test('two of one key are never at work at once, and keep nobody else waiting', async (t) => {
  const line = createWaitingLine(2, 9);
  const { begun, work, end } = heldWork();
  const first = line.run('key', work('first'));
  const second = line.run('key', work('second'));
  const other = line.run('other', work('other'));
  t.deepEqual(begun, ['first', 'other']);
  end('other');
  await other;
  t.deepEqual(begun, ['first', 'other']);
  end('first');
  await first;
  t.deepEqual(begun, ['first', 'other', 'second']);
  end('second');
  await second;
});

test('who finds too many waiting is sent away, and whoever comes when they are done is served', async (t) => {
  const line = createWaitingLine(1, 1);
  const { work, end } = heldWork();
  const [a, b] = ['a', 'b'].map((name) => line.run(name, work(name)));
  await t.throwsAsync(line.run('c', work('c')), { code: 'busy' });
  end('a');
  await a;
  end('b');
  await b;
  t.is(await line.run('c', async () => 'c'), 'c');
});

test('work that fails makes room like any other', async (t) => {
  const line = createWaitingLine(1, 1);
  await t.throwsAsync(
    line.run('a', () => Promise.reject(new Error('no'))),
    { message: 'no' },
  );
  t.is(await line.run('a', async () => 'again'), 'again');
});

const AT_ONCE = 32;
const WAITING = 32;

/** A server that is asked about passwords and says that they are right, but only when it is let go. */
async function startHeldDirectory(t: ExecutionContext) {
  const held: ServerResponse[] = [];
  let open = false;
  const { backEnd } = await startRig(t, {}, ({ headers: { authorization } }, response) => {
    if (authorization === undefined) response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end();
    else if (open) response.end();
    else held.push(response);
  });
  const letGo = () => {
    open = true;
    for (const response of held.splice(0)) response.end();
  };
  return { url: `http://127.0.0.1:${(backEnd.address() as AddressInfo).port}/`, letGo };
}

test('of a flood of logons as many wait as may, the rest gets 503 at once, and afterwards everybody gets in', async (t) => {
  const directory = await startHeldDirectory(t);
  const { post, ask, gateway } = await startRig(t, { listener: { validate: { kind: 'basic', url: directory.url, ca: null } } });
  const surplus = 16;
  const sentAway = Promise.withResolvers<void>();
  const answers: number[] = [];
  const flood = Array.from({ length: AT_ONCE + WAITING + surplus }, async (_, n) => {
    const answer = await post({ curl: 'Z2FappZ2F', username: `user ${n}`, password: 'x' });
    if (answer.status === 503) t.is(answer.headers['retry-after'], '2');
    if (answers.push(answer.status) === surplus) sentAway.resolve();
  });
  await sentAway.promise;
  t.deepEqual(answers, Array(surplus).fill(503));
  t.is((await ask('GET', '/app/')).status, 302);
  directory.letGo();
  await Promise.all(flood);
  t.is((await gateway.sessions.list()).length, AT_ONCE + WAITING);
  t.is((await post({ curl: 'Z2FappZ2F', username: 'honest', password: 'x' })).cookies.length, 1);
});
