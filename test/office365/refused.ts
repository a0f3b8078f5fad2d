import type { ExecutionContext } from 'ava';
import type { Answer } from '../send-request.ts';
import { BOB, type Rig, services } from './rig.ts';

/** A page that says why; nobody is signed in by it, nothing leads anywhere, nothing comes back as markup. */
export function isRefused(t: ExecutionContext, answer: Answer, why: RegExp, status: number | null = 400): void {
  const { cookies, location, headers, body } = answer;
  if (status === null) t.true(answer.status >= 400 && answer.status < 500, String(answer.status));
  else t.is(answer.status, status);
  t.deepEqual([cookies, location], [[], '']);
  t.regex(headers['content-type'] ?? '', /^text\/html/);
  t.regex(headers['cache-control'] ?? '', /no-store/);
  t.regex(body, /<h1>[^<]+<\/h1>/);
  t.regex(body.replaceAll('&quot;', '"').replaceAll('&#39;', "'"), why);
  t.notRegex(body, /<script>alert|tokenForm|logonForm/);
}

/** The process goes on: everybody can sign in everywhere. */
export async function servesStill(t: ExecutionContext, { at, browser }: Rig): Promise<void> {
  for (const place of services) t.is((await browser().open(at(place), BOB)).shown, 'Bob Brown');
}
