import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { watchRules } from '../../src/cli/reload-rules.ts';
import { type ConsoleParts, createConsole } from '../../src/console/console.ts';
import { startLab } from '../../src/lab/lab.ts';
import { createMetrics, type Metrics } from '../../src/metrics/create-metrics.ts';
import { cutReasons, endReasons, logonResults } from '../../src/metrics/meter.ts';
import { type MetricName, type MetricRow, metricTable } from '../../src/metrics/metric-table.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import type { EndRecord } from '../../src/sessions/session.ts';
import { askConsole } from '../console/console-rig.ts';
import { startRunPages } from '../console/run-rig.ts';
import { send } from '../send-request.ts';
import { reading, series, startCounted } from './metrics-rig.ts';
import { readTextFormat } from './text-format.ts';

const table = Object.entries(metricTable) as [MetricName, MetricRow][];

test('a page shows each metric of its parts as the table has it, those of Node and the process, and no others', async (t) => {
  for (const parts of [['process'], ['process', 'gateway'], ['process', 'gateway', 'lab']] as const) {
    const families = readTextFormat(await createMetrics(parts).page());
    const shown = table.filter(([, { part }]) => (parts as readonly string[]).includes(part));
    for (const [name, { kind, help }] of shown) t.like(families.get(name), { kind, help }, name);
    const others = [...families.keys()].filter((name) => !/^(process|nodejs)_/.test(name));
    t.deepEqual(others.sort(), shown.map(([name]) => name).sort());
    t.true(families.has('process_resident_memory_bytes') && families.has('nodejs_eventloop_lag_p99_seconds'));
    t.is(families.get('logoff_lab_build_info')?.samples[0]?.value, 1);
  }
});

test('what is shown has the labels of the table and no others', async (t) => {
  const { ask, logOn, read } = await startCounted(t);
  const Cookie = await logOn();
  await ask('GET', '/app/bye', { Cookie });
  await ask('GET', '/app/../');
  for (const [name, { samples }] of await read())
    for (const { labels } of samples) {
      const { le: _, ...own } = labels;
      t.deepEqual(Object.keys(own).sort(), [...metricTable[name as MetricName].labels].sort(), name);
    }
});

test('what has not happened yet is 0, each result and reason by its name', async (t) => {
  const now = await reading(createMetrics(['gateway']).page).values();
  const reloads = ['success', 'failure'].map(series.reloads);
  for (const one of [
    ...logonResults.map(series.logons),
    ...endReasons.map(series.ended),
    ...cutReasons.map(series.cut),
    ...reloads,
  ])
    t.is(now[one], 0, one);
});

test('two of them in a process share nothing', async (t) => {
  const [one, other] = [createMetrics(['gateway']), createMetrics(['gateway'])];
  one.meter.rulesReloaded(true);
  t.regex(await one.page(), /reloads_total\{result="success"\} 1/);
  t.regex(await other.page(), /reloads_total\{result="success"\} 0/);
});

test('a rule may have any name', async (t) => {
  const name = 'A "rule" \\n\nwith {all}, 100 % of it = ä';
  const { ask, read } = await startCounted(t, { rule: { name } });
  await ask('GET', '/app/');
  const counted = (await read()).get('logoff_lab_requests_total')?.samples ?? [];
  t.deepEqual(
    counted.map(({ labels }) => labels['rule']),
    [name],
  );
});

test('what was counted for a rule goes with the rule, and the others’ numbers stay', async (t) => {
  const { ask, gateway, rules, values } = await startCounted(t);
  await ask('GET', '/app/bye');
  await ask('GET', '/none');
  t.is((await values())[series.requests('Site', 'GET', 200)], 1);
  await gateway.gateway.setRules({ ...rules, rules: rules.rules.map((rule) => ({ ...rule, name: 'Another' })) });
  const now = await values();
  t.is(now[series.requests('(none)', 'GET', 403)], 1);
  t.deepEqual([now[series.detected('Another', 'yes')], now[series.detected('Another', 'no')]], [0, 0]);
  t.deepEqual(
    Object.keys(now).filter((one) => one.includes('Site')),
    [],
  );
});

test('a rule without a logoff URL promises no detection: it has no number for that, not even 0', async (t) => {
  const { gateway, rules, values } = await startCounted(t);
  await gateway.gateway.setRules({ ...rules, rules: rules.rules.map((rule) => ({ ...rule, logoff: null })) });
  t.false(Object.keys(await values()).some((one) => one.includes('logoffs_detected')));
});

const site = (name: string) =>
  `version: 1\nlistener: { validate: { basic: "http://127.0.0.1:1" } }\nrules:\n  - { name: ${name}, publicNames: [site.test], paths: [/*], to: "http://127.0.0.1:1" }\n`;

/** The watch looks by itself, too: not within a test that asks it, or one change may be counted twice. */
const AN_HOUR = 3_600_000;

/** A rules file that is watched, and numbers of what comes of it. */
async function watchCounted(t: ExecutionContext, setRules: () => Promise<EndRecord[]>) {
  const metrics = createMetrics(['gateway']);
  const file = join(makeTemporaryFolder('metrics').path, 'rules.yaml');
  writeFileSync(file, site('one'));
  const watch = await watchRules(file, { say: () => {}, meter: metrics.meter, interval: AN_HOUR });
  t.teardown(() => watch.close());
  watch.putOn({ setRules });
  return { file, watch, ...reading(() => metrics.page()) };
}

test('rules that are read again are counted as in force or not, and the last of both can be told', async (t) => {
  const { file, watch, values, growth } = await watchCounted(t, async () => []);
  const before = await values();
  const since = 'logoff_lab_rules_last_reload_success_timestamp_seconds';
  t.true(Math.abs((before[since] ?? 0) - Date.now() / 1_000) < 3_600, 'in seconds since 1970');

  writeFileSync(file, site('two'));
  await watch.reload();
  t.deepEqual(await growth(before), { [series.reloads('success')]: 1 });
  const put = await values();
  t.true((put[since] ?? 0) > (before[since] ?? 0));
  writeFileSync(file, 'rules: broken');
  await watch.reload();
  t.deepEqual(await growth(put), { [series.reloads('failure')]: 1 });
  const broken = await values();
  t.deepEqual(
    [put, broken].map((all) => all['logoff_lab_rules_last_reload_successful']),
    [1, 0],
  );
  t.is(broken[since], put[since]);
});

test('rules that cannot be put in force although they hold are counted as not in force', async (t) => {
  const { watch, values, growth } = await watchCounted(t, () => Promise.reject(new Error('cannot')));
  const before = await values();
  await watch.reload();
  t.deepEqual(await growth(before), { [series.reloads('failure')]: 1 });
});

const storeUp = async (metrics: Metrics) => (await reading(metrics.page).values())['logoff_lab_session_store_up'];

test('the session store is up, and away when it says so', async (t) => {
  const metrics = createMetrics(['gateway']);
  const states: (number | undefined)[] = [];
  for (const storeAnswers of [async () => {}, () => Promise.reject(new Error('away'))]) {
    metrics.meter.ask({ storeAnswers });
    states.push(await storeUp(metrics));
  }
  t.deepEqual(states, [1, 0]);
});

test('many who ask at once get one page between them, and whoever asks later another', async (t) => {
  const { meter, page } = createMetrics(['gateway']);
  let asked = 0;
  meter.ask({ storeAnswers: async () => void asked++ });
  const pages = await Promise.all(Array.from({ length: 50 }, page));
  t.deepEqual([new Set(pages).size, asked], [1, 1]);
  meter.refused(400);
  t.not(await page(), pages[0]);
  t.is(asked, 2);
});

test('the number of sessions is told where they lie in this process, and nowhere else', async (t) => {
  const metrics = createMetrics(['gateway']);
  const { values } = reading(metrics.page);
  metrics.meter.ask({ sessions: () => 7 });
  t.is((await values())['logoff_lab_sessions'], 7);
  metrics.meter.ask({ sessions: () => null });
  t.false('logoff_lab_sessions' in (await values()));
});

test('a lab tells what its trace has lost and what came of its runs', async (t) => {
  const metrics = createMetrics(['gateway', 'lab']);
  const lab = await startLab({ meter: metrics.meter });
  t.teardown(() => lab.close());
  const { drive } = await startRunPages(t, { lab, sessions: lab.sessions, admin: lab, metrics });
  const { values, growth } = reading(metrics.page);
  const before = await values();
  await drive({ preset: 'cu9-as-announced' });
  await drive({ preset: 'cu1-breaks-it' });
  const runs = Object.entries(await growth(before)).filter(([name]) => name.startsWith('logoff_lab_runs_total'));
  t.deepEqual(Object.fromEntries(runs), {
    'logoff_lab_runs_total{how=driven,outcome=signed-out}': 1,
    'logoff_lab_runs_total{how=driven,outcome=still-signed-in}': 1,
  });

  const lost = lab.recorder.next() - 1;
  lab.recorder.clear();
  t.is((await values())['logoff_lab_trace_dropped_events_total'], lost);
});

test('GET and HEAD of /metrics need no token and no name of ours, say their type, and are never stored', async (t) => {
  const metrics = createMetrics(['gateway']);
  const { ask } = await askConsole(t, { metrics, token: 'a token of some length' });
  for (const method of ['GET', 'HEAD']) {
    const { status, headers, text } = await ask(method, '/metrics', undefined, { Host: 'prometheus.example' });
    t.is(status, 200);
    t.is(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    t.is(headers['cache-control'], 'no-store');
    t.is(text !== '', method === 'GET');
  }
  t.is((await ask('GET', '/metrics/')).status, 401);
  t.is((await ask('GET', '/metrics', undefined, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'image' })).status, 403);
});

test('without a token /metrics answers under any name too', async (t) => {
  const parts: ConsoleParts = { metrics: createMetrics(['gateway']) };
  const own = createConsole(parts);
  t.teardown(() => own.close());
  const port = await own.listen(0, '127.0.0.1');
  t.is((await send(port, 'GET', '/metrics', { Host: 'evil.example' })).status, 200);
  t.is((await send(port, 'GET', '/api', { Host: 'evil.example' })).status, 403);
});
