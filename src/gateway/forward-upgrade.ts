import { type ClientRequest, type IncomingMessage, ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import { fieldPairs, type HeaderFields } from '../header-fields.ts';
import { sendHead } from './forward-exchange.ts';
import type { Forwarding, ForwardOutcome } from './forward-types.ts';
import { responseFields } from './http-fields.ts';

type Switch = (answer: IncomingMessage, backEnd: Socket, head: Buffer) => void;

/**
 * One WebSocket between a client and a back end: the guard around http-proxy's `ws` pass. The pass makes the request and, after a
 * 101, joins the two sockets; everything else it does wrong (it ends the client's socket on any error, mangles other answers, and
 * lets one side outlive the other), so its listeners are taken off the request it made.
 */
export class Tunnel {
  readonly outcome: Promise<ForwardOutcome>;
  readonly #forwarding: Forwarding;
  readonly #client: Socket;
  readonly #resolve: (outcome: ForwardOutcome) => void;
  #request: ClientRequest | null = null;
  #timer: NodeJS.Timeout | undefined;
  #connected = false;
  #answered = false;
  #joined = false;
  #settled = false;
  #ending: ForwardOutcome | null = null;

  constructor(forwarding: Forwarding, client: Socket) {
    const { promise, resolve } = Promise.withResolvers<ForwardOutcome>();
    this.outcome = promise;
    this.#resolve = resolve;
    this.#forwarding = forwarding;
    this.#client = client;
    client.on('end', this.#onClientGone).on('close', this.#onClientGone);
    forwarding.signal?.addEventListener('abort', this.abort);
    if (forwarding.signal?.aborted) this.abort();
    else if (client.destroyed || client.readableEnded) this.#onClientGone();
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Ends both sides at once. */
  readonly abort = (): void => this.#settle({ kind: 'aborted' });

  /** Ends a WebSocket that stands, with what is already on its way; one that does not yet is left to go on. */
  end(): void {
    if (this.#joined) this.#limitSilence(this.#client).destroySoon();
  }

  /** For 'proxyReqWs': the pass has made its request from a stand-in; it becomes the client's, with exactly the target and fields given. */
  prepare(request: ClientRequest, fields: HeaderFields): void {
    this.#request = request;
    request.on('error', this.fail);
    request.path = this.#forwarding.target;
    for (const name of request.getHeaderNames()) request.removeHeader(name);
    for (const [name, value] of fields) request.appendHeader(name, value);
    request.setHeader('Connection', 'Upgrade');
    request.setHeader('Upgrade', 'websocket');
  }

  /** To be called when the pass has run: takes its listeners off the request and puts the guard's in their place. */
  guard(secure: boolean): void {
    const request = this.#request;
    if (!request) throw new Error('http-proxy made no request');
    const [pass] = request.listeners('upgrade') as Switch[];
    for (const event of ['error', 'response', 'upgrade']) request.removeAllListeners(event);
    request.on('error', this.fail);
    request.on('response', (answer) => this.#try(() => this.#refuse(answer)));
    request.on('upgrade', (answer, backEnd: Socket, head) => this.#try(() => this.#join(answer, backEnd, head, pass)));
    request.on('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', this.#onConnect));
    this.#wait(this.#forwarding.limits.connectTime, 'no connection');
  }

  readonly fail = (cause: unknown): void => {
    const code = this.#connected ? 'backend-broken' : 'backend-unreachable';
    this.#settle({ kind: 'failed', code, headersSent: this.#answered, cause });
  };

  readonly #onConnect = (): void => {
    this.#connected = true;
    this.#wait(this.#forwarding.limits.responseTime, 'no answer');
  };

  readonly #onClientGone = (): void => this.#settle({ kind: 'client-gone' });

  #wait(milliseconds: number, what: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const cause = new Error(`${what} within ${milliseconds} ms`);
      if (!this.#connected) this.fail(cause);
      else this.#settle({ kind: 'failed', code: 'backend-slow', headersSent: false, cause });
    }, milliseconds);
  }

  #try(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(error);
    }
  }

  /** The back end answers with something else than 101: that answer is the client's, and the connection ends after it. */
  #refuse(answer: IncomingMessage): void {
    const { request, editResponse } = this.#forwarding;
    const status = answer.statusCode ?? 0;
    if (status < 200) throw new Error('the back end switched protocols without naming one');
    const fields = editResponse({ status, headers: responseFields(fieldPairs(answer.rawHeaders), status) });
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    sendHead(response, status, answer.statusMessage ?? '', fields);
    this.#stopWaiting();
    this.#client.on('drain', () => response.emit('drain'));
    response.assignSocket(this.#client);
    answer.on('error', this.fail);
    // Also when it is the client that takes nothing: then nothing more is read.
    const { streamTime } = this.#forwarding.limits;
    answer.setTimeout(streamTime, () => this.fail(new Error(`the answer did not go on within ${streamTime} ms`)));
    answer.pipe(response).on('finish', () => this.#onEnd({ kind: 'sent', status }, this.#client));
  }

  #join(answer: IncomingMessage, backEnd: Socket, head: Buffer, pass: Switch | undefined): void {
    if (answer.headers.upgrade?.toLowerCase() !== 'websocket')
      throw new Error('the back end switched to another protocol than websocket');
    const fields = this.#forwarding.editResponse({ status: 101, headers: responseFields(fieldPairs(answer.rawHeaders), 101) });
    answer.headers = forPass([...fields, ['Connection', 'Upgrade'], ['Upgrade', 'websocket']]);
    this.#stopWaiting();
    // The pass writes the head as a string; fields are latin1.
    this.#client.setDefaultEncoding('latin1');
    pass?.call(this.#request, answer, backEnd, head);
    this.#joined = true;
    this.#client.off('close', this.#onClientGone);
    // What comes from the back end is written here, so this side sees both.
    this.#client.setTimeout(this.#forwarding.limits.upgradeTime, () => this.end());
    // A client that has said its last may get an answer to it, but not wait for one for ever.
    this.#client.once('end', () => this.#limitSilence(backEnd));
    this.#client.once('close', (broken) =>
      this.#onEnd(broken ? { kind: 'client-gone' } : { kind: 'sent', status: 101 }, backEnd),
    );
    backEnd.once('close', () => this.#onEnd({ kind: 'sent', status: 101 }, this.#client));
  }

  /** One side is done: the other gets what was still on its way, and closes too. */
  #onEnd(outcome: ForwardOutcome, other: Socket): void {
    this.#ending ??= outcome;
    if (other.closed) this.#settle(this.#ending);
    else this.#limitSilence(other).destroySoon();
  }

  #limitSilence(socket: Socket): Socket {
    return socket.setTimeout(this.#forwarding.limits.responseTime, () => socket.destroy());
  }

  /** The answer is the client's from here on: no time-out applies, and its end of stream is no longer a reason to give up. */
  #stopWaiting(): void {
    this.#answered = true;
    clearTimeout(this.#timer);
    this.#client.off('end', this.#onClientGone);
  }

  #settle(outcome: ForwardOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#forwarding.signal?.removeEventListener('abort', this.abort);
    this.#client.off('end', this.#onClientGone).off('close', this.#onClientGone);
    this.#request?.destroy();
    // A failure before any answer leaves the socket to the caller, who has something to say on it.
    if (outcome.kind !== 'failed' || outcome.headersSent) this.#client.destroy();
    this.#resolve(this.#ending ?? outcome);
  }
}

/** The shape that the pass writes out: name → value or values. It checks nothing, so that is done here. */
function forPass(fields: HeaderFields): IncomingMessage['headers'] {
  const result: Record<string, string[]> = Object.create(null);
  for (const [name, value] of fields) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    result[name] = [...(result[name] ?? []), value];
  }
  return result as unknown as IncomingMessage['headers'];
}
