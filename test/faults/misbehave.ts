import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** `content`: what a sound answer brings. `later`: does something when the test says so. */
export type Scene = { response: ServerResponse; socket: Socket; content: string; later(act: () => void): void };

/** What must never reach anybody. */
export const NOBODYS = 'meant for nobody';

const LAST_CHUNK = '0\r\n\r\n';
const half = (content: string) => content.slice(0, content.length / 2);
const head = (...fields: string[]) => ['HTTP/1.1 200 OK', ...fields, '', ''].join('\r\n');
const sized = (content: string) => head(`Content-Length: ${content.length}`) + content;
const chunk = (content: string) => `${content.length.toString(16)}\r\n${content}\r\n`;
const chunkedHead = head('Transfer-Encoding: chunked');

/** Ways in which a published server answers that it should not. The request has been read and carried out before. */
export const faults = {
  hang() {},
  stall({ response, content, later }) {
    response.writeHead(200, { 'Content-Length': content.length }).write(half(content));
    later(() => response.end(content.slice(content.length / 2)));
  },
  'reset without a word': ({ socket }) => socket.resetAndDestroy(),
  'end without a word': ({ socket }) => socket.end(),
  'end in the head': ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
  'reset in the body': ({ socket, content }) => socket.write(sized(content).slice(0, -9), () => socket.resetAndDestroy()),
  'reset in the chunks': ({ socket, content }) =>
    socket.write(chunkedHead + chunk(half(content)), () => socket.resetAndDestroy()),
  'reset in a body without a length': ({ socket, content }) =>
    socket.write(head() + half(content), () => socket.resetAndDestroy()),
  'end in the body': ({ socket, content }) => socket.end(sized(content).slice(0, -9)),
  'end between the chunks': ({ socket, content }) => socket.end(chunkedHead + chunk(content)),
  'end in a chunk': ({ socket, content }) => socket.end(chunkedHead + chunk(content).slice(0, -9)),
  'garbage for a head': ({ socket }) => socket.write('220 mail.example ESMTP\r\n\r\n'),
  'garbage in the head': ({ socket }) => socket.write('HTTP/1.1 200 OK\r\nno colon here\r\n\r\n'),
  'two lengths': ({ socket }) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'),
  'garbage for a chunk': ({ socket, content }) =>
    socket.write(`${chunkedHead}${chunk(half(content))}not a size\r\n${LAST_CHUNK}`),
  twice: ({ socket, content }) => socket.write(sized(content) + sized(NOBODYS)),
  'more than its length': ({ socket, content }) => socket.write(sized(content) + NOBODYS),
} satisfies Record<string, (scene: Scene) => unknown>;

export type Fault = keyof typeof faults;
