/** What kind of error it is, for programs. */
export type ErrorCode =
  | 'usage'
  | 'configuration'
  | 'port-in-use'
  | 'unreachable'
  | 'internal'
  | 'bad-request'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'backend-unreachable'
  | 'backend-broken'
  | 'backend-slow'
  | 'store-away'
  | 'busy';

/** Every error that the product raises on purpose: its code, and the exit code (command line) or status (HTTP) it leads to. */
const table: Record<ErrorCode, { exit: number; status?: number }> = {
  usage: { exit: 2 },
  configuration: { exit: 2, status: 400 },
  'port-in-use': { exit: 2 },
  unreachable: { exit: 3 },
  internal: { exit: 4 },
  'bad-request': { exit: 4, status: 400 },
  forbidden: { exit: 4, status: 403 },
  'not-found': { exit: 4, status: 404 },
  conflict: { exit: 4, status: 409 },
  'too-large': { exit: 4, status: 413 },
  'backend-unreachable': { exit: 3, status: 502 },
  'backend-broken': { exit: 3, status: 502 },
  'backend-slow': { exit: 3, status: 504 },
  'store-away': { exit: 3, status: 503 },
  busy: { exit: 3, status: 503 },
};

export const errorCodes = Object.keys(table) as readonly ErrorCode[];

/** An error whose message is a sentence for a person: what was expected, what came, and what to do. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, sentence: string, options?: { cause?: unknown }) {
    super(sentence, options);
    this.code = code;
  }

  /** Exit code of the process when nobody handles the error. */
  get exitCode(): number {
    return table[this.code].exit;
  }

  /** HTTP status when the error answers a request. */
  get status(): number {
    return table[this.code].status ?? 500;
  }

  /** Koa writes back what it has read. */
  set status(_: number) {}
}
