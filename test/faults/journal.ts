import type { IncomingMessage } from 'node:http';
import { inTime } from '../journeys/traffic.ts';
import { LONGEST_ANSWER } from './ask.ts';
import { isKind, type Kind } from './content.ts';
import type { Fault } from './misbehave.ts';

/** A request as the published server saw it. */
export type Arrival = {
  id: string;
  kind: Kind;
  user: string | null;
  /** X-Request-Id. */
  exchange: string;
  /** performance.now() */
  at: number;
  /** It came whole, brought what its sender had sent, and was carried out. */
  executed: boolean;
  /** How its answer was spoilt. */
  fault: Fault | null;
  /** Resolves when nothing is left of it here: the answer is out, or the connection is gone. */
  over: Promise<void>;
};

/** What has come to a published server, in order. */
export class Journal {
  readonly arrivals: Arrival[] = [];
  readonly #looks = new Set<() => void>();

  /** Null for what asks for nothing that the server has. */
  note(
    request: IncomingMessage,
    faultOf: (kind: Kind, user: string | null) => Fault | null,
    over: Promise<void>,
  ): Arrival | null {
    const [, kind = '', id = ''] = /^\/app\/(\w+)\/([\w-]+)$/.exec(request.url ?? '') ?? [];
    if (!isKind(kind)) return null;
    const exchange = String(request.headers['x-request-id']);
    const user = userOf(request);
    const what = { id, kind, user, exchange, fault: faultOf(kind, user) };
    const arrival: Arrival = { ...what, at: performance.now(), executed: false, over };
    this.arrivals.push(arrival);
    this.#look();
    return arrival;
  }

  carryOut(arrival: Arrival): void {
    arrival.executed = true;
    this.#look();
  }

  /** Resolves when so many such requests have come. */
  arrived(which: (arrival: Arrival) => boolean, count: number): Promise<void> {
    const coming = new Promise<void>((resolve) => {
      const look = () => {
        if (this.arrivals.filter(which).length < count) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
    return inTime(coming, `the arrival of ${count} requests`, LONGEST_ANSWER);
  }

  #look(): void {
    for (const look of this.#looks) look();
  }
}

function userOf({ headers }: IncomingMessage): string | null {
  const [, token] = /^Basic (\S+)$/.exec(headers.authorization ?? '') ?? [];
  return token === undefined ? null : (Buffer.from(token, 'base64').toString().split(':', 1)[0] as string);
}
