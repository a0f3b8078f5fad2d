import { rulesJsonSchema } from '../../src/rules/rules-schema.ts';
import { markdownTable } from './marked-parts.ts';

type Described = { description: string; default: unknown };
type Schema = { properties: { listener: { properties: { limits: { properties: Record<string, Described> } } } } };

/** What stands between marks in `docs/proxy.md`. */
export function proxyParts(): ReadonlyMap<string, string> {
  const { limits } = (rulesJsonSchema() as Schema).properties.listener.properties;
  const rows = Object.entries(limits.properties).map(([name, { description, default: preset }]) => [
    `\`${name}\``,
    `\`${preset}\``,
    description.replace(/ At most 24 days, in seconds, minutes, hours or days\.$/, ''),
  ]);
  return new Map([['limits', markdownTable(['Limit', 'Default', 'Of what'], rows)]]);
}
