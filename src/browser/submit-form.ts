import type { HTMLElement } from 'node-html-parser';
import { type Navigation, resolveAddress } from './navigation.ts';

/** What submitting a form of the page at `url` requests. `by` a person it has the form's button, by a script it has none. */
export function submitForm(form: HTMLElement, url: string, fields: Record<string, string>, by: 'person' | 'script'): Navigation {
  const action = new URL(resolveAddress(form.getAttribute('action') ?? '', url));
  const sent = encodeForm(form, fields, by === 'person' ? 'input, button' : 'input:not([type=submit])');
  if (form.getAttribute('method')?.toUpperCase() === 'POST') return { method: 'POST', url: action.href, form: sent };
  action.search = sent;
  return { method: 'GET', url: action.href };
}

/** Hidden and filled-in fields, the checked choice, the button. */
function encodeForm(form: HTMLElement, fields: Record<string, string>, inputs: string): string {
  const sent = new URLSearchParams();
  for (const input of form.querySelectorAll(inputs)) {
    const name = input.getAttribute('name');
    const unchecked = /^(radio|checkbox)$/.test(input.getAttribute('type') ?? '') && !input.hasAttribute('checked');
    if (name !== undefined && !unchecked) sent.set(name, fields[name] ?? input.getAttribute('value') ?? '');
  }
  for (const [name, value] of Object.entries(fields)) sent.set(name, value);
  return sent.toString();
}
