import type { ExchangeCell, NotRunExchangeCell } from '../cell.ts';
import { describeClick, inputColumns, nextVisitOf, verdictColumns } from './columns.ts';
import { layOutRows, type Numbers, type RowLayout } from './lay-out-rows.ts';
import type { Paint } from './paint.ts';

type AnyExchangeCell = ExchangeCell | NotRunExchangeCell;

const layout: RowLayout<AnyExchangeCell> = {
  inputs: Object.values(inputColumns),
  usual: [inputColumns.logoffUrl],
  outcomes: [
    { title: 'sign-out, [hit]', show: (cell) => describeClick(cell, shorten), least: 24 },
    { title: 'hit', show: (cell) => (cell.via === 'direct' ? '–' : cell.detected ? 'yes' : 'no') },
    { title: 'proxy', show: (cell) => cell.proxySession },
    { title: 'backend', show: (cell) => cell.backendSession },
    { title: 'next visit', show: nextVisitOf },
    { title: 'add-in', show: (cell) => cell.addIn ?? '' },
    ...verdictColumns,
  ],
  didNotRun: 'did not run',
};

function shorten(target: string): string {
  return target.replace(/^\/owa\/(auth\/)?/, '').replace(/&.*$/, '&…');
}

/** A row for each of Exchange's cells. */
export function rowsOfExchange(cells: readonly AnyExchangeCell[], numbers: Numbers, width: number, paint: Paint): string {
  return layOutRows(layout, cells, numbers, width, paint);
}
