import { SaxesParser } from 'saxes';

/** What a JUnit report says of itself, and how many test cases it has. Throws for what is no XML. */
export function readJUnit(text: string): { counts: Record<string, number>; cases: number } {
  let cases = 0;
  let counts: Record<string, number> = {};
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testcase') cases++;
    if (name !== 'testsuites') return;
    counts = Object.fromEntries(['tests', 'failures', 'errors', 'skipped'].map((key) => [key, Number(attributes[key])]));
  });
  parser.write(text).close();
  return { counts, cases };
}
