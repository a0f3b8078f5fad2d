import { SaxesParser } from 'saxes';

/** An element's start tag; `within` names the elements around it from the root down, and lives on: copy it to keep it. */
export type XmlElement = {
  name: string;
  attributes: Readonly<Record<string, string>>;
  within: readonly string[];
  offset: number;
};

/** What a walk meets, in order; `offset` is where it begins in the text (UTF-16 units). Comments and text are as written. */
export type XmlVisitor = {
  doctype?(offset: number): void;
  element(element: XmlElement): void;
  comment?(body: string, within: readonly string[], offset: number): void;
  text?(text: string, within: readonly string[], offset: number): void;
};

/** Not XML. `from` is the end of what was still good: the mistake lies between there and `offset`. */
export class XmlFault extends Error {
  readonly offset: number;
  readonly from: number;

  constructor(reason: string, offset: number, from: number) {
    super(reason);
    this.offset = offset;
    this.from = from;
  }
}

/** Walks through an XML document in linear time. Throws XmlFault at the first mistake. */
export function walkXml(text: string, visitor: XmlVisitor): void {
  const parser = new SaxesParser<{ xmlns: false; forceXMLVersion: true; defaultXMLVersion: '1.0' }>({
    xmlns: false,
    forceXMLVersion: true,
    defaultXMLVersion: '1.0',
  });
  const within: string[] = [];
  // The end of what is certainly good, the end of the last piece seen, and the begin of the tag at hand.
  let [good, seen, opened] = [0, 0, 0];
  const refuse = (reason: string, at = parser.position - 1): never => {
    throw new XmlFault(reason, Math.min(Math.max(at, 0), text.length), Math.min(good, text.length));
  };
  const passed = (end = parser.position) => {
    good = end;
    seen = end;
  };
  const sayText = () => {
    const end = parser.position - 1;
    visitor.text?.(text.slice(seen, end), within, seen);
    passed(end);
  };

  parser.on('error', (error) => refuse(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('xmldecl', ({ version }) => {
    if (version !== '1.0') refuse(`expected version="1.0", got "${version}"`);
    passed();
  });
  parser.on('doctype', () => visitor.doctype?.(text.indexOf('<!', good)));
  parser.on('processinginstruction', () => passed());
  parser.on('text', sayText);
  parser.on('cdata', sayText);
  parser.on('comment', () => {
    // Said at "--", before it is known whether the comment ends there: it is not good yet.
    const start = text.lastIndexOf('<!--', parser.position - 6);
    visitor.comment?.(text.slice(start + 4, parser.position - 2), within, start);
    seen = parser.position + 1;
  });
  parser.on('opentagstart', () => {
    opened = text.lastIndexOf('<', parser.position - 1);
  });
  parser.on('opentag', ({ name, attributes }) => {
    visitor.element({ name, attributes, within, offset: opened });
    within.push(name);
    passed();
  });
  parser.on('closetag', () => {
    within.pop();
    passed();
  });
  parser.write(text).close();
}
