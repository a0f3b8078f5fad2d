import { LabError } from '../errors.ts';
import { isFree } from '../listen.ts';
import { namesOf, type Settings } from './settings.ts';
import { descriptions } from './with-settings.ts';

const ports = ['port', 'consolePort', 'exchangePort', 'office365Port'] as const;

/**
 * Says which port is taken and how to choose another. `at`: the setting that says on which address. `all`: this command takes every port,
 * so that it is told at once which of the others are taken as well.
 */
export async function explainTakenPort<Result>(
  start: Promise<Result>,
  settings: Settings,
  { at = 'host', all = false }: { at?: 'host' | 'consoleHost'; all?: boolean } = {},
): Promise<Result> {
  try {
    return await start;
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'port-in-use') throw error;
    if (/EADDRNOTAVAIL|ENOTFOUND/.test((error.cause as NodeJS.ErrnoException).code ?? '')) {
      const { flag, env } = namesOf(at);
      const sentence = `${error.message}; choose another address with ${flag} or ${env} (127.0.0.1, or 0.0.0.0 for every one)`;
      throw new LabError('usage', sentence, { cause: error });
    }
    const name = ports.find((port) => error.message.startsWith(`port ${settings[port]} `));
    if (!name) throw error;
    const { flag, env } = namesOf(name);
    const sentence = `${error.message}. It is for ${descriptions[name][1]}; choose another with ${flag} or ${env} (0 takes any free one).`;
    const others = all
      ? await takenOf(
          ports.filter((port) => port !== name),
          settings,
        )
      : [];
    const hint = others.length > 0 ? ` Taken as well: ${others.join(', ')}. Is a lab running already?` : '';
    throw new LabError('port-in-use', `${sentence}${hint}`, { cause: error });
  }
}

async function takenOf(names: readonly (typeof ports)[number][], settings: Settings): Promise<number[]> {
  const hostOf = (name: string) => (name === 'consolePort' ? settings.consoleHost : null) ?? settings.host;
  const free = await Promise.all(names.map((name) => isFree(settings[name], hostOf(name))));
  return names.filter((_, at) => !free[at]).map((name) => settings[name]);
}
