import type { ExecutionContext } from 'ava';
import { parse } from 'node-html-parser';
import type { ConsoleParts } from '../../src/console/console.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { askConsole, startConsole } from './console-rig.ts';
import { type Message, openStream } from './read-stream.ts';

/** A lab and its console, or a console of these parts, with its forms and streams. */
export async function startRunPages(t: ExecutionContext, parts?: ConsoleParts & { lab: Lab }) {
  const started = parts ? { lab: parts.lab, ...(await askConsole(t, parts)) } : await startConsole(t);
  const { ask, consolePort } = started;
  const post = (path: string, fields: Record<string, string>, origin = `http://127.0.0.1:${consolePort}`) =>
    ask('POST', path, new URLSearchParams(fields).toString(), {
      Host: `127.0.0.1:${consolePort}`,
      Origin: origin,
      'Content-Type': 'application/x-www-form-urlencoded',
    });
  const stream = (path: string, lastId?: number) => openStream(t, consolePort, path, lastId);
  /** Sends a form that begins a run; resolves to the path of its page. */
  const begin = async (fields: Record<string, string>, path = '/runs') => {
    const { status, headers, text } = await post(path, fields);
    if (status !== 303) throw new Error(`${path}: ${status} ${text}`);
    return headers.location as string;
  };
  /** What the page of a run is told up to its end. */
  const told = async (path: string): Promise<Message[]> => (await stream(`${path}/stream`)).until(({ event }) => event === 'end');
  /** A run by the scripted browser, and its page when it is judged. */
  const drive = async (fields: Record<string, string>, path = '/runs') => {
    const at = await begin({ how: 'driven', ...fields }, path);
    await told(at);
    return { path: at, root: parse((await ask('GET', at)).text) };
  };
  return { ...started, post, stream, begin, told, drive };
}
