import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { fieldPairs, type HeaderFields } from '../header-fields.ts';
import type { ForwardFault, Forwarding, ForwardOutcome } from './forward-types.ts';
import { rawFields, refuseTransferCodings, responseFields } from './http-fields.ts';
import { resetConnection } from './tls-server.ts';

/** The part of undici's dispatch controller that is used here. */
type Controller = {
  rawHeaders?: Buffer[] | string[] | IncomingHttpHeaders | null;
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
};

const nothing = Buffer.alloc(0);

/**
 * One request and its answer between a client and a back end: what the transport calls while it sends `body` and receives (undici's
 * dispatch handler). Settles exactly once, with whatever happens first.
 */
export class HttpExchange {
  readonly outcome: Promise<ForwardOutcome>;
  /** What is left of the client's body, or null when there is none. */
  readonly body: Readable | null;
  readonly #forwarding: Forwarding;
  readonly #response: ServerResponse | null;
  readonly #resolve: (outcome: ForwardOutcome) => void;
  #controller: Controller | null = null;
  #settled = false;
  #status = 0;
  #finished = false;

  constructor(forwarding: Forwarding, response: ServerResponse | null) {
    const { promise, resolve } = Promise.withResolvers<ForwardOutcome>();
    this.outcome = promise;
    this.#resolve = resolve;
    this.#forwarding = forwarding;
    this.#response = response;
    this.body = requestBody(forwarding, response, () => this.#onBodyTooLarge());
    const { request, signal } = forwarding;
    response?.on('finish', this.#onFinish).on('close', this.#onClientClose);
    request.on('close', this.#onRequestClose);
    signal?.addEventListener('abort', this.abort);
    if (signal?.aborted) this.abort();
    else if (response?.destroyed) this.#onClientClose();
    else if (request.destroyed) this.#onRequestClose();
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Ends both sides at once. */
  readonly abort = (): void => {
    if (!this.#settle({ kind: 'aborted' })) return;
    if (this.#response) cutOff(this.#forwarding.request);
  };

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    // It may have ended while the connection to the back end was still being made: then nothing is sent.
    if (this.#settled) controller.abort(new Error('the exchange is over'));
  }

  /**
   * Interim answers (1xx) end here: they are the hop's own, and `editResponse` sees exactly one head. A 100 that nobody asked for
   * (we never send Expect) does not come this far: undici takes it for a broken answer.
   */
  onResponseStart(controller: Controller, status: number, _headers: unknown, reason = ''): void {
    if (status < 200) return;
    this.#status = status;
    const received = fieldPairs((controller.rawHeaders as Buffer[]).map((field) => field.toString('latin1')));
    refuseTransferCodings(received);
    const fields = this.#forwarding.editResponse({ status, headers: responseFields(received, status) });
    if (!this.#response) return;
    sendHead(this.#response, status, reason, fields);
    this.#response.on('drain', this.#onDrain);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#response && !this.#response.write(chunk)) controller.pause();
  }

  /** Trailers are dropped: a client that was not promised any cannot use them, and node:http throws on some. */
  onResponseEnd(): void {
    if (this.#response) this.#response.end();
    else this.#settle({ kind: 'sent', status: this.#status });
  }

  onResponseError(_controller: Controller | null, cause: unknown): void {
    const headersSent = this.#response?.headersSent ?? false;
    if (!this.#settle({ kind: 'failed', code: failureCode(cause, this.#controller !== null), headersSent, cause })) return;
    if (headersSent) cutOff(this.#forwarding.request);
  }

  readonly #onFinish = (): void => {
    this.#finished = true;
  };

  readonly #onDrain = (): void => {
    this.#controller?.resume();
  };

  #onBodyTooLarge(): void {
    const { bodyBytes } = this.#forwarding.limits;
    const headersSent = this.#response?.headersSent ?? false;
    const cause = new Error(`the body has more than ${bodyBytes} bytes`);
    if (this.#settle({ kind: 'failed', code: 'too-large', headersSent, cause }) && headersSent) cutOff(this.#forwarding.request);
  }

  readonly #onClientClose = (): void => {
    this.#settle(this.#finished ? { kind: 'sent', status: this.#status } : { kind: 'client-gone' });
  };

  /** Without a `response` the request goes on to the back end when its client leaves, unless half of its body is missing. */
  readonly #onRequestClose = (): void => {
    if (!this.#forwarding.request.complete) this.#settle({ kind: 'client-gone' });
  };

  #settle(outcome: ForwardOutcome): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    const { request, signal } = this.#forwarding;
    signal?.removeEventListener('abort', this.abort);
    request.off('close', this.#onRequestClose);
    this.#response?.off('finish', this.#onFinish).off('close', this.#onClientClose).off('drain', this.#onDrain);
    this.#controller?.abort(new Error('the exchange is over'));
    this.#resolve(outcome);
    return true;
  }
}

/**
 * Writes the head of an answer. The empty write sends it at once, before any body: a long poll's client waits for it. It is a
 * Buffer because node:http puts the head before a string in the string's encoding, and fields are latin1, not UTF-8.
 */
export function sendHead(response: ServerResponse, status: number, reason: string, fields: HeaderFields): void {
  response.writeHead(status, /^[\t -~]*$/.test(reason) ? reason : '', rawFields(fields));
  response.write(nothing);
}

/** Ends a client's connection in the middle of an answer so that the part it has cannot look whole. */
function cutOff(request: IncomingMessage): void {
  const { socket } = request;
  // HTTP/1.0 has no chunks: there the end of the connection is the end of the body, unless it is a reset.
  if (request.httpVersion === '1.0') resetConnection(socket);
  else socket.destroy();
}

function failureCode(cause: unknown, started: boolean): ForwardFault {
  const code = cause instanceof Error && 'code' in cause ? cause.code : 'UND_ERR_INVALID_ARG';
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return 'backend-slow';
  // Not started for another reason than the connection: the request cannot be sent as it is.
  return started || code === 'UND_ERR_INVALID_ARG' ? 'backend-broken' : 'backend-unreachable';
}

/**
 * The client's body as a stream of its own. The transport destroys what it reads when a back end answers early; the client's
 * connection must outlive that, and the rest is read and dropped so that a client that only writes comes to read its answer.
 */
function requestBody(
  { request, limits: { bodyBytes } }: Forwarding,
  response: ServerResponse | null,
  onTooLarge: () => void,
): Readable | null {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding === undefined && Number(length ?? 0) === 0) return null;
  const body = new Readable({
    read() {
      sendContinue(request, response);
      request.resume();
    },
    destroy(error, done) {
      request.off('data', onData).off('end', onEnd).resume();
      done(error);
    },
  });
  let received = 0;
  const onData = (chunk: Buffer) => {
    received += chunk.length;
    if (received > bodyBytes) return onTooLarge();
    if (!body.push(chunk)) request.pause();
  };
  const onEnd = () => {
    body.push(null);
  };
  request.pause();
  request.on('data', onData).on('end', onEnd);
  // undici takes its own listener off when it is done with a body, and nobody else listens.
  return body.on('error', () => {});
}

/**
 * `100 Continue`, once, when the connection to the back end stands and the body is wanted. The server hands requests with
 * `Expect` over by 'checkContinue'; without such a listener node:http has sent it already (and says so in `_sent100`).
 */
export function sendContinue(request: IncomingMessage, response: (ServerResponse & { _sent100?: boolean }) | null): void {
  if (!response || response._sent100) return;
  if (request.httpVersion === '1.1' && /^100-continue$/i.test(request.headers.expect ?? '')) response.writeContinue();
}
