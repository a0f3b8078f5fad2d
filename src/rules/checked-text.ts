import { z } from 'zod';
import type { Finding } from './rules-error.ts';

/** A text that `check` finds nothing wrong with. Its finding becomes the issue's message, its hint `params.hint`. */
export function checkedText(check: (text: string) => Finding | null) {
  return z.string().superRefine((text, context) => {
    const finding = text.length > 2048 ? { message: 'This text is longer than 2048 characters.', hint: null } : check(text);
    if (finding !== null) context.addIssue({ code: 'custom', message: finding.message, params: { hint: finding.hint } });
  });
}
