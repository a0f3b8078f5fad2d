import { decodeWebConfig } from './decode.ts';
import { describeXmlFault } from './describe-xml-fault.ts';
import { fault, type Place, placesIn, quoted, shown } from './fault.ts';
import { findSmartCharacter } from './smart-characters.ts';
import { walkXml, type XmlElement, XmlFault } from './walk-xml.ts';
import type { WebConfig } from './web-config.ts';

const KEY = 'LogonSettings.SignOutKind';
const keyAnywhere = /logonsettings\.signoutkind/i;
const notesAtMost = 20;
/** Comments that name the key are looked into, up to this many: each needs a parser of its own. */
const commentsAtMost = 200;

type Found = { value: string; offset: number };
type Note = { offset: number; sentence: string };
type Search = {
  name: string;
  at: (offset: number) => Place;
  set: Found | null;
  commented: Found | null;
  section: number | null;
  /** The <location> that the reader is in, or was in last. */
  location: XmlElement | null;
  notes: Note[];
  /** Comments that name the key without holding an entry: worth a note only where nothing better is found. */
  mentions: Note[];
  comments: number;
};

/**
 * Reads LogonSettings.SignOutKind from configuration/appSettings. `name` is the file's name for messages. Throws LabError
 * ("configuration", `name:line:column: sentence`) for what is not a web.config, or does not say one thing.
 */
export function readWebConfig(content: Uint8Array | string, name: string): WebConfig {
  const text = decodeWebConfig(content, name);
  const search: Search = {
    name,
    at: placesIn(text),
    set: null,
    commented: null,
    section: null,
    location: null,
    notes: [],
    mentions: [],
    comments: 0,
  };
  try {
    walkXml(text, {
      doctype: (offset) => {
        throw fault(name, search.at(offset), 'a DOCTYPE is not read here, and no web.config needs one: delete it');
      },
      element: (element) => visitElement(search, element),
      comment: (body, within, offset) => visitComment(search, body, within, offset),
      text: (words, within, offset) => {
        const index = isSection(within) ? words.search(keyAnywhere) : -1;
        if (index >= 0) note(search, offset + index, `${KEY} stands here as text, not in an <add … />: not in effect`);
      },
    });
  } catch (error) {
    throw error instanceof XmlFault ? describeXmlFault(error, text, name, search.at) : error;
  }
  return resultOf(search);
}

function resultOf({ name, at, set, commented, notes, mentions }: Search): WebConfig {
  const found = set ?? commented;
  const all = [...notes, ...(found ? [] : mentions)].sort((a, b) => a.offset - b.offset);
  const lines = all.slice(0, notesAtMost).map(({ offset, sentence }) => `${shown(name)}:${at(offset).line}: ${sentence}`);
  if (all.length > notesAtMost) lines.push(`${shown(name)}: and ${all.length - notesAtMost} more notes like these`);
  if (!found) return { entry: { state: 'absent' }, notes: lines };
  return { entry: { state: set ? 'set' : 'commented-out', value: found.value, line: at(found.offset).line }, notes: lines };
}

function note(search: Search, offset: number, sentence: string): void {
  search.notes.push({ offset, sentence });
}

const isKey = (text: string | undefined) => text?.length === KEY.length && keyAnywhere.test(text);
const isSection = (within: readonly string[]) =>
  within.length === 2 && within[0] === 'configuration' && within[1] === 'appSettings';

function visitElement(search: Search, element: XmlElement): void {
  const { name, attributes, within, offset } = element;
  if (within.length === 0 && name !== 'configuration')
    throw fault(
      search.name,
      search.at(offset),
      `expected a web.config, whose root element is <configuration>, got <${shown(name, 80)}>`,
    );
  followLocation(search, element);
  if (within.length === 1 && within[0] === 'configuration' && name === 'appSettings') enterSection(search, element);
  else if (isSection(within) && name === 'add') add(search, element);
  else if (isSection(within) && (name === 'clear' || (name === 'remove' && isKey(attributes['key']))))
    takeOut(search, name, offset);
  else if (name !== 'remove' && Object.values(attributes).some(isKey)) {
    const path = shown([...within.slice(0, 8), name].join('/'), 120);
    note(search, offset, `${KEY} stands in ${path}, not in configuration/appSettings/add: not in effect`);
  }
}

/** Attributes of appSettings that make the file at hand not the whole truth. */
const elsewhere: Readonly<Record<string, (value: string) => string>> = {
  configSource: (file) =>
    `the whole section is in another file, ${quoted(file)}: look for ${KEY} there, or move the section into this file and remove configSource`,
  file: (file) =>
    `another file, ${quoted(file)}, may set ${KEY} as well, and then it counts: look there, or move its entries into this file and remove file=`,
  configBuilders: () => `a configuration builder may set ${KEY} from elsewhere: look there, or remove configBuilders`,
  configProtectionProvider: () =>
    `the section is encrypted: decrypt it on the server (aspnet_regiis -pdf appSettings FOLDER) and try again`,
};

/** ASP.NET applies a <location> without a path, or with ".", to this directory itself. */
function followLocation(search: Search, element: XmlElement): void {
  const { name, within, offset } = element;
  if (within.length > 2) return;
  const place = [...within, name].join('/');
  if (place === 'configuration/location') search.location = element;
  if (place !== 'configuration/location/appSettings') return;
  const path = search.location?.attributes['path'] ?? '';
  if (path !== '' && path !== '.') return;
  const sentence = `<location${path === '' ? '' : ` path="${path}"`}> applies to this directory, so its <appSettings> may set ${KEY} as well: move these entries into configuration/appSettings`;
  throw fault(search.name, search.at(offset), sentence);
}

function enterSection(search: Search, { attributes, offset }: XmlElement): void {
  const place = search.at(offset);
  if (search.section !== null) {
    const first = search.at(search.section).line;
    throw fault(search.name, place, `a second <appSettings>, after that of line ${first}, is refused by ASP.NET: join the two`);
  }
  search.section = offset;
  for (const [attribute, say] of Object.entries(elsewhere)) {
    const value = attributes[attribute];
    if (value !== undefined) throw fault(search.name, place, say(value));
  }
}

function add(search: Search, { attributes, offset }: XmlElement): void {
  const { key, value } = attributes;
  if (key === undefined || !isKey(key)) {
    const almost = key === undefined && Object.values(attributes).some(isKey);
    if (almost) note(search, offset, `${KEY} stands in an <add> without an attribute key="…" (lower case): not in effect`);
    if (key !== undefined && isNear(key))
      note(search, offset, `the key ${quoted(key)} means nothing${smart(key)}; did you mean ${KEY}?`);
    return;
  }
  if (search.set) {
    const first = search.at(search.set.offset).line;
    throw fault(
      search.name,
      search.at(offset),
      `${KEY} is set twice, on line ${first} and on line ${search.at(offset).line}: keep one`,
    );
  }
  search.set = { value: value ?? '', offset };
  if (value === undefined) note(search, offset, `the entry has no attribute value="…" (lower case): it counts as empty`);
  else if (smart(value) !== '') note(search, offset, `the value is not a plain word${smart(value)}`);
}

function takeOut(search: Search, element: string, offset: number): void {
  if (search.set === null) return;
  note(search, offset, `<${element}> takes out the ${KEY} of line ${search.at(search.set.offset).line}: not in effect`);
  search.set = null;
}

function visitComment(search: Search, body: string, within: readonly string[], offset: number): void {
  const index = body.search(keyAnywhere);
  if (index < 0 || ++search.comments > commentsAtMost) return;
  const at = offset + '<!--'.length + index;
  const value = isSection(within) ? entryIn(body) : null;
  if (value !== null) {
    search.commented ??= { value, offset: at };
    return;
  }
  const where = isSection(within) ? 'a comment' : 'a comment outside configuration/appSettings';
  search.mentions.push({ offset: at, sentence: `${where} names ${KEY} without being an entry: not in effect${smart(body)}` });
}

/** The value in a commented-out entry, in BLOG's form (`add … /` without its own "<") or an editor's (`<add … />`); else null. */
function entryIn(body: string): string | null {
  const plain = body.trim();
  let found: string | null = null;
  try {
    walkXml(plain.includes('<') ? `<x>${plain}</x>` : `<x><${plain}${plain.endsWith('/') ? '>' : '/>'}</x>`, {
      element: ({ name, attributes }) => {
        if (name === 'add' && isKey(attributes['key'])) found ??= attributes['value'] ?? '';
      },
    });
  } catch {
    return null;
  }
  return found;
}

/** Half a sentence more about a pasted quotation mark, dash or blank in the text; empty if there is none. */
function smart(text: string): string {
  const found = findSmartCharacter(text);
  return found === null ? '' : `; it holds ${found.what}: ${found.instead}`;
}

/** Blanks, points and case apart, at most four neighbouring letters differ; or the name without its first part. */
function isNear(key: string): boolean {
  if (key.length > 64) return false;
  const [given, meant] = [key, KEY].map((text) => text.toLowerCase().replace(/[^a-z0-9]/g, '')) as [string, string];
  if (given.includes('signoutkind')) return true;
  const [shorter, longer] = given.length < meant.length ? [given, meant] : [meant, given];
  let [same, tail] = [0, 0];
  while (same < shorter.length && shorter[same] === longer[same]) same++;
  while (tail < shorter.length - same && shorter.at(-1 - tail) === longer.at(-1 - tail)) tail++;
  return longer.length - same - tail <= 4;
}
