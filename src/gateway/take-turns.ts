import type { Socket } from 'node:net';
import { resetConnection } from './tls-server.ts';
import type { Step } from './visit.ts';

/** Requests ahead of which no client that means well sends another. */
const MOST_UNANSWERED = 101;

/** Of a connection. `last`: when the last request that has come is answered. */
type Line = { last: Promise<void>; unanswered: number };

/**
 * Requests that a client sends without waiting for answers (pipelining) are handled one after the other, each when the answer before
 * has gone out. Node hands all of them over at once: they would reach the published server in any order (RFC 9112 §9.3.2), a page
 * behind a sign-out among them, and so would what follows a refused request, whose connection closes. Where more than 100 wait, the
 * connection is cut: they come faster than they are answered, and take memory, and time from everybody else.
 */
export function takeTurns(): Step {
  const lines = new WeakMap<Socket, Line>();
  return async function takeTurns(ctx, next) {
    const { socket } = ctx.req;
    const line = lines.get(socket) ?? { last: Promise.resolve(), unanswered: 0 };
    lines.set(socket, line);
    if (line.unanswered >= MOST_UNANSWERED) resetConnection(socket);
    line.unanswered++;
    const earlier = line.last;
    line.last = new Promise((resolve) => ctx.res.once('close', resolve)).then(() => {
      line.unanswered--;
    });
    await earlier;
    if (!socket.destroyed && !socket.writableEnded) return next();
    ctx.respond = false;
  };
}
