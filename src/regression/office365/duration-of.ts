const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** `7h 59m 59s` → ms. */
export function durationOf(text: string): number {
  if (!/^\d+[dhms]( \d+[dhms])*$/.test(text)) throw new RangeError(`"${text}" is no duration; expected one such as 8h 1s`);
  return text.split(' ').reduce((sum, part) => sum + Number(part.slice(0, -1)) * units[part.at(-1) as keyof typeof units], 0);
}
