import { checkCaFile } from './ca-file.ts';
import { isPem } from './pem.ts';
import type { ServerCertificate, UserEntry } from './publishing-rule.ts';
import { quote } from './quote.ts';
import { pathBeside } from './read-text.ts';
import type { Problem } from './rules-error.ts';
import { rulesAtMost } from './rules-schema.ts';
import { checkKeyFile, checkPair, onlyCertificates } from './tls-files.ts';
import { readUsers } from './users-file.ts';
import { entriesAt, valueAt } from './value-at.ts';
import type { YamlSource } from './yaml-source.ts';

/** The users and certificate files that rules files name. */
export class References {
  readonly #reader: (path: string, from: string) => Promise<string>;
  readonly #texts = new Map<string, Promise<string>>();
  readonly #users = new Map<string, readonly UserEntry[]>();
  readonly #authorities = new Map<string, string>();
  #tls: ServerCertificate | null = null;

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
      problems.push(...(await this.#readTls(source)));
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

  /** Of the listener, of which there is one. */
  serverCertificate(): ServerCertificate | null {
    return this.#tls;
  }

  async #readTls(source: YamlSource): Promise<Problem[]> {
    const problems: Problem[] = [];
    const right: { kind: 'certificate' | 'key'; name: string; text: string }[] = [];
    for (const kind of ['certificate', 'key'] as const) {
      const path = ['listener', 'tls', kind];
      const keep = (name: string, text: string) => {
        const wrong = (kind === 'key' ? checkKeyFile : checkCaFile)(name, text);
        if (wrong) return [source.problem({ path, at: 'value', ...wrong })];
        right.push({ kind, name, text });
        return [];
      };
      problems.push(...(await this.#each(source, path, kind, keep)));
    }
    const [certificate, key] = right;
    if (!certificate || !key) return problems;
    this.#tls = { certificate: onlyCertificates(certificate.text), key: () => key.text };
    const wrong = checkPair({ certificate: certificate.name, key: key.name }, this.#tls);
    return wrong ? [source.problem({ path: ['listener', 'tls', 'key'], at: 'value', ...wrong })] : [];
  }

  async #each(
    source: YamlSource,
    path: PropertyKey[],
    kind: string,
    keep: (name: string, text: string) => Problem[],
  ): Promise<Problem[]> {
    const file = valueAt(source.value, path);
    if (typeof file !== 'string' || file.trim() === '' || isPem(file)) return [];
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
