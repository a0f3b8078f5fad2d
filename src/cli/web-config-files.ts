import { unwatchFile, watchFile } from 'node:fs';
import { LabError } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { type Profile, readsSignOutKind } from '../exchange/profile.ts';
import { names } from '../exchange/web-config/explain-web-config.ts';
import { readWebConfig } from '../exchange/web-config/read-web-config.ts';
import { entryInWords, type WebConfig, type WebConfigFile } from '../exchange/web-config/web-config.ts';
import { printable } from '../rules/quote.ts';
import { readBytes } from './web-config-command.ts';

/** A web.config of somebody's own, and which of the three it is to stand for. */
export type WebConfigPath = { file: WebConfigFile; path: string };

/** Web.config files that the mock's servers hold while their owner edits them. */
export type WebConfigFiles = {
  /** Puts the files on every server that has such a file and whose build reads the key, now and whenever one is saved; says so in lines. */
  putOn(exchange: Exchange, profiles: readonly Profile[]): void;
  /** Stops watching. */
  close(): void;
};

const known: readonly string[] = ['feOwa', 'beOwa', 'beEcp'] satisfies WebConfigFile[];
const expected = 'expected feOwa=FILE, beOwa=FILE or beEcp=FILE';

/** `beOwa=FILE`, several separated by a line break or, before one of the three names, a comma. `problem` hears of each mistake. */
export function readWebConfigPaths(text: string, problem: (sentence: string) => void): WebConfigPath[] {
  const paths = text.split(/\n|,(?=(?:feOwa|beOwa|beEcp)=)/).map((pair) => {
    const [, file = '', path = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    if (!known.includes(file) || path === '') problem(`${expected}, got "${printable(pair)}"`);
    return { file: file as WebConfigFile, path };
  });
  for (const file of known)
    if (paths.filter((given) => given.file === file).length > 1) problem(`${file} is given twice; it can be one file only`);
  return paths;
}

/** How often a file is looked at, ms. */
const INTERVAL = 1_000;

/** Reads the files and watches them. Throws LabError, and watches nothing, if one cannot be read. */
export async function openWebConfigFiles(
  paths: readonly WebConfigPath[],
  { say, interval = INTERVAL }: { say: (line: string) => void; interval?: number },
): Promise<WebConfigFiles> {
  const opened: OpenFile[] = [];
  const close = () => {
    for (const file of opened.splice(0)) file.close();
  };
  try {
    // Watched before it is read: so no change is missed in between. watchFile, for fs.watch misses what is saved by renaming.
    for (const path of paths) opened.push(await openFile(path, say, interval));
  } catch (error) {
    close();
    throw error;
  }
  return {
    putOn(exchange, profiles) {
      for (const file of opened) file.putOn(exchange, profiles);
    },
    close,
  };
}

type OpenFile = { putOn(exchange: Exchange, profiles: readonly Profile[]): void; close(): void };

async function openFile({ file, path }: WebConfigPath, say: (line: string) => void, interval: number): Promise<OpenFile> {
  let target: Exchange | null = null;
  let closed = false;
  let reading: Promise<void> = Promise.resolve();
  const reread = async () => {
    try {
      const next = await read(path);
      if (closed) return;
      current = next;
      if (target) say(lines(file, path, next.config, `read again, ${saveOnServers(target, file, next)} [E-02]`));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      if (!closed) say(`--web-config ${file}: ${error.message}; what was read before stays in effect`);
    }
  };
  const onChange = () => {
    reading = reading.then(reread);
  };
  const close = () => {
    closed = true;
    unwatchFile(path, onChange);
  };
  watchFile(path, { interval, persistent: false }, onChange);
  let current = await read(path).catch((error: unknown) => {
    close();
    throw error;
  });
  return {
    putOn(exchange, profiles) {
      target = exchange;
      saveOnServers(exchange, file, current);
      const others = profiles.filter((profile) => !readsSignOutKind(profile));
      const ignored = `it is on every server whose build reads the key; ${names(others, profiles)} do not and ignore it [E-08]`;
      say(lines(file, path, current.config, ignored));
    },
    close,
  };
}

type Content = { bytes: Uint8Array; path: string; config: WebConfig };

async function read(path: string): Promise<Content> {
  const bytes = await readBytes(path);
  return { bytes, path, config: readWebConfig(bytes, path) };
}

/** Saves it wherever the key is read; returns what the application pools made of it. */
function saveOnServers(exchange: Exchange, file: WebConfigFile, { bytes, path }: Content): string {
  const waiting: string[] = [];
  for (const label of exchange.labels()) {
    const servers = exchange.servers(label).filter((server) => server.has(file) && readsSignOutKind(server.profile()));
    if (servers.length === 0) continue;
    exchange.saveWebConfig(label, file, { text: bytes, name: path });
    const pending = servers.some((server) => server.application(file).file() !== server.application(file).running());
    if (pending) waiting.push(label);
  }
  const recycled = 'and the application pools have recycled';
  return waiting.length === 0 ? recycled : `${recycled}, except on ${waiting.join(', ')} (option autoRecycle is false)`;
}

function lines(file: WebConfigFile, path: string, { entry, notes }: WebConfig, then: string): string {
  const place = entry.state === 'absent' ? printable(path) : `${printable(path)}:${entry.line}`;
  const first = `--web-config ${file}: ${place}: LogonSettings.SignOutKind is ${entryInWords(entry)}; ${then}`;
  return [first, ...notes.map((note) => `  ${note}`)].join('\n');
}
