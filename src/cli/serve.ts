import { type ConsoleParts, createConsole } from '../console/console.ts';
import { say } from './command-context.ts';
import { accessSentences, consoleAccess } from './console-access.ts';
import { explainTakenPort } from './explain-taken-port.ts';
import type { Settings } from './settings.ts';

/** What listens already: closes it, giving requests under way `grace` ms. */
type CloseRest = (grace?: number) => Promise<void>;

/**
 * Opens the console beside what listens already, says `welcome(its port)`, and serves until SIGTERM or SIGINT. Then requests under way
 * get `drainTime()` ms, while the console says that nobody should be sent here any more, and both are closed. A second signal exits at once with 128 + its number. If the console cannot be opened, the rest is closed too.
 */
export async function serve(
  settings: Settings,
  { drainTime, ...parts }: Omit<ConsoleParts, 'given' | 'stopping' | 'token'> & { drainTime: () => number },
  closeRest: CloseRest,
  welcome: (consolePort: number) => string,
): Promise<void> {
  const given = Object.fromEntries((settings.webConfig ?? []).map(({ file, path }) => [file, path]));
  let stopping = false;
  const access = consoleAccess(settings, Boolean(parts.admin || parts.lab));
  const console = createConsole({ ...parts, given, token: access.token, stopping: () => stopping });
  const stop = stopped();
  const open = console.listen(settings.consolePort, access.host);
  try {
    const port = await explainTakenPort(open, settings, { at: settings.consoleHost === null ? 'host' : 'consoleHost' });
    say([welcome(port), accessSentences(access, port) ?? []].flat().join('\n'));
  } catch (error) {
    await closeRest();
    throw error;
  }
  await stop;
  stopping = true;
  say('Stopping.');
  await closeRest(drainTime());
  await console.close();
}

const numbers = { SIGINT: 2, SIGTERM: 15 } as const;

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const before = process.listeners(signal);
      process.on(signal, () => {
        if (stopping) process.exit(128 + numbers[signal]);
        stopping = true;
        resolve();
      });
      // Not before: without any listener a signal would end the process at once.
      for (const listener of before) process.off(signal, listener);
    }
  });
}
