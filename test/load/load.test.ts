import test, { type ExecutionContext } from 'ava';
import { measureStage } from './measure-stage.ts';
import { openFileLimit, tooFewFiles } from './open-files.ts';
import { type Held, holdIdle, holdPolls, holdWebSockets } from './stages.ts';
import { type Rig, startRig } from './start-rig.ts';

const IDLE = 3_000;
const POLLS = 1_000;
const WEB_SOCKETS = 300;
const SESSIONS = 100_000;
/** While everything else is there. */
const SOME_SESSIONS = 10_000;
/** Whose requests all these are. */
const PEOPLE = 100;
const CONNECTIONS = IDLE + POLLS + WEB_SOCKETS;
/** Of a gateway, which has a connection to the published server for each poll and WebSocket, and some files. */
const OPEN_FILES = CONNECTIONS + POLLS + WEB_SOCKETS + 400;

async function startFor(t: ExecutionContext, setting: Parameters<typeof startRig>[0] = {}): Promise<Rig> {
  const problem = tooFewFiles(OPEN_FILES);
  if (problem !== null) throw new Error(problem);
  const rig = await startRig(setting);
  t.teardown(rig.end);
  return rig;
}

const stages = [
  { title: 'idle connections', count: IDLE, hold: holdIdle, live: 0 },
  { title: 'long polls', count: POLLS, hold: holdPolls, live: POLLS },
  { title: 'WebSockets, each a mebibyte up and down', count: WEB_SOCKETS, hold: holdWebSockets, live: WEB_SOCKETS },
];

for (const { title, count, hold, live } of stages)
  test.serial(`the gateway serves ${count.toLocaleString('en-GB')} ${title}, and is as before when they leave`, async (t) => {
    const rig = await startFor(t);
    const people = await rig.gateway.ask('fill', PEOPLE);
    const expected = { accepted: count, opened: live, live, sessions: 0 };
    await measureStage(t, rig, { title, count, expected, hold: () => hold(rig, people, count) });
  });

test.serial(
  '100,000 sessions are held, each can be used, and when all time out at once nothing is left but what says so',
  async (t) => {
    // What a sign-out leaves for a day is bounded like sessions, and full when the first have left.
    const rig = await startFor(t, { mostSessions: SESSIONS + 1 });
    const hold = async (): Promise<Held> => {
      const some = await rig.gateway.ask('fill', SESSIONS, PEOPLE);
      const { wrong, leave } = await holdIdle(rig, some, PEOPLE);
      await leave();
      return { wrong, leave: () => rig.gateway.ask('advance', 7 * 3_600_000) };
    };
    const expected = { accepted: 0, opened: 0, live: 0, sessions: SESSIONS };
    await measureStage(t, rig, { title: 'sessions', count: SESSIONS, expected, hold });
    t.like(await rig.gateway.ask('ended'), { 'timed-out': 2 * SESSIONS });
  },
);

test.serial(
  'all of that at once, with 10,000 sessions: these end, and take along every request and WebSocket they have open',
  async (t) => {
    const rig = await startFor(t, { mostSessions: SOME_SESSIONS + 1 });
    const hold = async (): Promise<Held> => {
      const people = await rig.gateway.ask('fill', SOME_SESSIONS, PEOPLE);
      const [idle, polls, webSockets] = [
        await holdIdle(rig, people, IDLE),
        await holdPolls(rig, people, POLLS),
        await holdWebSockets(rig, people, WEB_SOCKETS),
      ];
      const leave = async () => {
        t.deepEqual(await rig.gateway.ask('endSessions'), { ended: SOME_SESSIONS, connectionsClosed: POLLS + WEB_SOCKETS });
        for (const one of [polls, webSockets, idle]) await one.leave();
        t.is(polls.wrong, POLLS, 'polls that were not cut');
      };
      return { wrong: idle.wrong + webSockets.wrong, leave };
    };
    const warmUp = async () => {
      await rig.gateway.ask('fill', SOME_SESSIONS, 0);
      await rig.gateway.ask('endSessions');
    };
    const expected = { accepted: CONNECTIONS, opened: POLLS + WEB_SOCKETS, live: POLLS + WEB_SOCKETS, sessions: SOME_SESSIONS };
    const title = 'idle connections, long polls, WebSockets and sessions, all at once';
    await measureStage(t, rig, { title, count: null, expected, hold, warmUp });
  },
);

test('a machine that lets a process open too few files is told so', (t) => {
  t.is(tooFewFiles(5_000, 5_000), null);
  t.is(tooFewFiles(5_000, null), null);
  t.regex(
    tooFewFiles(5_000, 1_024) ?? '',
    /^Expected at least 5000 open files a process, got 1024: raise the hard limit \(`ulimit -Hn 5000`/,
  );
  const limit = openFileLimit();
  t.true(limit === null || limit > 0);
});
