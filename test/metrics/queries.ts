import { createMetrics } from '../../src/metrics/create-metrics.ts';
import { type MetricName, type MetricRow, metricTable } from '../../src/metrics/metric-table.ts';
import { readTextFormat } from './text-format.ts';

type Known = Pick<MetricRow, 'kind' | 'labels'>;

/** What each metric of a page is, our own by the table; of Node's and the process's the labels are not looked at. */
const known = new Map<string, Known>(
  [...readTextFormat(await createMetrics(['process', 'gateway', 'lab']).page())].map(([name, { kind }]) => {
    const row: MetricRow | undefined = metricTable[name as MetricName];
    return [name, row ?? { kind, labels: [] }];
  }),
);

/** Labels that Prometheus itself gives what it scrapes. */
const scraped = ['instance', 'job'];
const words = /\b(sum|min|max|rate|increase|histogram_quantile|and|or|unless|on|by|offset|absent|time|up|m|h|s|d)\b/g;

/**
 * What a PromQL query asks for that there is not: a metric, a label of one, a rate of what does not only grow, or a bracket that
 * nothing closes.
 */
export function problemsOf(query: string): string[] {
  return [...problemsOfSelectors(query), ...problemsOfGroups(query), ...problemsOfForm(query)];
}

type Selector = { name: string; metric: Known | null; labels: string[]; inRange: string | undefined };

function selectorsOf(query: string): Selector[] {
  const found = query.matchAll(/(\b(?:rate|increase)\()?\b((?:logoff_lab|process|nodejs)_\w+)(?:\{([^}]*)\})?/g);
  return [...found].map(([, inRange, name = '', matchers = '']) => ({
    ...{ name, inRange, metric: metricOf(name) },
    labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label as string),
  }));
}

/** A histogram is asked for by its parts. */
function metricOf(name: string): Known | null {
  const [, whole, part] = /^(.*?)(_bucket|_sum|_count)?$/.exec(name) ?? [];
  const histogram = part && known.get(whole as string);
  if (histogram && histogram.kind === 'histogram')
    return { kind: 'counter', labels: [...histogram.labels, ...(part === '_bucket' ? ['le'] : [])] };
  const metric = known.get(name);
  return metric && metric.kind !== 'histogram' ? metric : null;
}

function problemsOfSelectors(query: string): string[] {
  const selectors = selectorsOf(query);
  if (selectors.length === 0 && !/\bup\b/.test(query)) return ['asks for no metric'];
  return selectors.flatMap(({ name, metric, labels, inRange }) => {
    if (!metric) return [`there is no ${name}`];
    const missing = labels.filter((label) => ![...metric.labels, ...scraped].includes(label));
    const grows = metric.kind === 'counter';
    return [
      ...missing.map((label) => `${name} has no label ${label}`),
      ...(grows === (inRange !== undefined)
        ? []
        : [`${name} is a ${metric.kind}: a rate of it is ${grows ? 'missing' : 'nothing'}`]),
    ];
  });
}

function problemsOfGroups(query: string): string[] {
  const labels = new Set([...scraped, ...selectorsOf(query).flatMap(({ metric }) => metric?.labels ?? [])]);
  const groups = [...query.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((one) => one.trim()),
  );
  return groups.filter((label) => !labels.has(label)).map((label) => `grouped by ${label}, which nothing has`);
}

function problemsOfForm(query: string): string[] {
  const open: string[] = [];
  const bare = query.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  for (const bracket of bare.match(/[(){}[\]]/g) ?? [])
    if ('([{'.includes(bracket)) open.push(bracket);
    else if (`${open.pop()}${bracket}`.match(/^(\(\)|\[\]|\{\})$/) === null) return ['brackets that do not fit'];
  const strange = bare
    .replace(/\b(?:logoff_lab|process|nodejs)_\w+|\{[^}]*\}|\[[^\]]*\]|\b(?:by|on)\s*\([^)]*\)/g, ' ')
    .replace(words, ' ')
    .match(/[a-z]\w*/gi);
  return [...(open.length > 0 ? ['brackets that nothing closes'] : []), ...(strange ?? []).map((word) => `what is ${word}?`)];
}
