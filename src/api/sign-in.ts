import type { Page, Person, ScriptedBrowser } from '../browser/scripted-browser.ts';
import { shownAddress } from '../browser/shown-address.ts';
import { LabError } from '../errors.ts';

const MOST_FORMS = 4;

/**
 * Opens an address as somebody who fills in whatever form asks for a password, and answers challenges. Resolves to the page that comes
 * then. Throws backend-broken if forms go on and on, as they do after a wrong password.
 */
export async function signInAt(browser: ScriptedBrowser, url: string, person: Person): Promise<Page> {
  let page = await browser.visit(url, person);
  for (let forms = 0; forms < MOST_FORMS; forms++) {
    const form = logonForm(page, person);
    if (!form) return page.status === 401 ? browser.visit(url, person) : page;
    page = await browser.submit(form.number, form.fields);
  }
  throw new LabError(
    'backend-broken',
    `${shownAddress(url)} asked ${person.user} for a password ${MOST_FORMS} times, the last time on ${shownAddress(page.url)}: is it the right one?`,
  );
}

/** Whether a page asks who somebody is. */
export function asksForCredentials(page: Page): boolean {
  return page.status === 401 || page.root.querySelector('form input[type="password" i]') !== null;
}

/** The form with a field for a password, and what a person types there: the name goes into the field before it. */
function logonForm(page: Page, { user, password }: Person): { number: number; fields: Record<string, string> } | null {
  for (const [number, form] of page.root.querySelectorAll('form').entries()) {
    const inputs = form.querySelectorAll('input').filter((input) => /^(text|email|password|)$/i.test(typeOf(input)));
    const at = inputs.findIndex((input) => typeOf(input).toLowerCase() === 'password');
    if (at < 0) continue;
    const typed = [
      [inputs[at - 1], user],
      [inputs[at], password],
    ] as const;
    return { number, fields: Object.fromEntries(typed.map(([input, text]) => [input?.getAttribute('name') ?? '', text])) };
  }
  return null;
}

function typeOf(input: { getAttribute(name: string): string | undefined }): string {
  return input.getAttribute('type') ?? '';
}
