import { grouped } from './lay-out-text.ts';
import { perSecond } from './summary-line.ts';

/** `1,234/6,812 cells (18 %), 131 cells a second, 43 s left` after `ms`; before the first cell nobody can say how fast it is. */
export function progressText(done: number, of: number, ms: number): string {
  const percent = Math.floor((done / Math.max(1, of)) * 100);
  const counts = `${grouped(done)}/${grouped(of)} cells (${percent} %)`;
  if (done === 0) return counts;
  const rate = (done / Math.max(1, ms)) * 1000;
  return `${counts}, ${perSecond(rate)}, ${timeLeft((of - done) / rate)} left`;
}

function timeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 120 ? `${whole} s` : `${Math.ceil(whole / 60)} min`;
}
