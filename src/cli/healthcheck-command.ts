import { get } from 'node:http';
import { Command } from 'commander';
import { LabError } from '../errors.ts';
import type { CommandContext } from './command-context.ts';
import { consoleUrl } from './console-access.ts';
import { settingsOf, withSettings } from './with-settings.ts';

const LONGEST_WAIT = 3_000;

export function healthcheckCommand(context: CommandContext): Command {
  const command = new Command('healthcheck').description(
    'for the container: exit 0 if the lab, proxy or backend of this machine is alive, else 3',
  );
  return withSettings(command, ['consolePort', 'host', 'consoleHost']).action(async () => {
    const { consolePort, host, consoleHost } = settingsOf(command, context);
    // Not /readyz: a gateway whose session store is away is not mended by a restart.
    const url = `${consoleUrl(consoleHost ?? host, consolePort)}livez`;
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new LabError('unreachable', `${url}: ${why}`));
      const request = get(url, { timeout: LONGEST_WAIT }, (answer) => {
        answer.resume();
        if (answer.statusCode === 200) resolve();
        else fail(`status ${answer.statusCode}`);
      });
      request.on('timeout', () => request.destroy(new Error(`no answer within ${LONGEST_WAIT / 1000} s`)));
      request.on('error', (error) => fail(error.message));
    });
  });
}
