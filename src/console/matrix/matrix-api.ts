import type Router from 'koa-router';
import { z } from 'zod';
import { LabError } from '../../errors.ts';
import { checkShape, strictShape } from '../../lab/check-shape.ts';
import { withEveryField } from '../../regression/cell-fields.ts';
import { summarise } from '../../regression/run-matrix.ts';
import { quote } from '../../rules/quote.ts';
import { answer } from '../answer.ts';
import { readJson } from '../api/read-body.ts';
import type { MatrixCells } from './matrix-cells.ts';
import { type MatrixRuns, selectEntries } from './matrix-runs.ts';

/** What the matrix's part of the admin API has, for people. */
export const matrixOverview = `  GET    /api/matrix[?only=KEY=VALUE …]     the cells of the regression matrix that have been run here, as matrix --format json has them
  POST   /api/matrix                     {"only": ["profile=2013-cu1"]}: runs these cells, or with {} all of them; 202
  DELETE /api/matrix                     stops the run that is under way
`;

const body = strictShape({ only: z.array(z.string().max(500)).max(100).optional() });

/** Adds the matrix's part of the admin API. */
export function addMatrixApi(router: Router, cells: MatrixCells, runs: MatrixRuns): void {
  router.get('/api/matrix', (ctx) => {
    const query = new URLSearchParams(ctx.querystring);
    const stranger = [...query.keys()].find((key) => key !== 'only');
    if (stranger !== undefined)
      throw new LabError('bad-request', `there is no query parameter ${quote(stranger)}; there is only=KEY=VALUE`);
    const known = selectEntries(cells.all(), query.getAll('only')).flatMap(({ input }) => runs.latest(input.id) ?? []);
    const report = { schema: 'logoff-lab/matrix@1', summary: summarise(known) };
    answer(ctx, { ...report, running: runningIn(runs), cells: known.map(withEveryField) });
  });
  router.post('/api/matrix', async (ctx) => {
    const { only = [] } = checkShape(body, await readJson(ctx), 'bad-request');
    runs.start(only);
    answer(ctx, { running: runningIn(runs) });
    ctx.status = 202;
  });
  router.delete('/api/matrix', async (ctx) => {
    await runs.stop();
    answer(ctx, { running: runningIn(runs), message: runs.state().message });
  });
}

function runningIn(runs: MatrixRuns): { done: number; of: number } | null {
  const { running, done, of } = runs.state();
  return running ? { done, of } : null;
}
