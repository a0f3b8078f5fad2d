import { type Cell, isEnds, isOffice365, services } from '../regression/cell.ts';
import { serviceActedAt } from '../regression/office365/judge-office365.ts';
import { nextVisitOf } from '../regression/report/columns.ts';

/** What became of the user, in two or three words; `tone` is its colour. */
export type Headline = { text: string; tone: 'good' | 'warn' | 'bad' };

const exchange: Record<ReturnType<typeof nextVisitOf>, Headline> = {
  'signed out': { text: 'Signed out', tone: 'good' },
  'still in': { text: 'Still signed in', tone: 'bad' },
  'silently in': { text: 'Signed in again without asking', tone: 'bad' },
  'Exchange asks': { text: 'Exchange asks', tone: 'warn' },
};

const office365: Record<'session-alive' | 'silent-relogin' | 'prompt', Headline> = {
  'session-alive': { text: 'Still signed in', tone: 'bad' },
  'silent-relogin': { text: 'Signed in again without asking', tone: 'bad' },
  prompt: { text: 'Signed out', tone: 'good' },
};

/** The outcome of the next visit; at Office 365 that of the service acted at, or the worst of all. */
export function headlineOf(cell: Cell): Headline {
  if (isOffice365(cell)) {
    const acting = serviceActedAt(cell);
    const met = acting ? [cell.after[acting]] : services.map((service) => cell.after[service]);
    const worst = (['session-alive', 'silent-relogin'] as const).find((outcome) => met.includes(outcome)) ?? 'prompt';
    return office365[worst];
  }
  if (isEnds(cell)) return cell.codes.length > 0 ? { text: 'Not ended', tone: 'bad' } : { text: 'Ended', tone: 'good' };
  return exchange[nextVisitOf(cell)];
}
