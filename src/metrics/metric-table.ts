/** What a process has to tell of: of itself always, of the gateway where there is one, of the lab around it only there. */
export type MetricPart = 'process' | 'gateway' | 'lab';

type MetricKind = 'counter' | 'gauge' | 'histogram';

/** One row of the table. `buckets`: upper bounds, in the unit that the name ends with. */
export type MetricRow = {
  part: MetricPart;
  kind: MetricKind;
  labels: readonly string[];
  help: string;
  buckets?: readonly number[];
};

/**
 * Every metric of ours, by name. Names go by https://prometheus.io/docs/practices/naming/: base units, `_total` for what only grows. No
 * label holds anything of a person or of a request's own: each has as many values as rules, methods, statuses or reasons there are.
 */
export const metricTable = {
  logoff_lab_build_info: {
    part: 'process',
    kind: 'gauge',
    labels: ['version', 'node'],
    help: 'Always 1; the labels say which version of logoff-lab and of Node runs.',
  },
  logoff_lab_requests_total: {
    part: 'gateway',
    kind: 'counter',
    labels: ['rule', 'method', 'code'],
    help: 'Requests that have ended, by publishing rule ((none) where none publishes the path, so for most logon forms), method and status of the answer (other for one that is not registered, client-gone or cut-off if none went out).',
  },
  logoff_lab_request_duration_seconds: {
    part: 'gateway',
    kind: 'histogram',
    labels: ['rule'],
    help: 'Time from the head of a request to the end of what the gateway did about it; WebSockets are not among them.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  logoff_lab_requests_in_progress: {
    part: 'gateway',
    kind: 'gauge',
    labels: [],
    help: 'Requests under way now; a WebSocket is one for as long as it is open.',
  },
  logoff_lab_requests_refused_total: {
    part: 'gateway',
    kind: 'counter',
    labels: ['code'],
    help: 'Requests refused for their form or size, also those that could not be read as requests at all, by status of the answer.',
  },
  logoff_lab_logons_total: {
    part: 'gateway',
    kind: 'counter',
    labels: ['result'],
    help: 'Logon forms sent in, by what came of them.',
  },
  logoff_lab_logoffs_detected_total: {
    part: 'gateway',
    kind: 'counter',
    labels: ['rule', 'session'],
    help: 'Requests that matched the published server logoff URL of a rule and were taken for a sign-out, by whether they brought a live session (yes or no).',
  },
  logoff_lab_sessions_created_total: {
    part: 'gateway',
    kind: 'counter',
    labels: [],
    help: 'Sessions that were begun here.',
  },
  logoff_lab_sessions_ended_total: {
    part: 'gateway',
    kind: 'counter',
    labels: ['reason'],
    help: 'Sessions that were ended here, by reason.',
  },
  logoff_lab_session_end_duration_seconds: {
    part: 'gateway',
    kind: 'histogram',
    labels: [],
    help: 'Time from the wish to end a session until the store refuses it and its connections here are cut.',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
  },
  logoff_lab_connections_cut_total: {
    part: 'gateway',
    kind: 'counter',
    labels: ['reason'],
    help: 'Requests under way and WebSockets of sessions that were cut off, by why.',
  },
  logoff_lab_client_connections: {
    part: 'gateway',
    kind: 'gauge',
    labels: [],
    help: 'Connections of clients that are open now.',
  },
  logoff_lab_sessions: {
    part: 'gateway',
    kind: 'gauge',
    labels: [],
    help: 'Sessions in the memory of this process now; there is no value where sessions lie in a shared store.',
  },
  logoff_lab_session_store_up: {
    part: 'gateway',
    kind: 'gauge',
    labels: [],
    help: '1 if the session store can be asked now, else 0.',
  },
  logoff_lab_rules_reloads_total: {
    part: 'gateway',
    kind: 'counter',
    labels: ['result'],
    help: 'Readings of changed rules, by whether they are in force now (success or failure).',
  },
  logoff_lab_rules_last_reload_successful: {
    part: 'gateway',
    kind: 'gauge',
    labels: [],
    help: '1 if the rules in force are those that were read last, 0 if those could not be used.',
  },
  logoff_lab_rules_last_reload_success_timestamp_seconds: {
    part: 'gateway',
    kind: 'gauge',
    labels: [],
    help: 'When rules were put in force last, in seconds since 1970.',
  },
  logoff_lab_trace_dropped_events_total: {
    part: 'lab',
    kind: 'counter',
    labels: [],
    help: 'Events of the trace that are not kept any more, because there were too many or somebody has emptied it.',
  },
  logoff_lab_runs_total: {
    part: 'lab',
    kind: 'counter',
    labels: ['how', 'outcome'],
    help: 'Runs of the lab that are over, by who drove them (driven or by-hand) and what came of the sign-out, or failed or given-up.',
  },
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof metricTable;
