import { durationPattern } from '../../src/rules/duration.ts';
import { rulesJsonSchema } from '../../src/rules/rules-schema.ts';
import { markdownTable } from './marked-parts.ts';

type Node = {
  type?: string;
  const?: unknown;
  pattern?: string;
  description?: string;
  default?: unknown;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  examples?: readonly unknown[];
  properties?: Readonly<Record<string, Node>>;
  required?: readonly string[];
  items?: Node;
};

/** Everything between marks in `docs/reference/rules.md`: a section for each object of the schema, a row for each key. */
export function rulesParts(): ReadonlyMap<string, string> {
  return new Map([['keys', sectionsOf(rulesJsonSchema() as Node, '').join('\n')]]);
}

function sectionsOf(node: Node, path: string): string[] {
  const properties = Object.entries(node.properties ?? {});
  const rows = properties.map(([name, below]) => [
    `\`${name}\``,
    typeOf(below, join(path, name)),
    presetOf(below, node.required?.includes(name) ?? false),
    meaningOf(below),
  ]);
  const table = markdownTable(['Key', 'Value', 'Default', 'Meaning'], rows);
  const below = properties.flatMap(([name, value]) => {
    const object = objectIn(value);
    return object ? sectionsOf(object, join(path, name) + (object === value ? '' : '[]')) : [];
  });
  return [`### ${path === '' ? 'The file' : `\`${path}\``}\n\n${table}`, ...below];
}

const join = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);

/** What a key holds, if that has keys of its own. */
function objectIn(node: Node): Node | null {
  if (node.properties) return node;
  return node.items ? objectIn(node.items) : null;
}

function typeOf(node: Node, path: string): string {
  if (node.properties) return `keys of [\`${path}\`](#${anchorOf(path)})`;
  if (node.items?.properties) return `a list of [\`${path}[]\`](#${anchorOf(path)})${countOf(node)}`;
  if (node.items) return `a list${countOf(node)}: ${typeOf(node.items, path)}`;
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.type === 'boolean') return '`true`, `false`';
  if (node.type === 'integer')
    return `a whole number, ${(node.minimum ?? 0).toLocaleString('en')} to ${(node.maximum ?? 0).toLocaleString('en')}`;
  return node.pattern === durationPattern ? 'a duration' : 'text';
}

const anchorOf = (path: string) => path.toLowerCase().replace(/[^a-z]/g, '');

function countOf({ minItems = 0, maxItems }: Node): string {
  return maxItems === undefined ? '' : `, ${minItems} to ${maxItems}`;
}

function presetOf({ default: preset, properties }: Node, required: boolean): string {
  if (required && preset === undefined) return 'must be given';
  if (preset === undefined) return 'none';
  if (properties) return 'as below';
  if (Array.isArray(preset)) return preset.length === 0 ? 'none' : preset.map((value) => `\`${value}\``).join(', ');
  return `\`${preset}\``;
}

function meaningOf({ description = '', items, examples }: Node): string {
  const below = items?.description && !items.properties ? ` ${items.description}` : '';
  const shown = (examples ?? []).map((example) => `\`${Array.isArray(example) ? `[${example.join(', ')}]` : example}\``);
  return `${description}${below}${shown.length > 0 ? ` For example ${shown.join(' or ')}.` : ''}`;
}
