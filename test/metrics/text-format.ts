/** A value with its name and labels; `series` is both as one text, labels in the order of their names. */
export type Sample = { name: string; labels: Record<string, string>; value: number; series: string };
type Family = { name: string; kind: 'counter' | 'gauge' | 'histogram'; help: string; samples: Sample[] };

/**
 * Reads a page in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/), stricter than Prometheus: each
 * metric has HELP, TYPE and then its samples, once, by the conventions for names. Throws with the line that is not so.
 */
export function readTextFormat(page: string): Map<string, Family> {
  if (!page.endsWith('\n')) throw new Error('the last line does not end');
  const reader = new Reader();
  for (const line of page.slice(0, -1).split('\n').filter(Boolean))
    try {
      reader.take(line);
    } catch (error) {
      throw new Error(`${(error as Error).message}: ${line}`, { cause: error });
    }
  return reader.end();
}

class Reader {
  readonly #families = new Map<string, Family>();
  #current: Family | null = null;
  #help: { name: string; text: string } | null = null;

  take(line: string): void {
    const [, keyword, name = '', text = ''] = /^# (HELP|TYPE) ([a-z_]+[a-z0-9_]*) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') this.#takeHelp(name, text);
    else if (keyword === 'TYPE') this.#takeType(name, text);
    else if (this.#help || !this.#current) throw new Error('a sample without HELP and TYPE');
    else this.#current.samples.push(readSample(line, this.#current));
  }

  end(): Map<string, Family> {
    if (this.#help) throw new Error('HELP without TYPE');
    for (const family of this.#families.values()) checkFamily(family);
    return this.#families;
  }

  #takeHelp(name: string, text: string): void {
    if (this.#help || text.trim() === '' || /\\(?![\\n])/.test(text)) throw new Error('bad HELP');
    this.#help = { name, text };
  }

  #takeType(name: string, text: string): void {
    if (this.#help?.name !== name) throw new Error('TYPE without HELP before it');
    if (this.#families.has(name)) throw new Error('the metric comes twice');
    this.#current = { name, kind: kindOf(name, text), help: this.#help.text, samples: [] };
    this.#families.set(name, this.#current);
    this.#help = null;
  }
}

function kindOf(name: string, text: string): Family['kind'] {
  if (text !== 'counter' && text !== 'gauge' && text !== 'histogram') throw new Error('no such TYPE');
  if (name.endsWith('_total') !== (text === 'counter')) throw new Error('counters, and they alone, end with _total');
  return text;
}

function readSample(line: string, { name: family, kind }: Family): Sample {
  const [, name = '', braces, number = ''] = /^([a-z_][a-z0-9_]*)(\{.*\})? (\S+)$/.exec(line) ?? [];
  const suffix = name.startsWith(family) ? name.slice(family.length) : null;
  const allowed = kind === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  if (suffix === null || !allowed.includes(suffix)) throw new Error(`no sample of the ${kind} ${family}`);
  const labels = braces === undefined ? {} : readLabels(braces.slice(1, -1));
  const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number);
  if (Number.isNaN(value) && !/^nan$/i.test(number)) throw new Error('no number');
  if (kind !== 'gauge' && !(value >= 0)) throw new Error('less than nothing');
  return { name, labels, value, series: seriesOf(name, labels) };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const [whole, name = '', value = '', more] = /^([a-zA-Z][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,(?=.)|$)/.exec(rest) ?? [];
    if (whole === undefined || more === undefined) throw new Error('labels cannot be read');
    if (Object.hasOwn(labels, name)) throw new Error(`the label ${name} comes twice`);
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
    rest = rest.slice(whole.length);
  }
  return labels;
}

function seriesOf(name: string, labels: Record<string, string>): string {
  const pairs = Object.entries(labels)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([label, value]) => `${label}=${value}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

function checkFamily({ name, kind, samples }: Family): void {
  if (new Set(samples.map(({ series }) => series)).size < samples.length) throw new Error(`a sample of ${name} comes twice`);
  if (kind === 'histogram') checkHistogram(name, samples);
}

/** Of each set of labels: buckets that grow, the last of them without an end and as large as the count. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _, ...own } }) => seriesOf(name, own));
  for (const [series, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => (labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le'])));
    const grows = (values: readonly number[]) => values.every((value, at) => at === 0 || value >= (values[at - 1] as number));
    const count = group.filter((sample) => sample.name === `${name}_count`).map(({ value }) => value);
    const sums = group.filter((sample) => sample.name === `${name}_sum`);
    const whole = count.length === 1 && sums.length === 1 && buckets.at(-1)?.value === count[0];
    if (!whole || bounds.at(-1) !== Number.POSITIVE_INFINITY || !grows(bounds) || !grows(buckets.map(({ value }) => value)))
      throw new Error(`the histogram ${series} contradicts itself`);
  }
}
