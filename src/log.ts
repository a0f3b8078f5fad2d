import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Operational messages, one JSON object a line. Never given passwords, cookie values or Authorization. */
export function createLog(stream: { write(text: string): unknown }, level = 'info'): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

/** For tests and for callers who want no messages. */
export function silentLog(): Logger {
  return pino({ level: 'silent' });
}
