import type { ExecutionContext } from 'ava';

/** What base64 makes of a secret that begins at any place of a longer text, without the ends, which depend on that text. */
function inBase64(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]).toString('base64');
    const middle = whole.slice(offset === 0 ? 0 : 4, -4);
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** None of the secrets is in any of the places: as it is, as an address has it, and as base64 has it. */
export function nowhere(t: ExecutionContext, secrets: readonly string[], places: Readonly<Record<string, string>>): void {
  for (const secret of secrets)
    for (const form of [secret, encodeURIComponent(secret), ...inBase64(secret)])
      for (const [place, text] of Object.entries(places)) {
        const at = text.indexOf(form);
        t.true(at < 0, `${place}: …${text.slice(Math.max(0, at - 300), at + 80)}…`);
      }
}
