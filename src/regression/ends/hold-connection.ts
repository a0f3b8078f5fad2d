import { randomUUID } from 'node:crypto';
import type { EndsExpectation, Tried } from '../../scenarios/ends-case.ts';
import type { EndsLab } from './ends-lab.ts';
import { HELD_NAME } from './ends-rules.ts';
import { DOWNLOAD_SIZE, type HeldServer } from './held-server.ts';
import { type ConnectionKind, type OpenConnection, openConnection } from './open-connection.ts';
import type { Replica } from './replica.ts';
import { comes, must } from './within.ts';

/** A connection that alice has open, or a request of hers that is under way. */
export type HeldConnection = {
  /**
   * What has become of it: has the published server send what it still holds, and looks whether that comes. If it must end, its end on
   * both sides is waited for before. Rejects if neither anything comes nor the connection ends.
   */
  fate(mustEnd: boolean): Promise<NonNullable<EndsExpectation['connection']>>;
  /** Whether it has brought cookies. */
  broughtCookies(): boolean;
  close(): void;
};

const kinds: Partial<Record<Tried, ConnectionKind>> = {
  'in-flight': 'poll',
  'long-poll': 'poll',
  websocket: 'socket',
  sse: 'events',
  download: 'download',
  upload: 'upload',
};

/** Bytes that have come before it counts as open; a WebSocket gets them by asking for them. */
const firstBytes: Readonly<Record<ConnectionKind, number>> = {
  poll: 0,
  upload: 0,
  socket: 1,
  events: 1,
  download: DOWNLOAD_SIZE / 2,
};

const MOST_TRIES = 5;

/** Opens what a cell tries at a replica, through the balancer, and waits until the published server holds it. Null: nothing is open. */
export async function holdConnection(
  lab: EndsLab,
  replica: Replica,
  tried: Tried,
  cookie: string,
): Promise<HeldConnection | null> {
  const kind = kinds[tried];
  if (kind === undefined) return null;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    // Of this cell and this attempt alone: the published server remembers what it was asked before.
    const path = `/app/${randomUUID()}/${kind}`;
    await lab.steer(replica);
    const connection = openConnection(kind, { port: lab.port, host: HELD_NAME, cookie, path });
    try {
      if (await stands(lab, replica, kind, connection, path)) return follow(lab, kind, connection, path);
    } catch (error) {
      connection.close();
      throw error;
    }
    connection.close();
  }
  throw new Error(`none of ${MOST_TRIES} connections came to replica ${replica.name}`);
}

/** Waits until a connection is open on both sides; whether it leads over this replica, its trace says. */
async function stands(
  { held }: EndsLab,
  { recorder }: Replica,
  kind: ConnectionKind,
  connection: OpenConnection,
  path: string,
): Promise<boolean> {
  const refused = connection.over.then(() => null);
  const arrived = await must(Promise.race([held.arrived(path), refused]), `the arrival of ${path} at the published server`);
  if (arrived === null) throw new Error(`set-up: ${path} was answered with ${connection.answer().status}`);
  await must(connection.opened, `the opening of ${path}`);
  if (kind === 'socket') connection.send('.');
  if (!(await must(connection.received(firstBytes[kind]), `the beginning of ${path}`)))
    throw new Error(`set-up: ${path} was over before it had begun`);
  return recorder.read().events.some(({ exchange }) => exchange === arrived.request);
}

function follow(lab: EndsLab, kind: ConnectionKind, connection: OpenConnection, path: string): HeldConnection {
  const atServer = lab.held.cut(path);
  const fate = async (mustEnd: boolean) => {
    if (mustEnd && (await comes(connection.over))) await comes(atServer);
    const seen =
      kind === 'socket' || kind === 'events' ? await pokeStream(kind, connection, lab.held) : await finish(connection, lab);
    // Cut off from the client, but not from the published server: it goes on there.
    return seen === 'cut' && !(await comes(atServer)) ? 'open' : seen;
  };
  return {
    fate,
    broughtCookies: () => connection.answer().setCookies.length > 0,
    close: () => connection.close(),
  };
}

/** Another event, or an echo, comes to who is still there. */
async function pokeStream(kind: 'socket' | 'events', connection: OpenConnection, held: HeldServer): Promise<'open' | 'cut'> {
  const next = connection.received(connection.answer().bytes + 1);
  if (kind === 'socket') connection.send('.');
  else held.tell();
  return (await must(next, 'either a byte or the end of the stream')) ? 'open' : 'cut';
}

/** The late answer, or the rest of it, comes to who is still there. A balancer makes up an answer where the gateway gave none. */
async function finish(connection: OpenConnection, { held, replicas }: EndsLab): Promise<'answered' | 'cut'> {
  held.release();
  connection.finish();
  const how = await must(connection.over, 'either the answer or the end of the connection');
  const { status, replica } = connection.answer();
  const isBalancers = replicas.length > 1 && replica === null && status >= 500;
  return isBalancers ? 'cut' : how;
}
