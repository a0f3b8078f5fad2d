import { Agent, request } from 'node:http';
import { LabError } from '../errors.ts';
import { fieldPairs, type HeaderFields } from '../header-fields.ts';

/** One request and its answer; nothing is followed. */
export type Answer = { status: number; headers: HeaderFields; body: string };

/** Sends one request to this machine, whatever name the URL has under `localhost`, with that name in Host. */
export type Fetcher = {
  fetch(method: string, url: string, headers: Record<string, string>, body?: string): Promise<Answer>;
  close(): void;
};

const LARGEST_BODY = 4 * 1024 * 1024;
const LONGEST_WAIT = 30_000;

/** Keeps connections open between requests: thousands of short ones would use up the local ports. */
export function createFetcher(): Fetcher {
  const agent = new Agent({ keepAlive: true });
  return {
    fetch(method, url, headers, body) {
      const { hostname, port, pathname, search, host, protocol } = new URL(url);
      if (protocol !== 'http:' || !/(^|\.)localhost$|^127(\.\d{1,3}){3}$|^\[::1\]$/.test(hostname))
        return Promise.reject(
          new LabError(
            'usage',
            `the scripted browser visits this machine over http only, and was sent to ${protocol}//${hostname}`,
          ),
        );
      const address = hostname.endsWith('localhost') ? '127.0.0.1' : hostname.replace(/[[\]]/g, '');
      const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
      const options = {
        host: address,
        port: port || 80,
        method,
        path: pathname + search,
        headers: { Host: host, ...headers, ...length },
        agent,
      };
      return new Promise((resolve, reject) => {
        const fail = (cause: Error) =>
          reject(new LabError('unreachable', `no answer to ${method} ${url}: ${cause.message}`, { cause }));
        const sent = request({ ...options, timeout: LONGEST_WAIT }, (answer) => {
          const chunks: Buffer[] = [];
          let size = 0;
          answer.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > LARGEST_BODY) sent.destroy(new Error(`more than ${LARGEST_BODY} bytes`));
            else chunks.push(chunk);
          });
          answer.on('error', fail);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: fieldPairs(answer.rawHeaders),
              body: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        });
        sent.on('timeout', () => sent.destroy(new Error(`nothing for ${LONGEST_WAIT / 1000} s`)));
        sent.on('error', fail);
        sent.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}
