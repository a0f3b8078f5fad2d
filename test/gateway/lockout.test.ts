import { createHook } from 'node:async_hooks';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { createLockout } from '../../src/gateway/lockout.ts';
import { createValidator } from '../../src/gateway/validate-credentials.ts';
import { createLog } from '../../src/log.ts';
import type { Lockout } from '../../src/rules/publishing-rule.ts';
import { type Answer, type Change, cheapHash, type Rig, startRig } from './gateway-rig.ts';

const MINUTE = 60_000;
const twice: Lockout = { threshold: 2, resetTime: 5 * MINUTE, whileLocked: 'ignore' };
const locking = (lockout: Partial<Lockout> = {}): Change => ({ listener: { lockout: { ...twice, ...lockout } } });

/** Attempts, each with its minute: `w` is a wrong password, `r` the right one that is refused, `R` the right one that is let in. */
const histories: [title: string, whileLocked: Lockout['whileLocked'], attempts: string][] = [
  ['as many failures as the threshold lock nobody out', 'ignore', '0w 0w 0R'],
  ['one failure more does, and the right password is refused', 'ignore', '0w 0w 0w 0r'],
  ['a success between sets the count back', 'ignore', '0w 0w 0R 0w 0w 0R'],
  ['a gap of the reset time still counts', 'ignore', '0w 5w 10w 10r'],
  ['a longer gap begins the count anew', 'ignore', '0w 5w 10.01w 10.01R'],
  ['the lock lasts for the reset time', 'ignore', '0w 1w 2w 7r'],
  ['after the reset time it is off', 'ignore', '0w 1w 2w 7.01R'],
  ['after the lock the count begins anew', 'ignore', '0w 1w 2w 7.01w 7.01w 7.01R'],
  ['attempts during the lock do not prolong it', 'ignore', '0w 0w 0w 4w 4r 5.01R'],
  ['a wrong password during the lock prolongs it', 'prolong', '0w 0w 0w 4w 9r'],
  ['the right password during the lock prolongs it too', 'prolong', '0w 0w 0w 4r 9r 14.01R'],
];
for (const [title, whileLocked, attempts] of histories)
  test(`[T-17] ${whileLocked}: ${title}`, async (t) => {
    const { logOn, clock } = await startRig(t, locking({ whileLocked }));
    const start = clock.now();
    for (const attempt of attempts.split(' ')) {
      clock.advance(Math.max(0, start + Number(attempt.slice(0, -1)) * MINUTE - clock.now()));
      const cookie = await logOn({ password: attempt.endsWith('w') ? 'wrong' : 'secret pass' });
      t.is(cookie !== '', attempt.endsWith('R'), attempt);
    }
  });

/** Wrong passwords for a name until one more locks it. */
async function fail({ logOn }: Rig, times: number, username = 'corp\\anna'): Promise<void> {
  for (let n = 0; n < times; n++) await logOn({ username, password: `wrong ${n}` });
}

test('[T-17] a name is locked out however it is written and under whichever public name, and nobody else is', async (t) => {
  const rig = await startRig(t, locking());
  await rig.logOn({ username: 'CORP\\anna', password: 'no' });
  await rig.logOn({ username: ' corp\\ANNA ', password: 'no' }, { Host: 'other.test' });
  await rig.logOn({ password: 'no' });
  t.is(await rig.logOn(), '');
  t.is(await rig.logOn({}, { Host: 'other.test' }), '');
  t.not(await rig.logOn({ username: 'corp\\bert' }), '');
});

test('[T-17] who is locked out stays so when rules are put in force that have the same lockout, and not with another', async (t) => {
  const rig = await startRig(t, locking());
  const { gateway } = rig.gateway;
  const inForce = gateway.rules();
  await fail(rig, 3);
  await gateway.setRules({ ...inForce, listener: { ...inForce.listener, lockout: { ...twice }, refusals: 'tmg' } });
  t.is(await rig.logOn(), '');
  await gateway.setRules({ ...inForce, listener: { ...inForce.listener, lockout: { ...twice, threshold: 3 } } });
  t.not(await rig.logOn(), '');
});

test('[T-17] without lockout nobody is locked out', async (t) => {
  const rig = await startRig(t);
  await fail(rig, 20);
  t.not(await rig.logOn(), '');
});

test('the counts of the names that were tried last are kept, and no more', (t) => {
  const counts = createLockout({ ...twice, threshold: 1 }, 3);
  for (const name of ['a', 'a', 'b', 'c', 'd']) counts.failed(name, 1);
  t.false(counts.refuses('a', 1));
  for (const name of ['b', 'c', 'd']) t.true(counts.failed(name, 1), name);
});

/** An answer without what no two answers share. */
function comparable({ status, headers, body }: Answer, id = String(headers['x-request-id'])) {
  return JSON.stringify({ status, headers: { ...headers, date: '' }, body }).replaceAll(id, '');
}

/** What follows is done while scrypts are counted, by anybody in this process: such tests are serial. */
async function countScrypts(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const hook = createHook({
    init(_, type) {
      if (type === 'SCRYPTREQUEST') count++;
    },
  }).enable();
  await work();
  hook.disable();
  return count;
}

type Case = [who: string, fields: Record<string, string>];
const refused: Case[] = [
  ['a wrong password', { username: 'corp\\bert', password: 'wrong' }],
  ['an unknown name', { username: 'corp\\nobody' }],
  ['the right password of one who is locked out', { username: 'corp\\anna' }],
  ['a wrong password of one who is locked out', { username: 'corp\\anna', password: 'wrong' }],
  ['an unknown name that is locked out', { username: 'corp\\locked' }],
];

test.serial(
  'a wrong password, an unknown name and one locked out get the very same answer and cost one scrypt each',
  async (t) => {
    const rig = await startRig(t, locking({ threshold: 2 }));
    t.not(await rig.logOn(), ''); // from here on this pair is remembered, and costs none
    t.is(await countScrypts(() => rig.logOn()), 0);
    await fail(rig, 3);
    await fail(rig, 3, 'corp\\locked');
    const answers = new Set<string>();
    for (const [who, fields] of refused) {
      const asked = { curl: 'Z2FappZ2F', password: 'secret pass', ...fields };
      let answer: Answer | undefined;
      const scrypts = await countScrypts(async () => {
        answer = await rig.post(asked);
      });
      t.is(scrypts, 1, who);
      answers.add(comparable(answer as Answer));
    }
    t.is(answers.size, 1, [...answers].join('\n'));
    t.regex([...answers][0] ?? '', /"status":302.*reason=2/);
  },
);

test('an unknown name is checked against somebody’s hash, not the same one for all names, but always the same for one', async (t) => {
  // A hash that is none says when it is its turn.
  const users = [cheapHash('x'), 'none'].map((hash, n) => ({ name: `user ${n}`, hash }));
  const { validate } = createValidator({ kind: 'users', users });
  const turns = new Set<string>();
  for (let n = 0; n < 64; n++) {
    const [once, again] = [1, 2].map(() => validate(`nobody ${n}`, 'y').catch(({ code }) => String(code)));
    t.is(await once, await again);
    turns.add(String(await once));
  }
  t.deepEqual([...turns].sort(), ['configuration', 'null']);
});

/** A server that is asked about passwords, with all the Authorization fields that it got. */
async function startDirectory(t: ExecutionContext) {
  const { backEnd, seen } = await startRig(t, {}, ({ headers: { authorization } }, response) => {
    const right = authorization === `Basic ${Buffer.from('corp\\anna:secret pass').toString('base64')}`;
    response.writeHead(right ? 200 : 401, { 'WWW-Authenticate': 'Basic realm="x"' }).end();
  });
  const url = `http://127.0.0.1:${(backEnd.address() as AddressInfo).port}/`;
  return { url, asked: () => seen.splice(0).map(({ headers }) => headers.authorization ?? 'nobody') };
}

test('a server that is asked about passwords is asked about nobody while the user is locked out, and just as often', async (t) => {
  const { url, asked } = await startDirectory(t);
  const rig = await startRig(t, { listener: { ...locking().listener, validate: { kind: 'basic', url, ca: null } } });
  await fail(rig, 3);
  t.is(asked().filter((field) => field !== 'nobody').length, 3);
  const wrong = await rig.post({ curl: 'Z2FappZ2F', username: 'corp\\bert', password: 'wrong' });
  t.is(asked().length, 1);
  const locked = await rig.post({ curl: 'Z2FappZ2F', username: 'corp\\anna', password: 'secret pass' });
  t.deepEqual(asked(), ['nobody']);
  t.is(comparable(locked), comparable(wrong));
});

test('[T-17] guesses made at once are counted one after the other: no more are tried than the threshold admits', async (t) => {
  const { url, asked } = await startDirectory(t);
  const rig = await startRig(t, { listener: { ...locking().listener, validate: { kind: 'basic', url, ca: null } } });
  const guesses = Array.from({ length: 8 }, (_, n) =>
    rig.logOn({ username: n % 2 ? 'corp\\anna' : 'CORP\\Anna', password: `${n}` }),
  );
  t.deepEqual(new Set(await Promise.all(guesses)), new Set(['']));
  t.is(asked().filter((field) => field !== 'nobody').length, 3);
});

/** The lines of a log, as objects. */
function keptLog() {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { lines, log: createLog(stream, 'debug') };
}

test('a failed logon is in the log once, and the beginning of a lock is warned of once', async (t) => {
  const { lines, log } = keptLog();
  const rig = await startRig(t, { ...locking(), log });
  await fail(rig, 5);
  const about = { user: 'corp\\anna', publicName: 'site.test', clientAddress: '127.0.0.1' };
  const said = lines.filter(({ msg }) => msg === 'logon failed');
  t.is(said.length, 5);
  for (const line of said) t.like(line, { level: 30, ...about });
  t.like(
    lines.filter(({ level }) => level === 40),
    { length: 1, 0: { msg: 'locked out', ...about } },
  );
});

test('of a name that somebody has made up, the log shows the beginning', async (t) => {
  const { lines, log } = keptLog();
  const rig = await startRig(t, { log });
  await rig.logOn({ username: 'x'.repeat(5_000), password: 'wrong' });
  t.is(lines[0]?.['user'], `${'x'.repeat(64)}…`);
});

test('the trace says who is locked out, the answer does not', async (t) => {
  const rig = await startRig(t, locking());
  await fail(rig, 3);
  const since = rig.recorder.next();
  await rig.logOn();
  const { events } = rig.recorder.read(since);
  t.like(
    events.filter(({ kind }) => kind === 'decision'),
    {
      length: 1,
      0: {
        facts: ['T-08', 'T-17'],
        sentence: 'the user is locked out, whatever the password: back to the logon form with reason 2',
      },
    },
  );
});
