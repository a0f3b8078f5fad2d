import { readFileSync } from 'node:fs';
import test from 'ava';
import { problemsOf } from './queries.ts';

type Place = { x: number; y: number; w: number; h: number };
type Panel = {
  id: number;
  type: string;
  title: string;
  gridPos: Place;
  datasource: { type: string; uid: string };
  targets: { refId: string; expr: string; legendFormat: string; datasource: { type: string; uid: string } }[];
};
type Variable = { name: string; type: string; query: unknown };

const text = readFileSync('deploy/grafana/logoff-lab.json', 'utf8');
const dashboard = JSON.parse(text) as {
  uid: string;
  title: string;
  schemaVersion: number;
  templating: { list: Variable[] };
  panels: Panel[];
};
const { panels } = dashboard;

test('each query of the dashboard asks for metrics and labels that there are', (t) => {
  t.true(panels.length >= 10);
  for (const { title, targets } of panels) {
    t.true(targets.length > 0, title);
    for (const { expr } of targets) t.deepEqual(problemsOf(expr), [], `${title}: ${expr}`);
  }
});

test('each label that a legend of the dashboard shows is left by its query', (t) => {
  for (const { title, targets } of panels)
    for (const { expr, legendFormat } of targets) {
      const left =
        /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(/, */) ??
        (/^(sum|min|max|histogram_quantile)\(/.test(expr) ? [] : ['instance']);
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) t.true(left.includes(label), `${title}: ${label}`);
    }
});

test('panels have ids and places of their own', (t) => {
  t.is(new Set(panels.map(({ id }) => id)).size, panels.length);
  t.is(new Set(panels.map(({ title }) => title)).size, panels.length);
  const overlap = (one: Place, other: Place) =>
    one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
  for (const [at, { gridPos, title, targets }] of panels.entries()) {
    t.true(gridPos.x >= 0 && gridPos.w > 0 && gridPos.h > 0 && gridPos.x + gridPos.w <= 24, title);
    for (const other of panels.slice(at + 1)) t.false(overlap(gridPos, other.gridPos), `${title} and ${other.title}`);
    t.is(new Set(targets.map(({ refId }) => refId)).size, targets.length);
  }
});

test('whoever imports the dashboard chooses the data source and the gateways', (t) => {
  const { list } = dashboard.templating;
  t.deepEqual(
    list.map(({ name, type }) => [name, type]),
    [
      ['datasource', 'datasource'],
      ['instance', 'query'],
    ],
  );
  const source = { type: 'prometheus', uid: '${' + 'datasource}' };
  for (const { datasource, targets } of panels)
    for (const one of [datasource, ...targets.map((target) => target.datasource)]) t.deepEqual(one, source);
  const asked = /^label_values\((\w+), (\w+)\)$/.exec((list[1] as { query: { query: string } }).query.query);
  t.deepEqual([problemsOf(asked?.[1] ?? ''), asked?.[2]], [[], 'instance']);
  const used = new Set([...text.matchAll(/\$\{?([a-z]\w*)/g)].map(([, name]) => name));
  t.deepEqual([...used].sort(), ['datasource', 'instance']);
});

test('the dashboard is of a schema that Grafana 11 and later read', (t) => {
  t.true(dashboard.schemaVersion >= 39);
  t.regex(dashboard.uid, /^[a-zA-Z0-9_-]{1,40}$/);
  t.true(panels.every(({ type }) => type === 'stat' || type === 'timeseries'));
});

for (const [problem, query, says] of [
  ['a metric that there is not', 'sum(rate(logoff_lab_request_total[5m]))', 'there is no logoff_lab_request_total'],
  [
    'a histogram that is asked for as a whole',
    'sum(rate(logoff_lab_request_duration_seconds[5m]))',
    'there is no logoff_lab_request_duration_seconds',
  ],
  [
    'a label that the metric has not',
    'sum(rate(logoff_lab_requests_total{status="200"}[5m]))',
    'logoff_lab_requests_total has no label status',
  ],
  ['a group by what nothing has', 'sum by (user) (rate(logoff_lab_requests_total[5m]))', 'grouped by user, which nothing has'],
  ['a rate of a gauge', 'rate(logoff_lab_sessions[5m])', 'logoff_lab_sessions is a gauge: a rate of it is nothing'],
  [
    'a counter without a rate',
    'sum(logoff_lab_requests_total)',
    'logoff_lab_requests_total is a counter: a rate of it is missing',
  ],
  ['a bracket that nothing closes', 'sum(rate(logoff_lab_requests_total[5m])', 'brackets that nothing closes'],
  ['brackets that do not fit', 'sum(rate(logoff_lab_requests_total[5m))]', 'brackets that do not fit'],
  ['a function that there is not', 'summe(rate(logoff_lab_requests_total[5m]))', 'what is summe?'],
  ['no metric at all', 'sum(5)', 'asks for no metric'],
] as const)
  test(`a query with ${problem} is found`, (t) => {
    t.deepEqual(problemsOf(query), [says]);
  });
