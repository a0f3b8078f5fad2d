import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLError } from 'yaml';
import { type Fault, type Finding, fileProblem, type Problem } from './rules-error.ts';
import { aliasesAtMost, type Structure, structureOf } from './yaml-structure.ts';

/** A YAML file, read: its value, what is wrong with it as YAML, and a way from a path in the value back to its place. */
export type YamlSource = {
  name: string;
  /** False when the file has faults that leave no value to look at; `value` is null then. */
  readable: boolean;
  value: unknown;
  problems: Problem[];
  problem(fault: Fault): Problem;
  /** `file:line:column` of the key or value at a path. */
  place(path: readonly PropertyKey[], at: Fault['at']): string;
};

export const bytesAtMost = 1024 * 1024;

/** Reads one YAML document; never throws. */
export function readYaml(name: string, text: string): YamlSource {
  if (text.length > bytesAtMost) return unreadable(name, [fileProblem(name, 'The file is larger than 1 MiB.')]);
  const plain = text.replace(/^\ufeff/, '');
  const counter = lineCounter(plain);
  // The unique-key check of yaml compares each key with each other; structureOf does it in one pass.
  const document = parseDocument(plain, {
    prettyErrors: false,
    uniqueKeys: false,
    schema: 'core',
    // A tag of another schema is a mistake: `!!binary` would make a Buffer, with all its methods for keys.
    resolveKnownTags: false,
    merge: false,
    logLevel: 'error',
  });
  const lines = plain.split(/\r?\n/);
  const problemAt = (offset: number, finding: Finding): Problem => {
    const { line, col } = counter.linePos(Math.min(offset, plain.length));
    return { file: name, line: line || 1, column: col || 1, ...finding, source: lines[line - 1] ?? '' };
  };
  const syntax = worthReporting([...document.errors, ...document.warnings]).map((error) =>
    problemAt(error.pos[0], syntaxFinding(error)),
  );
  if (syntax.length > 0) return unreadable(name, syntax);
  return fromDocument(name, document, problemAt);
}

/** Lines as editors count them: yaml's own lexer loses count where a line ends with CR CR LF. */
function lineCounter(text: string): LineCounter {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) counter.addNewLine(end + 1);
  return counter;
}

function fromDocument(name: string, document: Document, problemAt: (offset: number, finding: Finding) => Problem): YamlSource {
  const structure = structureOf(document);
  const problems = structure.faults.map(({ node, message, hint }) => problemAt(startOf(node), { message, hint }));
  if (structure.faults.some((fault) => fault.fatal)) return unreadable(name, problems);
  const nodeAt = (path: readonly PropertyKey[], at: Fault['at']) => locate(document, structure, path, at);
  try {
    const value: unknown = document.toJS({ maxAliasCount: aliasesAtMost });
    return {
      name,
      readable: true,
      value,
      problems,
      problem: ({ path, at, message, hint }) => problemAt(startOf(nodeAt(path, at)), { message, hint }),
      place: (path, at) => {
        const { line, column } = problemAt(startOf(nodeAt(path, at)), { message: '', hint: null });
        return `${name}:${line}:${column}`;
      },
    };
  } catch {
    const message = 'The aliases (*name) of this file multiply to too many values.';
    return unreadable(name, [...problems, problemAt(startOf(structure.firstAlias), { message, hint: 'write the values out' })]);
  }
}

function unreadable(name: string, problems: Problem[]): YamlSource {
  return {
    name,
    readable: false,
    value: null,
    problems,
    problem: (fault) => fileProblem(name, fault.message, fault.hint),
    place: () => `${name}:1:1`,
  };
}

type Spot = { node: Node | null; key: Node | null };

/** The node at a path, or the nearest one above it that exists. */
function locate(document: Document, structure: Structure, path: readonly PropertyKey[], at: Fault['at']): Node | null {
  let spot: Spot = { node: isNode(document.contents) ? document.contents : null, key: null };
  for (const step of path) {
    const next = below(spot.node, step, structure);
    if (next === null) return spot.node;
    if (next.node === null) return next.key ?? spot.node;
    spot = next;
  }
  const empty = isScalar(spot.node) && spot.node.value === null;
  return at === 'key' || empty ? (spot.key ?? spot.node) : spot.node;
}

/** One step down; null when there is none. What an alias stands for was written elsewhere: the alias itself is the place. */
function below(node: Node | null, step: PropertyKey, { pairs }: Structure): Spot | null {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return isNode(item) ? { node: item, key: null } : null;
  }
  const pair = isMap(node) ? pairs.get(node)?.get(String(step)) : undefined;
  if (pair === undefined) return null;
  return { node: isNode(pair.value) ? pair.value : null, key: isNode(pair.key) ? pair.key : null };
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

const syntaxHints: Partial<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'put each document into a file of its own',
  BAD_SCALAR_START: 'put quotes around the value',
  BAD_ALIAS: 'put quotes around a value that begins with `*`',
  BLOCK_AS_IMPLICIT_KEY: 'put quotes around a value that contains `: `',
  BAD_DQ_ESCAPE: "in double quotes a backslash begins an escape: use single quotes, as in 'lab\\alice'",
  DUPLICATE_KEY: 'remove one of the two',
};

/** All of them, but of a file that is all mistakes the first thousand, and nothing beside the one that explains the others. */
function worthReporting(errors: YAMLError[]): YAMLError[] {
  const deep = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  return deep === undefined ? errors.slice(0, 1000) : [deep];
}

function syntaxFinding(error: YAMLError): Finding {
  if (error.code === 'RESOURCE_EXHAUSTION') return { message: 'This is not readable YAML: it is nested too deeply.', hint: null };
  const message = error.code === 'MULTIPLE_DOCS' ? 'A second document begins here, but a file holds only one' : error.message;
  return { message: `This is not readable YAML: ${message.replace(/\.$/, '')}.`, hint: syntaxHints[error.code] ?? null };
}
