import type { EndsCell, EndsInput } from '../cell.ts';
import { type InputColumn, inputColumns, NONE } from './columns.ts';
import type { OutcomeColumn } from './lay-out-rows.ts';

/** What the cells in which sessions end can differ in, the most general first. */
export const endsColumns = {
  suite: { title: 'suite', show: ({ suite }) => suite },
  store: { title: 'store', show: ({ store }) => store },
  gateways: {
    title: 'gateways',
    show: ({ replicas, balancer }) => (balancer === 'none' ? String(replicas) : `${replicas}, ${balancer}`),
  },
  at: {
    title: 'tried at',
    show: ({ replicas, at }) => (replicas === 1 ? NONE : at === 'same-replica' ? 'the same' : 'the other'),
  },
  options: inputColumns.options,
  vdirAuth: { title: 'vdir', show: ({ vdirAuth }) => vdirAuth ?? NONE },
  endedBy: { title: 'ended by', show: ({ endedBy }) => endedBy },
  tried: { title: 'tried', show: ({ tried }) => tried },
} as const satisfies Record<string, InputColumn<EndsInput>>;

/** What came of it: of a connection, a late cookie and an identity only where there could be one. */
export const endsOutcomes = {
  oldCookie: {
    title: 'cookie',
    show: ({ oldCookie }) => short(oldCookie),
    means: {
      refused: "the old cookie opens nothing, the gateway's form asks",
      accepted: 'the old cookie opens the session',
      '503': 'an error page, while nobody can say',
    },
  },
  connection: {
    title: 'connection',
    show: ({ connection }) => connection ?? '',
    means: { cut: 'it ended with the session', answered: 'its answer came all the same', open: 'it goes on' },
  },
  lateCookie: {
    title: 'late',
    show: ({ lateCookie, tried }) => (lateCookie ? 'yes' : tried === 'in-flight' ? 'no' : ''),
    means: { yes: 'a cookie came with the answer to a request that was under way at the end', no: 'none did' },
  },
  endRecord: { title: 'record', show: describeRecords, means: { none: 'nobody recorded an end' }, least: 8 },
  bobsSession: {
    title: 'bob',
    show: ({ bobsSession }) => short(bobsSession),
    means: {
      alive: 'his session in another browser goes on',
      ended: 'his session in another browser has ended too',
      '503': 'an error page, while nobody can say',
    },
  },
  seenAs: {
    title: 'seen as',
    show: ({ seenAs, tried }) => seenAs ?? (tried === 'identity-switch' ? 'asked' : ''),
    means: {
      alice: 'the published server takes bob for alice',
      bob: 'the published server takes bob for himself',
      asked: 'the published server asks bob',
    },
  },
} as const satisfies Record<string, OutcomeColumn<EndsCell>>;

const { connection, seenAs } = endsOutcomes;

/** The same in a row: a connection and an identity share a column, as no cell has both. */
export const endsRowOutcomes: readonly OutcomeColumn<EndsCell>[] = [
  endsOutcomes.oldCookie,
  {
    title: 'came of it',
    show: (cell) => connection.show(cell) || seenAs.show(cell),
    means: { ...connection.means, ...seenAs.means },
  },
  endsOutcomes.lateCookie,
  endsOutcomes.endRecord,
  endsOutcomes.bobsSession,
];

function short(outcome: string): string {
  return outcome === 'unavailable' ? '503' : outcome;
}

/** The reason, and how many records have it if that is not one. */
function describeRecords({ endRecords, reason }: EndsCell): string {
  if (endRecords === 0) return 'none';
  if (endRecords === 1) return reason ?? '1';
  return reason === null ? String(endRecords) : `${endRecords} × ${reason}`;
}
