import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import type { AnyCell, Cell, EndsCell, ExchangeCell, Office365Cell } from '../../src/regression/cell.ts';
import { ownFields, withEveryField } from '../../src/regression/cell-fields.ts';
import { compareReports } from '../../src/regression/compare-reports.ts';
import { readEarlierReport } from '../../src/regression/earlier-report.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { formatReport, reportFormats } from '../../src/regression/report/report.ts';
import { cell, notRun, notRunOffice365, office365, report } from './hand-made-cells.ts';
import { ends, notRunEnds } from './hand-made-ends.ts';

const text = fc.string({ unit: 'grapheme' });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const codes = fc.array(fc.constantFrom('SO-02', 'SO-06', 'SO-22'), { maxLength: 2 });
const options = maybe(fc.dictionary(fc.constantFrom('landing', 'snapshot', 'clearCookies'), text));

const exchange = fc.record<Partial<ExchangeCell>>({
  profile: fc.constantFrom('2010', '2013-cu8'),
  options,
  detected: fc.boolean(),
  requests: fc.array(
    fc.record({ method: fc.constantFrom('GET', 'POST'), target: fc.webPath(), status: fc.nat(), location: maybe(fc.webUrl()) }),
  ),
  landing: maybe(text),
  addIn: fc.constantFrom('works', 'breaks', null),
  codes,
});
const outcome = fc.constantFrom('session-alive', 'silent-relogin', 'prompt');
const perService = fc.record({ portal: outcome, owa: outcome, sharepoint: outcome });
const cloud = fc.record<Partial<Office365Cell>>({
  after: perService,
  user: fc.oneof(maybe(text), fc.record({ portal: maybe(text), owa: maybe(text), sharepoint: maybe(text) })),
  signOutKind: fc.constantFrom('LegacyLogOff', null),
  newSession: maybe(fc.boolean()),
  gatewaySession: fc.constantFrom('alive', 'ended', null),
  codes,
});
const ending = fc.record<Partial<EndsCell>>({
  store: fc.constantFrom('memory', 'redis'),
  replicas: fc.constantFrom(1, 2),
  balancer: fc.constantFrom('none', 'haproxy', 'nginx'),
  tried: fc.constantFrom('replay', 'in-flight', 'websocket', 'identity-switch'),
  vdirAuth: fc.constantFrom('fba', 'basic', null),
  options,
  oldCookie: fc.constantFrom('refused', 'accepted', 'unavailable'),
  connection: fc.constantFrom('cut', 'answered', 'open', null),
  lateCookie: fc.boolean(),
  endRecords: fc.nat(3),
  reason: maybe(text),
  bobsSession: fc.constantFrom('alive', 'ended', 'unavailable'),
  seenAs: fc.constantFrom('alice', 'bob', null),
  codes,
});

const judged: fc.Arbitrary<Cell> = fc.oneof(exchange.map(cell), cloud.map(office365), ending.map(ends));
const anyCell: fc.Arbitrary<AnyCell> = fc.oneof(
  judged,
  text.map((reason) => notRun('', reason)),
  text.map((reason) => notRunOffice365('', reason)),
  fc.tuple(text, fc.option(text, { nil: undefined })).map(([reason, program]) => notRunEnds('', reason, program)),
);
const anyCells = fc
  .array(anyCell, { minLength: 1, maxLength: 20 })
  .map((cells) => cells.map((one, at) => ({ ...one, id: `cell-${at}` })));

test('a run of cells of every kind does not differ from its own report in JSON', (t) => {
  const file = join(makeTemporaryFolder('report').path, 'before.json');
  fc.assert(
    fc.property(anyCells, (cells) => {
      writeFileSync(file, formatReport(report(cells), 'json'));
      t.deepEqual(compareReports(readEarlierReport(file), report(cells)), {
        same: cells.length,
        changed: [],
        appeared: [],
        gone: [],
      });
    }),
  );
});

test('what --only can select a cell by is the same of a cell in memory and of the same in JSON', (t) => {
  fc.assert(
    fc.property(judged, (one) => {
      t.deepEqual(ownFields(JSON.parse(JSON.stringify(withEveryField({ ...one })))), ownFields(one));
    }),
  );
});

test('every format takes cells of every kind', (t) => {
  fc.assert(
    fc.property(anyCells, fc.constantFrom(...reportFormats), (cells, format) => {
      t.true(formatReport(report(cells), format).endsWith('\n'));
    }),
  );
});
