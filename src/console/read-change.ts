import { z } from 'zod';
import { LabError } from '../errors.ts';
import type { Lab } from '../lab/lab.ts';
import { checkLogoffUrl } from '../rules/check-url.ts';

const file = z.string().max(200).nullable().optional();

/** The body of `PUT /api/lab`. Throws bad-request with every problem. */
export function readLabChange(body: unknown, profiles: readonly string[]): Parameters<Lab['configure']>[0] {
  const change = z.strictObject({
    profile: z.enum(profiles as [string, ...string[]]).optional(),
    vdirAuth: z.enum(['basic', 'fba']).optional(),
    signOutKind: z.strictObject({ feOwa: file, beOwa: file, beEcp: file }).optional(),
    logoffUrl: z.string().max(2048).superRefine(checkUrl).nullable().optional(),
    match: z.enum(['contains', 'query', 'exact']).optional(),
  });
  return withoutUndefined(check(change, body)) as Parameters<Lab['configure']>[0];
}

/** What a rules file would refuse is refused here too. */
function checkUrl(url: string, context: z.RefinementCtx): void {
  const finding = checkLogoffUrl(url);
  if (finding) context.addIssue({ code: 'custom', message: finding.message });
}

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The body of `POST /api/clock`: `{"advance": "8h"}` → ms. */
export function readSpan(body: unknown): number {
  const span = z.string().regex(/^\d{1,6}[smhd]$/, 'expected a number and s, m, h or d, for example "10m"');
  const { advance } = check(z.strictObject({ advance: span }), body);
  return Number(advance.slice(0, -1)) * units[advance.at(-1) as keyof typeof units];
}

function check<Shape>(schema: z.ZodType<Shape>, body: unknown): Shape {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new LabError(
    'bad-request',
    read.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '),
  );
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}
