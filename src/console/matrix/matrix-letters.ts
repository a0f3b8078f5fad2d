import type { ExchangeCell } from '../../regression/cell.ts';
import { nextVisitOf, nextVisits } from '../../regression/report/columns.ts';

type Letter = { letter: string; look: string; means: string };

/** What a fresh visit met after the sign-out, or what an add-in made of it: a letter, its colour's class, and what it means. */
export const letters = {
  'signed out': { letter: 'O', look: 'o', means: `signed out: ${nextVisits['signed out']}` },
  'Exchange asks': { letter: 'E', look: 'e', means: `Exchange asks: ${nextVisits['Exchange asks']}` },
  'silently in': { letter: 'S', look: 's', means: `silently in again: ${nextVisits['silently in']}` },
  'still in': { letter: 'I', look: 'i', means: `still in: ${nextVisits['still in']}` },
  works: { letter: 'W', look: 'o', means: 'works: the add-in takes the page that it ends on for the end of its sign-out' },
  breaks: { letter: 'B', look: 'i', means: 'breaks: the add-in ends on a page that it does not expect' },
} as const satisfies Record<string, Letter>;

export type Visit = keyof typeof letters;

/** Of a result or of an expectation. */
export function visitOf(result: Pick<ExchangeCell, 'outcome' | 'promptedBy'> & { addIn?: ExchangeCell['addIn'] }): Visit {
  return result.addIn ?? nextVisitOf(result);
}
