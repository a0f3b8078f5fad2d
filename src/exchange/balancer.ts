import type { IncomingMessage, RequestListener } from 'node:http';
import { LabError } from '../errors.ts';
import { fieldPairs } from '../header-fields.ts';
import { type Asker, collect } from './ask.ts';

/** A front end that a balancing pool can send clients to. */
export type Member = { name: string; port(): number };

/**
 * The balancing pool before a farm of front ends: hands each request to a member over a socket of its own, in turn. `members` are
 * those that take part now.
 */
export function createBalancer(members: () => readonly Member[], asker: Asker): RequestListener {
  let turn = 0;
  return (request, response) => {
    const pool = members();
    const member = pool[turn++ % pool.length];
    if (!member) {
      response.writeHead(503).end('No front end is in the balancing pool.\n');
      return;
    }
    pass(request, member, asker)
      .then(
        ({ status, message, headers, body }) => {
          response.writeHead(status, message, headers.flat());
          response.end(body);
        },
        (error: unknown) => {
          const ours = error instanceof LabError && error.code !== 'backend-unreachable';
          const sentence = ours ? error.message : `The front end ${member.name} did not answer.`;
          response.writeHead(ours ? error.status : 502, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
        },
      )
      .catch(() => response.destroy());
  };
}

async function pass(request: IncomingMessage, member: Member, asker: Asker) {
  const method = request.method ?? 'GET';
  const body = method === 'GET' || method === 'HEAD' ? null : await collect(request);
  return asker.ask({ port: member.port(), method, target: request.url ?? '/', headers: fieldPairs(request.rawHeaders), body });
}
