import { type IncomingHttpHeaders, request } from 'node:http';
import type { ExecutionContext } from 'ava';
import type { GivenFiles } from '../../src/console/api/notes.ts';
import { type ConsoleParts, createConsole } from '../../src/console/console.ts';
import { type Lab, startLab } from '../../src/lab/lab.ts';

export type Reply = { status: number; headers: IncomingHttpHeaders; text: string; json: Record<string, unknown> };

/** A lab and its admin API; `given` are files of the command line. */
export async function startConsole(t: ExecutionContext, given: GivenFiles = {}) {
  const lab = await startLab();
  t.teardown(() => lab.close());
  return { lab, ...(await askConsole(t, { sessions: lab.sessions, admin: lab, lab, given })) };
}

/** A console of these parts, listening. */
export async function askConsole(t: ExecutionContext, parts: ConsoleParts) {
  const api = createConsole(parts);
  t.teardown(() => api.close());
  const port = await api.listen(0, '127.0.0.1');
  return { consolePort: port, ...clientOf(port) };
}

export function clientOf(port: number) {
  const ask = (method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) =>
    new Promise<Reply>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, async (answer) => {
        let text = '';
        for await (const chunk of answer.setEncoding('utf8')) text += chunk;
        const json = /^application\/json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(text) : {};
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json });
      });
      sent.on('error', reject).end(body);
    });
  const json = (method: string, path: string, body: object) =>
    ask(method, path, JSON.stringify(body), { 'Content-Type': 'application/json' });
  return {
    ask,
    json,
    put: (change: object) => json('PUT', '/api/lab', change),
    /** As `curl -T` does. */
    upload: (file: string, content: string | Buffer) => ask('PUT', `/api/lab/web-config/${file}`, content),
    show: async () => (await ask('GET', '/api/lab')).json,
  };
}

/** What the switched name's servers have of a file. */
export function applicationOf(lab: Lab, file: 'feOwa' | 'beOwa' | 'beEcp') {
  const server = lab.exchange.servers('mail').find((candidate) => candidate.has(file));
  if (!server) throw new Error(`no server has ${file}`);
  return server.application(file);
}
