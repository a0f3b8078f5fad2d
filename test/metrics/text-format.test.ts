import test from 'ava';
import { readTextFormat } from './text-format.ts';

const head = (kind = 'gauge', name = 'a_b') => `# HELP ${name} What it is.\n# TYPE ${name} ${kind}\n`;
const histogram = (...lines: string[]) => `${head('histogram')}${lines.map((line) => `a_b_${line}\n`).join('')}`;

test('a page that holds to the format is read with names, labels and values as they were meant', (t) => {
  const label = String.raw`{x="1",y="a\"b\\c\nd,{}"}`;
  const text = `${head('counter', 'a_total')}a_total${label} 5\n\n${histogram('bucket{le="0.1"} 1', 'bucket{le="+Inf"} 2', 'sum 0.3', 'count 2')}`;
  const families = readTextFormat(text);
  t.deepEqual(families.get('a_total')?.samples[0]?.labels, { x: '1', y: 'a"b\\c\nd,{}' });
  t.is(families.get('a_total')?.samples[0]?.value, 5);
  t.deepEqual(
    families.get('a_b')?.samples.map(({ value }) => value),
    [1, 2, 0.3, 2],
  );
});

for (const [problem, text, says] of [
  ['a last line that does not end', 'a_b 1', 'the last line does not end'],
  ['a sample without HELP and TYPE', 'a_b 1\n', 'a sample without HELP and TYPE'],
  ['a TYPE without HELP', '# TYPE a_b gauge\na_b 1\n', 'TYPE without HELP before it'],
  ['a HELP that says nothing', '# HELP a_b  \n# TYPE a_b gauge\na_b 1\n', 'bad HELP'],
  ['a HELP without TYPE', '# HELP a_b What it is.\n', 'HELP without TYPE'],
  ['HELP and TYPE of two metrics', '# HELP a_c What.\n# TYPE a_b gauge\na_b 1\n', 'TYPE without HELP before it'],
  ['a metric that comes twice', `${head()}a_b 1\n${head()}a_b 1\n`, 'the metric comes twice'],
  ['a sample of another metric', `${head()}a_c 1\n`, 'no sample of the gauge a_b'],
  ['a sample that comes twice', `${head()}a_b{x="1",y="2"} 1\na_b{y="2",x="1"} 1\n`, 'a sample of a_b comes twice'],
  ['a counter without _total', `${head('counter')}a_b 1\n`, 'counters, and they alone, end with _total'],
  ['a gauge with _total', `${head('gauge', 'a_total')}a_total 1\n`, 'counters, and they alone, end with _total'],
  ['a kind that is none', `${head('number')}a_b 1\n`, 'no such TYPE'],
  ['a value that is no number', `${head()}a_b one\n`, 'no number'],
  ['a counter below 0', `${head('counter', 'a_total')}a_total -1\n`, 'less than nothing'],
  ['a capital letter in a name', `${head('gauge', 'a_B')}a_B 1\n`, 'a sample without HELP and TYPE'],
  ['a quote that is not escaped', `${head()}a_b{x="a"b"} 1\n`, 'labels cannot be read'],
  ['an escape that is none', `${head()}a_b{x="a\\tb"} 1\n`, 'labels cannot be read'],
  ['a label that comes twice', `${head()}a_b{x="1",x="2"} 1\n`, 'the label x comes twice'],
  ['a comma behind the last label', `${head()}a_b{x="1",} 1\n`, 'labels cannot be read'],
  [
    'buckets that shrink',
    histogram('bucket{le="0.1"} 2', 'bucket{le="+Inf"} 1', 'sum 1', 'count 1'),
    'the histogram a_b contradicts itself',
  ],
  [
    'buckets in no order',
    histogram('bucket{le="2"} 1', 'bucket{le="1"} 1', 'bucket{le="+Inf"} 1', 'sum 1', 'count 1'),
    'the histogram a_b contradicts itself',
  ],
  [
    'a count that is not that of the last bucket',
    histogram('bucket{le="+Inf"} 1', 'sum 1', 'count 2'),
    'the histogram a_b contradicts itself',
  ],
  ['buckets without the last', histogram('bucket{le="1"} 1', 'sum 1', 'count 1'), 'the histogram a_b contradicts itself'],
  ['a histogram without its sum', histogram('bucket{le="+Inf"} 1', 'count 1'), 'the histogram a_b contradicts itself'],
] as const)
  test(`${problem} is found`, (t) => {
    const error = t.throws(() => readTextFormat(text));
    t.true(error.message.startsWith(says), error.message);
  });
