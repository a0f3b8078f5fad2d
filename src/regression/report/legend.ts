import { marks } from '../../scenarios/fact.ts';
import { verdictCodes } from '../../scenarios/verdict-codes.ts';
import { type AnyCell, type Cell, isEnds, isExchange, isOffice365, services } from '../cell.ts';
import { nextVisitOf, nextVisits } from './columns.ts';
import { hasRun } from './describe-cell.ts';
import { endsRowOutcomes } from './ends-columns.ts';
import { grouped, wrap } from './lay-out-text.ts';
import { serviceOutcomes } from './office365-columns.ts';
import type { Paint } from './paint.ts';

/** The short words and codes that occur, the codes and marks with how often. Words of the rows only if there are rows. */
export function legend(cells: readonly AnyCell[], hasRows: boolean, width: number, paint: Paint): string {
  const ran = cells.filter(hasRun);
  const codes = verdictCodes.flatMap(({ code, name, meaning }) => {
    const number = ran.filter((cell) => cell.codes.includes(code)).length;
    return number > 0 ? `${code} ${name} (${grouped(number)}): ${meaning}` : [];
  });
  const known = Object.entries(marks).flatMap(([mark, meaning]) => {
    const number = ran.filter(({ expected }) => expected?.mark === mark).length;
    return number > 0 ? `[${mark}] ${meaning} (${grouped(number)})` : [];
  });
  const lines = [
    ...wordsThatOccur('next visit', nextVisits, ran.filter(isExchange).map(nextVisitOf)),
    ...(hasRows ? wordsOfRows(ran) : []),
    ...codes,
    ...(known.length > 0 ? [`What is expected is known as ${known.join(', ')}`] : []),
  ];
  return lines.length > 0 ? [paint('bold', 'Words'), ...lines.map((line) => wrap(line, width))].join('\n') : '';
}

/** Those whose counts do not show them too. */
function wordsOfRows(ran: readonly Cell[]): string[] {
  const office365 = ran.filter(isOffice365).flatMap(({ after }) => services.map((name) => serviceOutcomes[after[name]].word));
  const ofServices = Object.fromEntries(Object.values(serviceOutcomes).map(({ word, means }) => [word, means]));
  const ends = ran.filter(isEnds);
  return [
    ...wordsThatOccur(services.join(', '), ofServices, office365),
    ...endsRowOutcomes.flatMap(({ title, show, means = {} }) => wordsThatOccur(title, means, ends.map(show))),
  ];
}

/** `next visit: still in = the same session goes on; …`: nothing if none of the words has occurred. */
function wordsThatOccur(title: string, words: Readonly<Record<string, string>>, occurred: readonly string[]): string[] {
  const found = Object.entries(words).filter(([word]) => occurred.includes(word));
  return found.length > 0 ? [`${title}: ${found.map(([word, means]) => `${word} = ${means}`).join('; ')}`] : [];
}
