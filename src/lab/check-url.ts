import type { z } from 'zod';
import { checkLogoffUrl } from '../rules/check-url.ts';

/** What a rules file would refuse as a logoff URL is refused in a request too. */
export function checkUrl(url: string, context: z.RefinementCtx): void {
  const finding = checkLogoffUrl(url);
  if (finding) context.addIssue({ code: 'custom', message: finding.message });
}
