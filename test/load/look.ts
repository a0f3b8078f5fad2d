import { type Row, rowOf } from '../bench/figure.ts';
import { site } from '../bench/site.ts';
import type { Sockets } from './count-sockets.ts';
import type { Memory, Open } from './gateway-process.ts';
import { connectRaw } from './raw-client.ts';
import type { Rig } from './start-rig.ts';

export type Look = { open: Open; memory: Memory; latency: Row };

const ASKED = 300;

/**
 * How long somebody waits for a page who asks one at a time, and what the gateway holds when `sockets` and no others are open. Rejects
 * when that does not come about.
 */
export async function look(rig: Rig, when: string, sockets: Sockets): Promise<Look> {
  const [cookie = ''] = await rig.gateway.ask('fill', 1);
  const latency = rowOf(`a page, ${when}`, 'ms', await measurePages(rig.port, cookie));
  await untilOpen(rig, sockets);
  await rig.gateway.ask('endSession', cookie);
  return { latency, open: await rig.gateway.ask('open'), memory: await rig.gateway.ask('memory') };
}

async function measurePages(port: number, cookie: string): Promise<number[]> {
  const client = await connectRaw(port);
  const times: number[] = [];
  while (times.length < ASKED) {
    const from = performance.now();
    const { status } = await client.ask(site.page, cookie);
    if (status !== 200) throw new Error(`expected a page, got ${status}`);
    times.push(performance.now() - from);
  }
  await client.close();
  return times;
}

/** What the gateway keeps to the published server for the next request is no sign of a leak, so that is closed. */
async function untilOpen({ gateway, backEnd }: Rig, sockets: Sockets): Promise<void> {
  await backEnd.ask('closeIdle');
  try {
    await gateway.ask('untilSockets', sockets);
  } catch (cause) {
    const found = JSON.stringify(await gateway.ask('open'));
    throw new Error(`expected ${JSON.stringify(sockets)} of the gateway’s sockets, got ${found}`, { cause });
  }
}
