/** Markup that needs no more escaping. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

type Value = string | number | Html | false | null | undefined | readonly Value[];

const special = /[&<>"']/;
const specials = /[&<>"']/g;
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Template tag: escapes every value for text and quoted attributes; lists are joined; false, null and undefined vanish. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  let text = parts[0] as string;
  for (let at = 0; at < values.length; at++) text += render(values[at]) + parts[at + 1];
  return new Html(text);
}

/** JSON for a `<script type="application/json">` block: no `<` and so no way out of the element. */
export function jsonBlock(data: unknown): Html {
  return new Html(JSON.stringify(data).replaceAll('<', '\\u003c'));
}

function render(value: Value): string {
  if (value === false || value === null || value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  const text = String(value);
  // Most texts have none, and then a look is enough: the rows of a busy lab are made of little else.
  return special.test(text) ? text.replace(specials, (char) => entities[char] as string) : text;
}
