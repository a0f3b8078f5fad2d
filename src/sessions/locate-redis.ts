import { connectRedis, type Server } from './redis-client.ts';
import type { RedisAddress } from './store-address.ts';

/**
 * The server that holds the records: the one that is named, the master that sentinels know of, or the cluster's node for `key` (all
 * keys of a prefix lie in one slot). Asked again at each connection, for it may have moved. Rejects with what the last of those asked
 * said.
 */
export async function locateRedis(address: RedisAddress, key: string): Promise<Server> {
  const { topology, servers } = address;
  if (topology === 'standalone') return servers[0] as Server;
  let problem: unknown;
  for (const server of servers)
    try {
      return await (topology === 'sentinel' ? askSentinel(address, server) : askNode(address, server, key));
    } catch (error) {
      problem = error;
    }
  throw problem;
}

/** Sentinels have users and passwords of their own; they are asked without. */
async function askSentinel(address: RedisAddress, sentinel: Server): Promise<Server> {
  const anonymous = { ...address, username: null, password: null, passwordFile: null, database: 0 };
  const answer = await ask(anonymous, sentinel, ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', address.master ?? '']);
  if (!Array.isArray(answer))
    throw new Error(`the sentinel at ${sentinel.host}:${sentinel.port} knows no master "${address.master}"`);
  return { host: String(answer[0]), port: Number(answer[1]) };
}

async function askNode(address: RedisAddress, node: Server, key: string): Promise<Server> {
  const slot = Number(await ask(address, node, ['CLUSTER', 'KEYSLOT', key]));
  const ranges = (await ask(address, node, ['CLUSTER', 'SLOTS'])) as [number, number, [string | null, number]][];
  const range = ranges.find(([first, last]) => first <= slot && slot <= last);
  if (!range) throw new Error(`no node of the cluster serves slot ${slot}`);
  const [host, port] = range[2];
  // A node that does not know its own address says nothing: it is the one that was asked.
  return { host: host ? String(host) : node.host, port: Number(port) };
}

async function ask(address: RedisAddress, server: Server, command: string[]): Promise<unknown> {
  const client = await connectRedis(address, server, { lost() {} });
  try {
    return await client.send(command);
  } finally {
    client.destroy();
  }
}
