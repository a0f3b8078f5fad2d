import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LabError } from './errors.ts';

/**
 * For servers behind a gateway: how long they leave an idle connection open, ms. Longer than gateways keep one, for a request that meets the
 * end of its connection is lost, and one that is no GET cannot be sent again.
 */
export const behindGateway = { keepAliveTimeout: 60_000 };

/** Listens on `host`; port 0 takes a free one. Resolves to the port. Throws usage for what is no port, port-in-use when it cannot be had. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    // Node would take a text for the path of a socket in the file system.
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      return reject(new LabError('usage', `expected a port from 0 to 65535, got ${JSON.stringify(port)}`));
    const fail = (cause: NodeJS.ErrnoException) => {
      const sentence = `port ${port} on ${host} cannot be used: ${reasons[cause.code ?? ''] ?? cause.message}`;
      reject(new LabError('port-in-use', sentence, { cause }));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

const reasons: Record<string, string> = {
  EADDRINUSE: 'another program listens there already',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'that is not an address',
};

/** Whether this process could listen there now. */
export async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  const free = await listen(server, port, host).then(
    () => true,
    () => false,
  );
  await closeServer(server);
  return free;
}

/** Stops listening, lets requests under way finish for `grace` ms, then calls `cut` and cuts what is still connected. */
export async function closeServer(server: Server, grace = 0, cut: () => Promise<void> | void = () => {}): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  if (grace > 0) await settledWithin(grace, closed);
  try {
    await cut();
  } finally {
    server.closeAllConnections();
  }
  await closed;
}

async function settledWithin(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const deadline = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(deadline);
}
