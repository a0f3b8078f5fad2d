import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

/** Stands between a browser and a port of this machine, and can cut every connection at once. */
export type Cutter = { port: number; cut(): void; connections(): number };

export async function startCutter(t: ExecutionContext, port: number): Promise<Cutter> {
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    connections++;
    const there = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [client, there],
      [there, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  t.teardown(() => {
    server.close();
    cut();
  });
  return { port: (server.address() as AddressInfo).port, cut, connections: () => connections };
}
