import { styleText } from 'node:util';

/** Puts a text into a style, or leaves it as it is. */
export type Paint = (style: 'bold' | 'red' | 'green' | 'yellow', text: string) => string;

export function createPaint(colour: boolean): Paint {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

const styles = { '✓': 'green', '✗': 'red', '?': 'yellow' } as const;

/** Colours the sign that a line begins with. */
export function paintSign(line: string, paint: Paint): string {
  const sign = line[0] ?? '';
  return sign in styles ? paint(styles[sign as keyof typeof styles], sign) + line.slice(1) : line;
}
