import type { ScriptCache } from '../browser/script-cache.ts';
import type { Lab } from '../lab/lab.ts';
import type { ServiceName } from '../scenarios/office365-case.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import {
  type ExchangeInput,
  type ExchangeResult,
  isOffice365,
  type Office365Input,
  type Office365Result,
  services,
} from './cell.ts';
import { judge } from './judge.ts';
import { judgeOffice365, type Office365Observation, serviceActedAt } from './office365/judge-office365.ts';
import { runOffice365Cell } from './office365/run-office365-cell.ts';
import { runExchangeCell } from './run-exchange-cell.ts';

/** What happened in a cell, part by part, and what came of it. What the lab asked in between to find that out is left out. */
export type CellTrace<Result = ExchangeResult> = {
  result: Result;
  /** All that came before the last step. */
  signIn: readonly TraceEvent[];
  /** From the click on Sign out, or its like, to the last request that it caused. */
  click: readonly TraceEvent[];
  /** The same address again, in the same browser; nothing where the click itself has brought a session back. */
  freshVisit: readonly TraceEvent[];
};

type Shared = { cache?: ScriptCache };

/**
 * Runs one cell in a lab for its trace. Throws what a run throws, and for a cell in which nobody gets to Sign out, or that ends with
 * another step.
 */
export function traceOf(lab: Lab, cell: ExchangeInput, shared?: Shared): Promise<CellTrace>;
export function traceOf(lab: Lab, cell: Office365Input, shared?: Shared): Promise<CellTrace<Office365Result>>;
export function traceOf(lab: Lab, cell: ExchangeInput | Office365Input, shared: Shared = {}): Promise<CellTrace<unknown>> {
  return isOffice365(cell) ? traceOffice365(lab, cell, shared) : traceExchange(lab, cell, shared);
}

async function traceExchange(lab: Lab, cell: ExchangeInput, shared: Shared): Promise<CellTrace> {
  const seen = await runExchangeCell(lab, cell, shared);
  if (!seen.from) throw noClick(cell);
  const { click, probes, freshVisit } = seen.from;
  const between = eventsOf(lab);
  return {
    result: judge(cell, seen),
    signIn: between(0, click),
    click: between(click, probes),
    freshVisit: between(freshVisit),
  };
}

async function traceOffice365(lab: Lab, cell: Office365Input, shared: Shared): Promise<CellTrace<Office365Result>> {
  const acting = serviceActedAt(cell);
  if (acting === null || cell.steps.at(-1)?.do === 'wait') throw noClick(cell);
  const seen = await runOffice365Cell(lab, cell, shared);
  const between = eventsOf(lab);
  const { action, probes, freshVisits } = seen.from;
  const opened = cell.steps.at(-1)?.do === 'logoff-from-elsewhere' ? action : pageOpened(between(action, probes), acting);
  return {
    result: judgeOffice365(cell, seen),
    signIn: between(0, opened),
    click: between(opened, probes),
    freshVisit: visitOf(between(freshVisits), acting, seen.visits),
  };
}

/** Whoever clicks opens the page with the button first: the number behind its answer. */
function pageOpened(events: readonly TraceEvent[], acting: ServiceName): number {
  const answer = events.find(({ party, kind }) => party === acting && kind === 'response') as TraceEvent;
  return answer.seq + 1;
}

/** Of several visits, one after the other in the order of the services, the one of this service. */
function visitOf(events: readonly TraceEvent[], wanted: ServiceName, visits: Office365Observation['visits']): TraceEvent[] {
  const begins = (service: ServiceName) => events.findIndex(({ party }) => party === service);
  if (visits[wanted] === undefined) return [];
  const next = services.slice(services.indexOf(wanted) + 1).find((service) => visits[service] !== undefined);
  return events.slice(begins(wanted), next && begins(next));
}

function eventsOf(lab: Lab): (first: number, end?: number) => TraceEvent[] {
  const { events } = lab.recorder.read();
  return (first, end = Number.POSITIVE_INFINITY) => events.filter(({ seq }) => seq >= first && seq < end);
}

function noClick({ id }: { id: string }): RangeError {
  return new RangeError(`${id} has no click on Sign out to trace`);
}
