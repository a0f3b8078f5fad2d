import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { runningClock } from '../clock.ts';
import { createExchange } from '../exchange/exchange.ts';
import { loadProfiles } from '../exchange/profile.ts';
import { createIdleRecorder } from '../trace/recorder.ts';
import type { CommandContext } from './command-context.ts';
import { explainTakenPort, serve, settingsOf, withSettings } from './serve.ts';

export function backendCommand(context: CommandContext): Command {
  const command = new Command('backend').description('the mock Exchange servers alone: put a proxy of your own in front');
  return withSettings(command, ['exchangePort', 'consolePort', 'host']).action(async () => {
    const wanted = settingsOf(command, context);
    const clock = runningClock();
    const exchange = createExchange({
      profiles: await loadProfiles(),
      clock,
      recorder: createIdleRecorder(),
      random: randomBytes,
    });
    const port = await explainTakenPort(exchange.listen(wanted.exchangePort, wanted.host), wanted);
    const names = exchange
      .sites()
      .map(({ label, profile }) => `  http://${label}.localhost:${port}/owa/  ${profile.title}, ${profile.build}`);
    const text = `Mock Exchange; the first label of the Host says which build answers:\n${names.join('\n')}\nUsers lab\\alice and lab\\bob, password Passw0rd!`;
    await serve(wanted, null, exchange.close, () => text);
  });
}
