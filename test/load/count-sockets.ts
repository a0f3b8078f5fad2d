import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Sockets that are open in this process: those that came to it, and those that it opened itself. */
export type Sockets = { accepted: number; opened: number };

/** Counts the sockets of this process from now on; one can wait for a number of them. */
export function countSockets(): { now(): Sockets; until(wanted: Partial<Sockets>): Promise<void> } {
  const count: Sockets = { accepted: 0, opened: 0 };
  const waits = new Set<() => void>();
  const changed = () => {
    for (const look of waits) look();
  };
  const counting = (which: keyof Sockets) => {
    const closed = () => {
      count[which]--;
      changed();
    };
    return (message: unknown) => {
      count[which]++;
      (message as { socket: Socket }).socket.on('close', closed);
      changed();
    };
  };
  subscribe('net.server.socket', counting('accepted'));
  subscribe('net.client.socket', counting('opened'));
  return {
    now: () => ({ ...count }),
    until: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          if (Object.entries(wanted).some(([which, number]) => count[which as keyof Sockets] !== number)) return;
          waits.delete(look);
          resolve();
        };
        waits.add(look);
        look();
      }),
  };
}
