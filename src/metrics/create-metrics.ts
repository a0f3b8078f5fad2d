import { STATUS_CODES } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { version } from '../version.ts';
import { cutReasons, type EndedRequest, endReasons, logonResults, type Meter, type Sources } from './meter.ts';
import { type MetricName, type MetricPart, type MetricRow, metricTable } from './metric-table.ts';

/** What is counted, and the page that shows it in Prometheus' text format. */
export type Metrics = { meter: Meter; contentType: string; page(): Promise<string> };

type NamesOf<Kind> = { [Name in MetricName]: (typeof metricTable)[Name]['kind'] extends Kind ? Name : never }[MetricName];
type Made = {
  counter: Record<NamesOf<'counter'>, Counter>;
  gauge: Record<NamesOf<'gauge'>, Gauge>;
  histogram: Record<NamesOf<'histogram'>, Histogram>;
};

/** The value of `rule` where there is none; no name of a rule that anybody would choose. */
const NO_RULE = '(none)';
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'REPORT', 'SEARCH']);

/** A registry of its own for each process, or lab; `parts`: what there is to tell of. */
export function createMetrics(parts: readonly MetricPart[]): Metrics {
  const registry = new Registry();
  const made = makeAll(registry, parts);
  const sources: Partial<Sources> = {};
  const rules: KnownRules = { all: new Set([NO_RULE]), detecting: new Set() };
  if (parts.includes('process')) addProcess(registry);
  made.gauge.logoff_lab_build_info.set({ version: version(), node: process.versions.node }, 1);
  setToZero(made);
  /** Whoever asks while a page is being made gets that one: anybody may ask, and many rules make it long. */
  let making: Promise<string> | null = null;
  async function makePage(): Promise<string> {
    await askSources(made, sources);
    await forgetOthers(made.counter.logoff_lab_requests_total, rules.all);
    await forgetOthers(made.histogram.logoff_lab_request_duration_seconds, rules.all);
    await forgetOthers(made.counter.logoff_lab_logoffs_detected_total, rules.detecting);
    return registry.metrics();
  }
  return {
    meter: { ...countRequests(made), ...countEnds(made), ...countRules(made, rules), ...countLab(made, sources) },
    contentType: registry.contentType,
    page() {
      making ??= makePage().finally(() => {
        making = null;
      });
      return making;
    },
  };
}

/** What prom-client has to tell of the process, but for what it calls by names against the conventions: gauges that end with _total. */
function addProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const what of ['resources', 'handles', 'requests']) registry.removeSingleMetric(`nodejs_active_${what}_total`);
}

/** Each as its row says; what is none of `parts` is counted and shown to nobody. */
function makeAll(registry: Registry, parts: readonly MetricPart[]): Made {
  const made: Record<string, Record<string, unknown>> = { counter: {}, gauge: {}, histogram: {} };
  for (const [name, { part, kind, labels, help, buckets }] of Object.entries(metricTable) as [MetricName, MetricRow][]) {
    const common = { name, help, labelNames: [...labels], registers: parts.includes(part) ? [registry] : [] };
    const one = {
      counter: () => new Counter(common),
      gauge: () => new Gauge(common),
      histogram: () => new Histogram({ ...common, ...(buckets && { buckets: [...buckets] }) }),
    }[kind]();
    Object.assign(made[kind] as object, { [name]: one });
  }
  return made as Made;
}

/** What has not happened yet is 0: only so is the first time an increase. And the rules of the start are in force. */
function setToZero({ counter, gauge }: Made): void {
  for (const result of logonResults) counter.logoff_lab_logons_total.inc({ result }, 0);
  for (const reason of endReasons) counter.logoff_lab_sessions_ended_total.inc({ reason }, 0);
  for (const reason of cutReasons) counter.logoff_lab_connections_cut_total.inc({ reason }, 0);
  for (const result of ['success', 'failure']) counter.logoff_lab_rules_reloads_total.inc({ result }, 0);
  gauge.logoff_lab_rules_last_reload_successful.set(1);
  gauge.logoff_lab_rules_last_reload_success_timestamp_seconds.setToCurrentTime();
}

function countRequests(made: Made): Pick<Meter, 'requestBegins' | 'refused'> {
  const { counter, gauge } = made;
  return {
    requestBegins() {
      // Not by the lab's clock, which somebody may move by hours.
      const begun = performance.now();
      gauge.logoff_lab_requests_in_progress.inc();
      return (request) => {
        gauge.logoff_lab_requests_in_progress.dec();
        countAnswer(made, request, performance.now() - begun);
        countDeed(made, request);
      };
    },
    refused: (code) => counter.logoff_lab_requests_refused_total.inc({ code }),
  };
}

function countAnswer({ counter, histogram }: Made, { code: ended, ...request }: EndedRequest, ms: number): void {
  const rule = request.rule ?? NO_RULE;
  const method = METHODS.has(request.method) ? request.method : 'other';
  // A published server could answer with nine hundred others.
  const code = typeof ended === 'number' && !(ended in STATUS_CODES) ? 'other' : ended;
  counter.logoff_lab_requests_total.inc({ rule, method, code });
  if (!request.webSocket) histogram.logoff_lab_request_duration_seconds.observe({ rule }, ms / 1_000);
  if (request.refused && typeof code === 'number') counter.logoff_lab_requests_refused_total.inc({ code });
}

/** What the request was for, if that was something for the gateway itself. */
function countDeed({ counter }: Made, { rule, logon, logoff }: EndedRequest): void {
  if (logon) counter.logoff_lab_logons_total.inc({ result: logon });
  if (logon === 'accepted') counter.logoff_lab_sessions_created_total.inc();
  if (!logoff) return;
  const session = logoff === 'session' ? 'yes' : 'no';
  counter.logoff_lab_logoffs_detected_total.inc({ rule: rule ?? NO_RULE, session });
}

function countEnds({ counter, histogram }: Made): Pick<Meter, 'sessionEnded' | 'connectionsCut'> {
  const connectionsCut: Meter['connectionsCut'] = (reason, count) =>
    counter.logoff_lab_connections_cut_total.inc({ reason }, count);
  return {
    connectionsCut,
    sessionEnded({ reason, connectionsClosed, msToEffect }) {
      counter.logoff_lab_sessions_ended_total.inc({ reason });
      histogram.logoff_lab_session_end_duration_seconds.observe(msToEffect / 1_000);
      connectionsCut('session-ended', connectionsClosed);
    },
  };
}

/** Names of rules; `detecting`: of those with a logoff URL. */
type KnownRules = { all: Set<string>; detecting: Set<string> };

function countRules({ counter, gauge }: Made, known: KnownRules): Pick<Meter, 'rulesInForce' | 'rulesReloaded'> {
  return {
    rulesInForce(rules) {
      known.all = new Set([NO_RULE, ...rules.map(({ name }) => name)]);
      known.detecting = new Set(rules.flatMap(({ name, detects }) => (detects ? [name] : [])));
      for (const rule of known.detecting)
        for (const session of ['yes', 'no']) counter.logoff_lab_logoffs_detected_total.inc({ rule, session }, 0);
    },
    rulesReloaded(inForce) {
      counter.logoff_lab_rules_reloads_total.inc({ result: inForce ? 'success' : 'failure' });
      gauge.logoff_lab_rules_last_reload_successful.set(inForce ? 1 : 0);
      if (inForce) gauge.logoff_lab_rules_last_reload_success_timestamp_seconds.setToCurrentTime();
    },
  };
}

function countLab({ counter }: Made, sources: Partial<Sources>): Pick<Meter, 'runOver' | 'ask'> {
  return {
    runOver: (how, outcome) => counter.logoff_lab_runs_total.inc({ how, outcome }),
    ask: (more) => void Object.assign(sources, more),
  };
}

async function askSources({ gauge, counter }: Made, sources: Partial<Sources>): Promise<void> {
  const { clientConnections, sessions, storeAnswers, droppedEvents } = sources;
  if (clientConnections) gauge.logoff_lab_client_connections.set(clientConnections());
  const count = sessions?.() ?? null;
  if (count === null) gauge.logoff_lab_sessions.remove();
  else gauge.logoff_lab_sessions.set(count);
  if (storeAnswers) {
    const up = await storeAnswers().then(
      () => 1,
      () => 0,
    );
    gauge.logoff_lab_session_store_up.set(up);
  }
  if (droppedEvents) {
    counter.logoff_lab_trace_dropped_events_total.reset();
    counter.logoff_lab_trace_dropped_events_total.inc(droppedEvents());
  }
}

/** Takes away what was counted for rules that are not in force any more: their names would add up. */
async function forgetOthers(metric: Counter | Histogram, rules: ReadonlySet<string>): Promise<void> {
  for (const { labels } of (await metric.get()).values) {
    const { le: _, ...own } = labels as Record<string, string | number>;
    if (!rules.has(String(own['rule']))) metric.remove(own);
  }
}
