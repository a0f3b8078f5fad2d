import { checkCaFile } from './ca-file.ts';
import type { UserEntry } from './publishing-rule.ts';
import { quote } from './quote.ts';
import { pathBeside } from './read-text.ts';
import type { Problem } from './rules-error.ts';
import { rulesAtMost } from './rules-schema.ts';
import { readUsers } from './users-file.ts';
import { entriesAt, valueAt } from './value-at.ts';
import type { YamlSource } from './yaml-source.ts';

/** The users and certificate files that rules files name. */
export class References {
  readonly #reader: (path: string, from: string) => Promise<string>;
  readonly #texts = new Map<string, Promise<string>>();
  readonly #users = new Map<string, readonly UserEntry[]>();
  readonly #authorities = new Map<string, string>();

  constructor(reader: (path: string, from: string) => Promise<string>) {
    this.#reader = reader;
  }

  /** Reads each of them once; what is wrong with one is a problem at the place that names it, or in the users file itself. */
  async read(sources: readonly YamlSource[]): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (const source of sources) {
      const users = ['listener', 'validate', 'users'];
      const rules = entriesAt(source.value, ['rules'], rulesAtMost);
      const authorities = [['listener', 'validate', 'ca'], ...rules.map(({ path }) => [...path, 'ca'])];
      problems.push(...(await this.#each(source, users, 'users', (name, text) => this.#keepUsers(name, text))));
      for (const path of authorities) {
        problems.push(
          ...(await this.#each(source, path, 'certificate', (name, text) => this.#keepAuthority(source, path, name, text))),
        );
      }
    }
    return problems;
  }

  usersOf(from: string, path: string): readonly UserEntry[] {
    return this.#users.get(pathBeside(from, path)) ?? [];
  }

  /** PEM text. */
  authorityOf(from: string, path: string | undefined): string | null {
    return path === undefined ? null : (this.#authorities.get(pathBeside(from, path)) ?? null);
  }

  async #each(
    source: YamlSource,
    path: PropertyKey[],
    kind: string,
    keep: (name: string, text: string) => Problem[],
  ): Promise<Problem[]> {
    const file = valueAt(source.value, path);
    if (typeof file !== 'string' || file.trim() === '') return [];
    const name = pathBeside(source.name, file);
    let text: string;
    try {
      text = await this.#text(name, file, source.name);
    } catch (error) {
      const message = `The ${kind} file ${quote(name)} cannot be read: ${(error as Error).message}.`;
      return [source.problem({ path, at: 'value', message, hint: 'its path is relative to the file that names it' })];
    }
    return keep(name, text);
  }

  #text(name: string, file: string, from: string): Promise<string> {
    const text = this.#texts.get(name) ?? this.#reader(file, from);
    this.#texts.set(name, text);
    return text;
  }

  #keepUsers(name: string, text: string): Problem[] {
    const { users, problems } = readUsers(name, text);
    this.#users.set(name, users);
    return problems;
  }

  #keepAuthority(source: YamlSource, path: PropertyKey[], name: string, text: string): Problem[] {
    const finding = checkCaFile(name, text);
    this.#authorities.set(name, text);
    return finding === null ? [] : [source.problem({ path, at: 'value', ...finding })];
  }
}
