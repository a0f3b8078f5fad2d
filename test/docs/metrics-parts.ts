import { cutReasons, endReasons, logonResults } from '../../src/metrics/meter.ts';
import { type MetricRow, metricTable } from '../../src/metrics/metric-table.ts';
import { markdownTable } from './marked-parts.ts';

const places = { process: 'everywhere', gateway: '`lab`, `proxy`', lab: '`lab`' } as const;

/** What stands between marks in `docs/reference/metrics.md`. */
export function metricsParts(): ReadonlyMap<string, string> {
  const rows = (Object.entries(metricTable) as [string, MetricRow][]).map(([name, { part, kind, labels, help }]) => [
    `\`${name}\``,
    kind,
    inCode(labels),
    help,
    places[part],
  ]);
  const values: [string, string, readonly string[]][] = [
    ['logoff_lab_logons_total', 'result', logonResults],
    ['logoff_lab_sessions_ended_total', 'reason', endReasons],
    ['logoff_lab_connections_cut_total', 'reason', cutReasons],
  ];
  return new Map([
    ['metrics', markdownTable(['Name', 'Kind', 'Labels', 'Of what', 'Where'], rows)],
    [
      'values',
      markdownTable(
        ['Metric', 'Label', 'Values'],
        values.map(([metric, label, all]) => [`\`${metric}\``, `\`${label}\``, inCode(all)]),
      ),
    ],
  ]);
}

function inCode(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}
