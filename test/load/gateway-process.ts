import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { runningClock } from '../../src/clock.ts';
import { makePolicy } from '../../src/gateway/policy.ts';
import { startGateway } from '../../src/lab/start-gateway.ts';
import { createLog } from '../../src/log.ts';
import { parseRules } from '../../src/rules/load-rules.ts';
import { hashPassword } from '../../src/rules/password-hash.ts';
import { createMemoryStore } from '../../src/sessions/memory-store.ts';
import type { EndReason } from '../../src/sessions/session.ts';
import { createSessionManager } from '../../src/sessions/session-manager.ts';
import { createIdleRecorder, createRecorder } from '../../src/trace/recorder.ts';
import { collectedMemory } from '../bench/collected-memory.ts';
import { realisticSession } from '../bench/realistic-session.ts';
import { doToEach } from '../bench/rounds.ts';
import { name, password, site } from '../bench/site.ts';
import { obey } from './commands.ts';
import { countSockets, type Sockets } from './count-sockets.ts';

/** A gateway in a process of its own, which tells what it holds. Its one argument is a `GatewaySetting` in JSON. */
export type GatewaySetting = {
  backEndPort: number;
  /** Sessions in memory at most; ended ones count by themselves. */
  mostSessions: number;
  /** Of a public computer, as rules say it. */
  publicTimeout: string;
  /** As in the lab, where people can look at it. */
  trace: boolean;
};

/** Bytes after garbage has been collected; what the trace held is not among them, and was `events` long. */
export type Memory = { heap: number; resident: number; events: number };

/** `handles`: what keeps the process going, by kind. `live`: requests and WebSockets that sessions have open. */
export type Open = Sockets & { handles: Record<string, number>; sessions: number; live: number };

const setting = JSON.parse(process.argv[2] ?? '') as GatewaySetting;
const AT_ONCE = 64;

const sockets = countSockets();
const clock = runningClock();
const recorder = setting.trace ? createRecorder(clock) : createIdleRecorder();
const store = createMemoryStore(clock, setting.mostSessions);
const sessions = createSessionManager({ store, clock, random: randomBytes });
const rules = await readRules(await hashPassword(password));
const presentedHere = { listener: rules.listener.name, publicName: site.host, clientAddress: '127.0.0.1' };
const logged = { error: 0, first: '' };
const ended: Partial<Record<EndReason, number>> = {};
const { gateway, port } = await startGateway({
  rules,
  port: 0,
  host: '127.0.0.1',
  clock,
  recorder,
  log: createLog(new Writable({ write: readLog }), 'info'),
  revealPublishedNames: setting.trace,
  sessions,
});

/** As somebody writes them, with room for all that a test opens. */
function readRules(hash: string) {
  const limits = { connections: 20_000, idleTime: '1h', responseTime: '10m' };
  const timeouts = { kind: 'idle', public: setting.publicTimeout, private: '6h' };
  const listener = { name: 'Front door', validate: { users: 'users.yaml' }, timeouts, limits };
  const to = `http://127.0.0.1:${setting.backEndPort}`;
  const rule = { name: 'Mail', publicNames: [site.host], paths: ['/*'], to, logoff: { url: site.logoff } };
  const text = JSON.stringify({ version: 1, listener, rules: [rule] });
  return parseRules([{ name: 'rules.yaml', text }], async () => JSON.stringify({ users: [{ name, hash }] }));
}

/** Counts what is not to happen, and how sessions end. */
function readLog(chunk: Buffer, _encoding: string, done: () => void): void {
  const line = JSON.parse(String(chunk)) as { level: number; msg: string; reason?: EndReason; err?: { stack?: string } };
  if (line.level >= 50 && logged.error++ === 0) logged.first = line.err?.stack ?? line.msg;
  if (line.msg === 'session ended' && line.reason) ended[line.reason] = (ended[line.reason] ?? 0) + 1;
  done();
}

const commands = {
  port: () => port,
  async memory(): Promise<Memory> {
    const events = recorder.read().events.length;
    // It grows and is cut in turn, so that two looks would compare different things.
    recorder.clear();
    return { heap: await collectedMemory(), resident: process.memoryUsage.rss(), events };
  },
  async open(): Promise<Open> {
    const listed = await gateway.listSessions();
    const handles: Record<string, number> = {};
    // What is to be done in the next turn of the event loop is over by then.
    const lasting = process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate');
    for (const kind of lasting) handles[kind] = (handles[kind] ?? 0) + 1;
    const live = listed.reduce((sum, { connections }) => sum + connections, 0);
    return { ...sockets.now(), handles, sessions: listed.length, live };
  },
  untilSockets: (wanted: Partial<Sockets>) => sockets.until(wanted),
  /** Logs so many people on, past HTTP; resolves to the Cookie fields of the last `kept` of them. */
  async fill(count: number, kept = count): Promise<string[]> {
    const { listener, validator } = makePolicy(rules);
    const known = { ...presentedHere, user: name, password, stamp: validator.stampOf(name) ?? '' };
    const cookies: string[] = [];
    await doToEach(
      Array.from({ length: count }, (_, n) => n),
      AT_ONCE,
      async (n) => {
        const { cookie } = await sessions.create({ ...realisticSession(n), ...known });
        if (n >= count - kept) cookies.push(`${listener.cookie}=${cookie}`);
      },
    );
    return cookies;
  },
  /** Ends the session of a Cookie field. */
  async endSession(cookie: string): Promise<void> {
    const found = await sessions.find(cookie.slice(cookie.indexOf('=') + 1), presentedHere);
    if (found.state === 'alive') await sessions.end(found.session, { reason: 'admin', rule: null, request: null });
  },
  /** Ends every session; resolves to how many connections went with them, as their records say. */
  async endSessions(): Promise<{ ended: number; connectionsClosed: number }> {
    const records = await gateway.endSessions();
    return { ended: records.length, connectionsClosed: records.reduce((sum, one) => sum + one.connectionsClosed, 0) };
  },
  advance: (ms: number) => clock.advance(ms),
  logged: () => ({ ...logged }),
  ended: () => ({ ...ended }),
};
export type GatewayCommands = typeof commands;

obey(commands);
