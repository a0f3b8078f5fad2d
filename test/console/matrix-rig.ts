import type { ExecutionContext } from 'ava';
import { parse } from 'node-html-parser';
import { createConsole } from '../../src/console/console.ts';
import type { RunMatrix } from '../../src/console/matrix/matrix-runs.ts';
import { startLab } from '../../src/lab/lab.ts';
import type { AnyCell } from '../../src/regression/cell.ts';
import type { MatrixOptions } from '../../src/regression/run-matrix.ts';
import { report } from '../regression/hand-made-cells.ts';
import { clientOf } from './console-rig.ts';
import { openStream } from './read-stream.ts';

/** A run whose cells are judged when the test says so; it ends when told to, or when it is stopped. */
export function heldRun() {
  const runs: { options: MatrixOptions; cells: AnyCell[]; end: (cause?: Error) => void }[] = [];
  const run: RunMatrix = (options = {}) =>
    new Promise((resolve, reject) => {
      const cells: AnyCell[] = [];
      const end = (cause?: Error) => (cause ? reject(cause) : resolve(report(cells, { ms: 2_000, cellsPerSecond: 1 })));
      options.signal?.addEventListener('abort', () => end());
      runs.push({ options, cells, end });
    });
  const current = () => runs.at(-1) as (typeof runs)[number];
  return {
    run,
    options: () => current().options,
    judge(...judged: AnyCell[]) {
      const { options, cells } = current();
      for (const cell of judged) options.onCell?.(cell, cells.push(cell), 357);
    },
    end: (cause?: Error) => current().end(cause),
  };
}

/** A console with a lab, whose matrix is run by `runMatrix`, or really. */
export async function startMatrix(t: ExecutionContext, runMatrix?: RunMatrix) {
  const lab = await startLab();
  t.teardown(() => lab.close());
  const own = createConsole({ lab, ...(runMatrix && { runMatrix }) });
  t.teardown(() => own.close());
  const port = await own.listen(0, '127.0.0.1');
  const api = clientOf(port);
  const page = async (path: string) => {
    const reply = await api.ask('GET', path);
    return { ...reply, root: parse(reply.text) };
  };
  const post = (path: string, fields: Record<string, string>, origin = `http://127.0.0.1:${port}`) =>
    api.ask('POST', path, new URLSearchParams(fields).toString(), {
      Origin: origin,
      'Content-Type': 'application/x-www-form-urlencoded',
    });
  return { ...api, close: own.close, page, post, stream: (path: string, lastId?: number) => openStream(t, port, path, lastId) };
}
