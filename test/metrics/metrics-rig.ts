import type { RequestListener } from 'node:http';
import type { ExecutionContext } from 'ava';
import { createMetrics } from '../../src/metrics/create-metrics.ts';
import { askConsole } from '../console/console-rig.ts';
import { type Change, startRig } from '../gateway/gateway-rig.ts';
import { readTextFormat } from './text-format.ts';

export type Counts = Readonly<Record<string, number>>;

/** A gateway that is counted, and the console port on which the numbers are shown. */
export async function startCounted(t: ExecutionContext, change: Change = {}, respond?: RequestListener) {
  const metrics = createMetrics(['gateway']);
  const rig = await startRig(t, { ...change, meter: metrics.meter }, respond);
  const { ask: askForPage } = await askConsole(t, { sessions: rig.gateway.sessions, metrics });
  return { ...rig, metrics, ...reading(async () => (await askForPage('GET', '/metrics')).text) };
}

/** Numbers of a page that is read anew each time. */
export function reading(readPage: () => Promise<string>) {
  const read = async () => readTextFormat(await readPage());
  /** What each series says, when no request is under way any more: then all are counted. */
  async function values(): Promise<Counts> {
    for (;;) {
      const samples = [...(await read()).values()].flatMap(({ samples }) => samples);
      const all = Object.fromEntries(samples.map(({ series, value }) => [series, value]));
      if (all['logoff_lab_requests_in_progress'] === 0) return all;
    }
  }

  /** By how much each counter has grown; of histograms the count. */
  async function growth(before: Counts): Promise<Counts> {
    const counted = Object.entries(await values()).filter(([series]) => /_(total|count)(\{|$)/.test(series));
    const grown = counted.map(([series, value]) => [series, value - (before[series] ?? 0)] as const);
    return Object.fromEntries(grown.filter(([, by]) => by !== 0));
  }

  return { read, values, growth };
}

/** Short names for the series of the expectations. */
export const series = {
  requests: (rule: string, method: string, code: number | string) =>
    `logoff_lab_requests_total{code=${code},method=${method},rule=${rule}}`,
  times: (rule: string) => `logoff_lab_request_duration_seconds_count{rule=${rule}}`,
  refused: (code: number) => `logoff_lab_requests_refused_total{code=${code}}`,
  logons: (result: string) => `logoff_lab_logons_total{result=${result}}`,
  detected: (rule: string, session: 'yes' | 'no') => `logoff_lab_logoffs_detected_total{rule=${rule},session=${session}}`,
  created: 'logoff_lab_sessions_created_total',
  ended: (reason: string) => `logoff_lab_sessions_ended_total{reason=${reason}}`,
  endTimes: 'logoff_lab_session_end_duration_seconds_count',
  cut: (reason: string) => `logoff_lab_connections_cut_total{reason=${reason}}`,
  reloads: (result: string) => `logoff_lab_rules_reloads_total{result=${result}}`,
} as const;

/** What an answer counts that is nothing but one. */
export const page = (code: number, rule = 'Site', method = 'GET') => ({
  [series.requests(rule, method, code)]: 1,
  [series.times(rule)]: 1,
});
