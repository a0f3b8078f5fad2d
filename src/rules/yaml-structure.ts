import { type Alias, type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { quote, tick } from './quote.ts';
import type { Finding } from './rules-error.ts';

/** The shape of a YAML document: the pairs of each mapping by key, its first alias, and what no rules file may hold. */
export type Structure = {
  pairs: Map<YAMLMap, Map<string, Pair>>;
  firstAlias: Alias | null;
  faults: StructureFault[];
};

/** `fatal`: the document's values cannot be trusted, so they are not looked at. */
export type StructureFault = Finding & { node: Node; fatal: boolean };

/** Aliases written in a file, and (yaml's own guard) values they stand for; a nested pair of aliases multiplies. */
export const aliasesAtMost = 100;
const depthAtMost = 32;

type Walk = Structure & { anchors: Map<string, Node>; open: Set<Node>; aliases: number };

/** Walks the document once, so that neither many keys nor many aliases cost more than they are long. */
export function structureOf(document: Document): Structure {
  const walk: Walk = { pairs: new Map(), firstAlias: null, faults: [], anchors: new Map(), open: new Set(), aliases: 0 };
  if (isNode(document.contents)) visit(document.contents, walk);
  return walk;
}

function visit(node: Node, walk: Walk): void {
  if (isAlias(node)) {
    visitAlias(node, walk);
    return;
  }
  if (walk.open.size >= depthAtMost) {
    walk.faults.push(fatal(node, `More than ${depthAtMost} levels are nested here; rules need five.`));
    return;
  }
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  walk.open.add(node);
  if (isMap(node)) visitMap(node, walk);
  else if (isSeq(node)) for (const item of node.items) if (isNode(item)) visit(item, walk);
  walk.open.delete(node);
}

function visitAlias(alias: Alias, walk: Walk): void {
  const target = walk.anchors.get(alias.source);
  walk.aliases += 1;
  walk.firstAlias ??= alias;
  if (walk.aliases > aliasesAtMost) {
    if (walk.aliases === aliasesAtMost + 1)
      walk.faults.push(fatal(alias, `More than ${aliasesAtMost} aliases (*name) in one file.`));
  } else if (target === undefined) {
    walk.faults.push(
      fatal(
        alias,
        `The alias ${tick(`*${alias.source}`)} has no anchor before it.`,
        'put quotes around a value that begins with `*`',
      ),
    );
  } else if (walk.open.has(target)) {
    walk.faults.push(fatal(alias, `The alias ${tick(`*${alias.source}`)} stands for a value that contains it.`));
  }
}

function visitMap(map: YAMLMap, walk: Walk): void {
  const known = new Map<string, Pair>();
  walk.pairs.set(map, known);
  for (const pair of map.items) {
    if (isScalar(pair.key)) {
      const name = String(pair.key.value ?? '');
      if (known.has(name)) {
        const message = `The key ${quote(name)} stands here a second time; only one can count.`;
        walk.faults.push({ node: pair.key, fatal: false, message, hint: 'remove one of the two' });
      }
      known.set(name, pair);
    } else if (isNode(pair.key))
      walk.faults.push(fatal(pair.key, 'A key must be a plain word, but a list, mapping or alias stands here.'));
    if (isNode(pair.value)) visit(pair.value, walk);
  }
}

function fatal(node: Node, message: string, hint: string | null = null): StructureFault {
  return { node, fatal: true, message, hint };
}
