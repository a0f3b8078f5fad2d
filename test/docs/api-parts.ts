import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from './marked-parts.ts';

/** A name that `src/index.ts` exports. `comment` is the text of its doc comment; null without one. */
type Exported = { name: string; isType: boolean; comment: string | null };

/** What `src/index.ts` exports, in the order of the names. */
export function exportedNames(): Exported[] {
  const found = [...readFileSync('src/index.ts', 'utf8').matchAll(/^export (type )?\{([^}]+)\} from '([^']+)';$/gm)];
  return found
    .flatMap(([, allTypes, names = '', file = '']) =>
      names.split(',').flatMap((text) => {
        const [name = '', type] = text.trim().split(' ').reverse();
        const isType = allTypes !== undefined || type === 'type';
        return name === '' ? [] : [{ name, isType, comment: commentOf(name, join('src', file)) }];
      }),
    )
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** What stands between marks in `docs/how-to/your-own-tests.md`. */
export function apiParts(): ReadonlyMap<string, string> {
  const names = exportedNames();
  const rows = names.filter(({ isType }) => !isType).map(({ name, comment }) => [`\`${name}\``, firstSentence(comment ?? '')]);
  const types = names.filter(({ isType }) => isType).map(({ name }) => `\`${name}\``);
  return new Map([['api', `${markdownTable(['Name', 'What it does'], rows)}\nTypes: ${types.join(', ')}.\n`]]);
}

function commentOf(name: string, file: string): string | null {
  const place = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:async )?(?:function|const|class|type) ${name}\\b`);
  const text = place.exec(readFileSync(file, 'utf8'))?.[1];
  return text === undefined ? null : text.replace(/^\s*\* ?/gm, '').trim();
}

function firstSentence(comment: string): string {
  return (/^[\s\S]*?[.:](?=\s|$)/.exec(comment)?.[0] ?? comment).replace(/:$/, '.').replace(/\s+/g, ' ');
}
