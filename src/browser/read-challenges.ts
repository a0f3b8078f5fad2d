import type { HeaderFields } from '../header-fields.ts';

/** One challenge of a WWW-Authenticate field; scheme and names of parameters in lower case, quotes taken off the values. */
export type Challenge = { scheme: string; parameters: ReadonlyMap<string, string> };

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const value = /[\t ]*=[\t ]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z-]+))/y;
const token68 = /[\t ]+[0-9A-Za-z._~+/-]+=*[\t ]*(?=,|$)/y;
const brokenValue = /[\t ]*=/y;
const separator = /[\t ,]*/y;

/** The challenges of all WWW-Authenticate fields, in order; each field may hold several (RFC 9110 §11.6.1). What cannot be read ends its field. */
export function readChallenges(fields: HeaderFields): Challenge[] {
  return fields.filter(([name]) => name.toLowerCase() === 'www-authenticate').flatMap(([, text]) => readField(text));
}

function readField(text: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    at += match?.[0].length ?? 0;
    return match;
  };
  for (;;) {
    take(separator);
    const name = take(token)?.[0].toLowerCase();
    const given = name !== undefined && take(value);
    if (name === undefined || (!given && take(brokenValue))) return challenges;
    if (given) {
      challenges.at(-1)?.parameters.set(name, given[1]?.replace(/\\(.)/g, '$1') ?? given[2] ?? '');
    } else {
      challenges.push({ scheme: name, parameters: new Map() });
      take(token68);
    }
  }
}
