import { randomInt } from 'node:crypto';
import { isFree } from '../../listen.ts';

/**
 * Below the range from which systems take the ports of outgoing connections and of those who listen on port 0: so nobody is given
 * the port between our look at it and its use, nor while its program is down and to be started again.
 */
const RANGE = [10_240, 32_768] as const;
const MOST_TRIES = 100;
/** As the system says it, and as the gateway does. */
const TAKEN = /address already in use|another program listens there already/i;

/** Starts something on a port of 127.0.0.1 that is free; tries others while it fails because somebody was faster. */
export async function startOnFreePort<Started>(start: (port: number) => Promise<Started>): Promise<Started> {
  for (let tries = 1; ; tries++) {
    const port = await findFreePort();
    try {
      return await start(port);
    } catch (error) {
      if (tries === 5 || !TAKEN.test(String(error))) throw error;
    }
  }
}

/** A port of 127.0.0.1 on which nobody listens. Somebody may be faster: see startOnFreePort. */
export async function findFreePort(): Promise<number> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const port = randomInt(...RANGE);
    if (await isFree(port, '127.0.0.1')) return port;
  }
  throw new Error(`no port of 127.0.0.1 between ${RANGE.join(' and ')} was free in ${MOST_TRIES} tries`);
}
