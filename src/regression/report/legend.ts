import { marks } from '../../scenarios/fact.ts';
import type { ServiceOutcome } from '../../scenarios/office365-case.ts';
import { verdictCodes } from '../../scenarios/verdict-codes.ts';
import { type AnyCell, isExchange, isOffice365, services } from '../cell.ts';
import { nextVisitOf, nextVisits } from './columns.ts';
import { hasRun } from './describe-cell.ts';
import { grouped, wrap } from './lay-out-text.ts';
import { serviceOutcomes } from './office365-columns.ts';
import type { Paint } from './paint.ts';

/** The short words and codes that occur, the codes and marks with how often. Words of the rows only if there are rows. */
export function legend(cells: readonly AnyCell[], hasRows: boolean, width: number, paint: Paint): string {
  const ran = cells.filter(hasRun);
  const met = new Set(ran.filter(isExchange).map(nextVisitOf));
  const visits = Object.entries(nextVisits).filter(([visit]) => met.has(visit as keyof typeof nextVisits));
  const found = new Set(hasRows ? ran.filter(isOffice365).flatMap(({ after }) => services.map((service) => after[service])) : []);
  const outcomes = Object.entries(serviceOutcomes).flatMap(([outcome, words]) =>
    found.has(outcome as ServiceOutcome) ? words : [],
  );
  const codes = verdictCodes.flatMap(({ code, name, meaning }) => {
    const number = ran.filter((cell) => cell.codes.includes(code)).length;
    return number > 0 ? `${code} ${name} (${grouped(number)}): ${meaning}` : [];
  });
  const known = Object.entries(marks).flatMap(([mark, meaning]) => {
    const number = ran.filter(({ expected }) => expected?.mark === mark).length;
    return number > 0 ? `[${mark}] ${meaning} (${grouped(number)})` : [];
  });
  const lines = [
    ...(visits.length > 0 ? [`next visit: ${visits.map(([visit, meaning]) => `${visit} = ${meaning}`).join('; ')}`] : []),
    ...(outcomes.length > 0
      ? [`${services.join(', ')}: ${outcomes.map(({ word, means }) => `${word} = ${means}`).join('; ')}`]
      : []),
    ...codes,
    ...(known.length > 0 ? [`What is expected is known as ${known.join(', ')}`] : []),
  ];
  return lines.length > 0 ? [paint('bold', 'Words'), ...lines.map((line) => wrap(line, width))].join('\n') : '';
}
