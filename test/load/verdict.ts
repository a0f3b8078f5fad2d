/** So many looks can be judged, at least. */
export const FEWEST_LOOKS = 6;

/** `at`: ms since the traffic began. `heap`: bytes in use after garbage has been collected. */
export type Sample = { at: number; heap: number };

export type Verdict = { flat: boolean; sentence: string };

/** While code is being compiled and caches are being filled: a third of the looks. */
const WARM_UP = 1 / 3;
const MEGABYTE = 1e6;
const GROWTH = { bytes: 5 * MEGABYTE, share: 0.1 };

/**
 * Whether memory is flat: the line through the samples of the last two thirds (least squares) rises, from its begin to its end, by less
 * than 5 MB or a tenth of what there was, whichever is more.
 */
export function judgeMemory(samples: readonly Sample[]): Verdict {
  const counted = samples.slice(Math.floor(samples.length * WARM_UP));
  if (samples.length < FEWEST_LOOKS)
    return {
      flat: false,
      sentence: `Too short to say whether memory is flat: it was looked at ${samples.length} times, of ${FEWEST_LOOKS} at least.`,
    };
  const { slope, start } = lineThrough(counted);
  const growth = slope * ((counted.at(-1) as Sample).at - (counted[0] as Sample).at);
  const allowed = Math.max(GROWTH.bytes, GROWTH.share * start);
  const flat = growth < allowed;
  // Adding 0 makes 0 of -0.
  const megabytes = (bytes: number) => `${(Math.round(bytes / (MEGABYTE / 10)) / 10 + 0).toFixed(1)} MB`;
  const sentence = `Memory is ${flat ? 'flat' : 'NOT FLAT'}: from ${megabytes(start)} it has grown by ${megabytes(growth)} over the last two thirds, of ${megabytes(allowed)} allowed.`;
  return { flat, sentence };
}

/** Least squares; `start`: where the line is at the first sample. */
function lineThrough(samples: readonly Sample[]): { slope: number; start: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [at, heap] = [mean(samples.map((sample) => sample.at)), mean(samples.map((sample) => sample.heap))];
  const [above, below] = samples.reduce<[number, number]>(
    ([over, under], sample) => [over + (sample.at - at) * (sample.heap - heap), under + (sample.at - at) ** 2],
    [0, 0],
  );
  const slope = above / below;
  return { slope, start: heap + slope * ((samples[0] as Sample).at - at) };
}
