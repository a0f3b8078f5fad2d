import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { LabError } from '../errors.ts';
import { type CellKind, kindOf } from './cell.ts';

const text = z.string();
const request = z.looseObject({ method: text, target: text, status: z.number(), location: text.nullable() });
const exchange = z.looseObject({
  id: text,
  notRun: z.undefined().optional(),
  detected: z.boolean(),
  clientAction: text.nullable(),
  requests: z.array(request),
  proxySession: text,
  backendSession: text,
  landing: text.nullable(),
  outcome: text,
  promptedBy: text.nullable(),
  addIn: text.nullable().optional(),
  codes: z.array(text),
});
const perService = z.looseObject({ portal: text, owa: text, sharepoint: text });
const tier = text.nullable();
const office365 = z.looseObject({
  id: text,
  suite: z.literal('office365'),
  notRun: z.undefined().optional(),
  before: perService.nullable().optional(),
  after: perService,
  user: z
    .union([text, z.looseObject({ portal: tier, owa: tier, sharepoint: tier })])
    .nullable()
    .optional(),
  userOfOrdinaryWindow: text.nullable().optional(),
  newSession: z.boolean().nullable().optional(),
  landing: text.nullable().optional(),
  toldLogonServer: text.nullable().optional(),
  cleanUps: text.nullable().optional(),
  promptedBy: text.nullable().optional(),
  gatewaySession: text.nullable().optional(),
  adfsSession: text.nullable().optional(),
  replayed: z.looseObject({ portal: tier, owa: tier, sharepoint: tier, logonServer: tier }).nullable().optional(),
  codes: z.array(text),
});
const ends = z.looseObject({
  id: text,
  suite: z.literal('ends'),
  notRun: z.undefined().optional(),
  oldCookie: text,
  connection: text.nullable().optional(),
  lateCookie: z.boolean(),
  endRecords: z.number(),
  reason: text.nullable().optional(),
  bobsSession: text,
  seenAs: text.nullable().optional(),
  codes: z.array(text),
});
const notRun = z.looseObject({ id: text, notRun: z.literal(true), notRunBecause: text });

const shapes = { exchange, office365, ends } satisfies Record<CellKind, z.ZodType>;

const SCHEMA = 'logoff-lab/matrix@1';
const MOST_PROBLEMS = 10;

/** What a comparison reads of a cell; whatever else there is may come from another version, and is not looked at. */
export type EarlierCell = z.infer<(typeof shapes)[keyof typeof shapes]> | z.infer<typeof notRun>;
export type EarlierReport = { cells: readonly EarlierCell[] };

/** Reads a report made by `matrix --format json`. Throws usage for a file that is missing, is no such report, or is damaged. */
export function readEarlierReport(file: string): EarlierReport {
  const report = parse(file, readText(file));
  const { schema, cells } = (report ?? {}) as { schema?: unknown; cells?: unknown };
  if (schema !== SCHEMA)
    throw refuse(
      file,
      `names ${schema === undefined ? 'no schema' : `the schema ${JSON.stringify(schema)}`}, expected "${SCHEMA}"`,
    );
  if (!Array.isArray(cells)) throw refuse(file, 'has no list of cells');
  const problems = [...cells.flatMap(problemsOf), ...sameIds(cells)];
  if (problems.length === 0) return { cells: cells as EarlierCell[] };
  const shown = problems.slice(0, MOST_PROBLEMS);
  const rest = problems.length > shown.length ? [`… and ${problems.length - shown.length} more`] : [];
  throw refuse(file, `has cells that cannot be compared\n  ${[...shown, ...rest].join('\n  ')}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw refuse(file, `cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

function parse(file: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw refuse(file, `is not JSON (${(cause as SyntaxError).message})`, cause);
  }
}

function problemsOf(cell: unknown, at: number): string[] {
  const issues = shapeOf(cell as Record<string, unknown> | null).safeParse(cell).error?.issues ?? [];
  return issues.map(
    ({ path, message }) =>
      `cells[${at}]${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')}: ${message}`,
  );
}

function shapeOf(cell: Record<string, unknown> | null) {
  if (cell?.['notRun'] !== undefined) return notRun;
  return shapes[kindOf(cell ?? {})];
}

function sameIds(cells: readonly unknown[]): string[] {
  const ids = cells.map((cell) => (cell as { id?: unknown } | null)?.id).filter((id) => typeof id === 'string');
  return [...Map.groupBy(ids, (id) => id)].flatMap(([id, { length }]) => (length > 1 ? `${length} cells have the id ${id}` : []));
}

function refuse(file: string, problem: string, cause?: unknown): LabError {
  const advice = 'make one with: npx logoff-lab matrix --format json --output FILE';
  const [first, ...more] = problem.split('\n');
  return new LabError('usage', [`--expect: ${file} ${first}; ${advice}`, ...more].join('\n'), { cause });
}
