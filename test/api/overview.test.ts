import test from 'ava';
import { apiParts, exportedNames } from '../docs/api-parts.ts';
import { testMadePage } from '../docs/made-page.ts';

const names = exportedNames();

testMadePage('docs/how-to/your-own-tests.md', apiParts());

test('what is listed is what a program gets', async (t) => {
  const values = names.filter(({ isType }) => !isType).map(({ name }) => name);
  t.deepEqual(Object.keys(await import('logoff-lab')).sort(), values.sort());
});

test('all that the package gives has a comment, and each function an example', (t) => {
  t.deepEqual(
    names.filter(({ comment }) => comment === null).map(({ name }) => name),
    [],
  );
  const functions = names.filter(({ name, isType }) => !isType && /^[a-z]/.test(name) && name !== 'verdictCodes');
  t.true(functions.length >= 6);
  for (const { name, comment } of functions) t.regex(comment ?? '', /```js\n/, name);
});
