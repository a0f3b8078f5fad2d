import test from 'ava';
import { parse } from 'yaml';
import { problemsOf } from '../metrics/queries.ts';
import { testMadePage } from './made-page.ts';
import { metricsParts } from './metrics-parts.ts';
import { filesOf } from './page-blocks.ts';

const files = filesOf('docs/how-to/metrics.md');

testMadePage('docs/reference/metrics.md', metricsParts());

type Alert = { alert: string; expr: string; for?: string; labels: { severity: string }; annotations: { summary: string } };

test('each alert of docs/how-to/metrics.md asks for what there is, and tells in a sentence what is wrong', (t) => {
  const { groups } = parse(files.get('logoff-lab-alerts.yml') ?? '') as { groups: { name: string; rules: Alert[] }[] };
  const alerts = groups.flatMap(({ rules }) => rules);
  t.true(alerts.some(({ expr }) => expr.includes('logoff_lab_logoffs_detected_total')));
  t.true(alerts.some(({ expr }) => expr.includes('logoff_lab_session_store_up')));
  for (const { alert, expr, annotations, labels } of alerts) {
    t.deepEqual(problemsOf(expr), [], alert);
    t.regex(annotations.summary, /^[A-Z{].*\.$/);
    t.regex(labels.severity, /^(page|ticket)$/);
    t.regex(expr, /==|>|</, 'an expression without a comparison would always fire');
  }
});

test('Prometheus is told of the alerts, and scrapes the console port', (t) => {
  const config = parse(files.get('prometheus.yml') ?? '') as {
    rule_files: string[];
    scrape_configs: { metrics_path?: string; static_configs: { targets: string[] }[] }[];
  };
  t.deepEqual(config.rule_files, ['logoff-lab-alerts.yml']);
  t.deepEqual(
    config.scrape_configs.flatMap(({ metrics_path = '/metrics', static_configs }) =>
      static_configs.flatMap(({ targets }) => targets.map((target) => `${target}${metrics_path}`)),
    ),
    ['127.0.0.1:8081/metrics'],
  );
});
