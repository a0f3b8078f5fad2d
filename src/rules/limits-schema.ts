import { z } from 'zod';
import { checkedText } from './checked-text.ts';
import { checkDuration, durationPattern, milliseconds } from './duration.ts';
import { quote } from './quote.ts';
import type { Finding } from './rules-error.ts';

const LONGEST = milliseconds('24d');

/** What a client or a published server may take: sizes in bytes, times in milliseconds once they are read (T-22 for the first three). */
export type Limits = Readonly<z.output<typeof limits>>;

const bytes = (preset: number, description: string) => whole(preset, 2 ** 40, description);
const count = (preset: number, description: string) => whole(preset, 1_000_000, description);

function whole(preset: number, most: number, description: string) {
  return z.int().min(1).max(most).default(preset).meta({ description });
}

function time(preset: string, description: string) {
  const text = checkedText(checkTime).transform(milliseconds);
  return text
    .prefault(preset)
    .meta({ description: `${description} At most 24 days, in seconds, minutes, hours or days.`, pattern: durationPattern });
}

/** A timer cannot be set for longer. */
function checkTime(text: string): Finding | null {
  const wrong = checkDuration(text);
  if (wrong || milliseconds(text) <= LONGEST) return wrong;
  return { message: `${quote(text)} is longer than 24 days.`, hint: 'write `24d` or less' };
}

export const limits = z.strictObject({
  headerBytes: bytes(32_768, 'Header fields of a request, all together; more is answered with 431.'),
  urlBytes: bytes(16_384, 'The target of a request, path and query; more is answered with 414.'),
  queryBytes: bytes(4_096, 'The query of a request that a rule publishes, with its "?"; more is answered with 414.'),
  headerFields: count(200, 'Header fields of a request, counted; more are answered with 431.'),
  bodyBytes: bytes(104_857_600, 'The body of a request; more is answered with 413, or cut off when it shows only on the way.'),
  connections: count(10_000, 'Connections of clients at once, WebSockets included; more are closed as they come.'),
  headerTime: time('15s', 'Until the header of a request has come.'),
  bodyTime: time('30s', 'The longest pause in the body of a request.'),
  requestTime: time('10m', 'Until the whole request has come.'),
  connectTime: time('10s', 'Until the connection to a published server stands; then the client gets 502.'),
  responseTime: time('2m', 'Until a published server begins to answer; then the client gets 504.'),
  streamTime: time(
    '10m',
    'The longest pause in an answer: nothing comes from the published server, or the client takes nothing.',
  ),
  idleTime: time('1m', 'A connection of a client without a request.'),
  upgradeTime: time('1h', 'A WebSocket on which nothing comes from either side.'),
  drainTime: time('5s', 'What requests under way get to finish when the gateway is told to stop.'),
});

export const defaultLimits: Limits = Object.freeze(limits.parse({}));
