import { LabError } from '../errors.ts';
import { withoutKeys } from './pem.ts';
import { printable } from './quote.ts';

/** What is wrong with a value, and what to do about it. */
export type Finding = { message: string; hint: string | null };

/** A finding about one key or value of a file; `path` is the way to it from the top (`['rules', 0, 'to']`). */
export type Fault = Finding & { path: readonly PropertyKey[]; at: 'key' | 'value' };

/** A finding with its place: line and column count from 1; `source` is the line itself, empty when there is none to show. */
export type Problem = Finding & { file: string; line: number; column: number; source: string };

const shownAtMost = 100;
const shownWidth = 120;

/** Everything that is wrong with a set of rules files; the message is the whole report. */
export class RulesError extends LabError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const sorted = unique(problems).sort(byPlace);
    super('configuration', report(sorted));
    this.problems = sorted;
  }
}

/** A problem of a file as a whole: there is no line to show. */
export function fileProblem(file: string, message: string, hint: string | null = null): Problem {
  return { file, line: 1, column: 1, message, hint, source: '' };
}

function unique(problems: readonly Problem[]): Problem[] {
  return [
    ...new Map(
      problems.map((problem) => [`${problem.file}\n${problem.line}:${problem.column} ${problem.message}`, problem]),
    ).values(),
  ];
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

function report(problems: readonly Problem[]): string {
  const shown = problems.slice(0, shownAtMost).flatMap(linesOf);
  const more = problems.length - shownAtMost;
  return [...shown, ...(more > 0 ? [`… and ${more} more problems.`] : [])].join('\n');
}

function linesOf({ file, line, column, message, hint, source }: Problem): string[] {
  return [
    `${printable(file)}:${line}:${column}: ${withoutKeys(message)}`,
    ...(source.trim() === '' ? [] : excerpt(withoutHashes(withoutKeys(withoutPasswords(source))), column - 1)),
    ...(hint === null ? [] : [`  hint: ${hint}`]),
  ];
}

/** Who has the hash of a password can try passwords, as fast as the machine goes. */
function withoutHashes(source: string): string {
  return source.replace(/(?<=scrypt\$)[\w$+/=]+/g, (hash) => '*'.repeat(hash.length));
}

/** Credentials in an address are not printed; the line keeps its length for the caret. */
function withoutPasswords(source: string): string {
  const stars = (credentials: string) => '*'.repeat(credentials.length);
  const masked = source.replace(/(?<=:\/\/)[^/@\s"']+(?=@)/g, stars);
  // In the address of a session store anything may stand in a malformed password, so nothing of it is shown before the last @.
  const store = /\bsessions["']? {0,9}:|\b(?:redis|valkey)[\w+-]{0,12}:\/\//i.exec(masked);
  if (store === null) return masked;
  const [from, to] = [store.index + store[0].length, masked.lastIndexOf('@')];
  return to < from ? masked : masked.slice(0, from) + stars(masked.slice(from, to)) + masked.slice(to);
}

/** The line and a caret below the place; of a long line only what surrounds the place. Tabs stay, so that the caret stands right. */
function excerpt(source: string, caret: number): string[] {
  const start = caret < shownWidth - 20 ? 0 : caret - shownWidth / 2;
  const left = start > 0 ? '…' : '';
  const right = source.length > start + shownWidth ? '…' : '';
  const tabs = (text: string) => text.split('\t').map(printable).join('\t');
  const before = left + tabs(source.slice(start, caret));
  return [`  ${before}${tabs(source.slice(caret, start + shownWidth))}${right}`.trimEnd(), `  ${before.replace(/[^\t]/g, ' ')}^`];
}
