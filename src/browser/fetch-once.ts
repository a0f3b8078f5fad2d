import { Agent, type ClientRequest, type RequestOptions, request } from 'node:http';
import { LabError } from '../errors.ts';
import { fieldPairs, type HeaderFields } from '../header-fields.ts';
import { shownAddress } from './shown-address.ts';

/** One request and its answer; nothing is followed. */
export type Answer = { status: number; headers: HeaderFields; body: string };

/** Sends one request to this machine, whatever name the URL has under `localhost`, with that name in Host. */
export type Fetcher = {
  fetch(method: string, url: string, headers: Record<string, string>, body?: string): Promise<Answer>;
  close(): void;
};

const LARGEST_BODY = 4 * 1024 * 1024;
/** Silence, ms. */
const LONGEST_WAIT = 30_000;
/** The whole answer, ms: a server could go on for ever, a byte at a time. */
const LONGEST_ANSWER = 120_000;

/** Keeps connections open between requests: thousands of short ones would use up the local ports. */
export function createFetcher(longestAnswer = LONGEST_ANSWER): Fetcher {
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
      return send({ ...options, timeout: LONGEST_WAIT }, body, longestAnswer).catch((cause: Error) => {
        throw new LabError('unreachable', `no answer to ${method} ${shownAddress(url)}: ${cause.message}`, { cause });
      });
    },
    close: () => agent.destroy(),
  };
}

/** A kept connection may be closed by the server just as it is used again: then nothing was read, and another one is taken, as browsers do. */
async function send(options: RequestOptions, body: string | undefined, longest: number): Promise<Answer> {
  for (;;) {
    const sent = request(options);
    const deadline = setTimeout(() => sent.destroy(new Error(`it did not end in ${longest / 1000} s`)), longest);
    try {
      return await answerTo(sent, body);
    } catch (error) {
      if (!sent.reusedSocket || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    } finally {
      clearTimeout(deadline);
    }
  }
}

function answerTo(sent: ClientRequest, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    sent.on('response', (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > LARGEST_BODY) sent.destroy(new Error(`more than ${LARGEST_BODY} bytes`));
        else chunks.push(chunk);
      });
      // Begun and broken off: no answer, and no reason to ask again.
      answer.on('error', (cause) => reject(new Error(cause.message, { cause })));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: fieldPairs(answer.rawHeaders),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    // Without a listener node:http would close the connection and tell nobody.
    sent.on('upgrade', (_, socket) => {
      socket.destroy();
      reject(new Error('it changed to another protocol, which nobody had asked for'));
    });
    sent.on('timeout', () => sent.destroy(new Error(`nothing for ${LONGEST_WAIT / 1000} s`)));
    sent.on('error', reject);
    sent.end(body);
  });
}
