import { quote } from './quote.ts';
import type { Finding } from './rules-error.ts';

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const names: [ms: number, name: string][] = [
  [units.d, 'day'],
  [units.h, 'hour'],
  [units.m, 'minute'],
  [units.s, 'second'],
];

/** TMG's range: 1 to 9,999 of a unit (T-13). */
export const durationPattern = '^[1-9][0-9]{0,3}[smhd]$';
const duration = new RegExp(durationPattern);

export function checkDuration(text: string): Finding | null {
  if (duration.test(text)) return null;
  const hint = 'write a whole number from 1 to 9999 and a unit: `10s`, `10m`, `6h`, `8d`';
  return { message: `${quote(text)} is not a duration.`, hint };
}

/** Milliseconds of a checked duration. */
export function milliseconds(text: string): number {
  return Number(text.slice(0, -1)) * units[text.at(-1) as keyof typeof units];
}

/** `8h 1s`, up to four durations in a row: for people who move a clock. */
export const spanPattern = /^\d{1,6}[smhd]( ?\d{1,6}[smhd]){0,3}$/;

/** Milliseconds of a checked span. */
export function spanInMilliseconds(text: string): number {
  return [...text.matchAll(/\d+[smhd]/g)].reduce((sum, [part]) => sum + milliseconds(part), 0);
}

/** `28800000` is `8h`. */
export function inUnits(ms: number): string {
  const [unit, size] = Object.entries(units).findLast(([, size]) => ms % size === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

/** `600000` is `10 minutes`. */
export function durationInWords(ms: number): string {
  const [size, name] = names.find(([size]) => ms % size === 0) ?? [1, 'millisecond'];
  const count = ms / size;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
