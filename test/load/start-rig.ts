import type { BackEndCommands } from './back-end.ts';
import type { GatewayCommands, GatewaySetting } from './gateway-process.ts';
import { type Child, startChild } from './start-child.ts';

export type Rig = { gateway: Child<GatewayCommands>; backEnd: Child<BackEndCommands>; port: number; end(): Promise<void> };

const usual = { mostSessions: 200_000, publicTimeout: '6h', trace: false };

/** A gateway in front of a published server, each in a process of its own, so that this one is only their client. */
export async function startRig(setting: Partial<GatewaySetting> = {}): Promise<Rig> {
  const backEnd = await startChild<BackEndCommands>('back-end.ts');
  const backEndPort = await backEnd.ask('port');
  const text = JSON.stringify({ ...usual, ...setting, backEndPort } satisfies GatewaySetting);
  const gateway = await startChild<GatewayCommands>('gateway-process.ts', [text]).catch(async (error: unknown) => {
    await backEnd.end();
    throw error;
  });
  const end = async () => void (await Promise.all([gateway.end(), backEnd.end()]));
  return { gateway, backEnd, port: await gateway.ask('port'), end };
}
