import test from 'ava';
import { parseRules } from '../../src/rules/load-rules.ts';
import { fileWith, goodHash, goodListener, goodRule } from './marked-rules.ts';

test('the hash of a password is in no message, wherever it stands in the line that is shown', async (t) => {
  const users = JSON.stringify({ users: ['A', 'a'].map((name) => ({ name, hash: goodHash })) });
  const read = parseRules([{ name: 'x.yaml', text: fileWith(goodListener, goodRule) }], async () => users);
  const { message } = (await t.throwsAsync(read)) as Error;
  t.regex(message, /has a user of the name "A" already[\s\S]*scrypt\$\*{9}/i);
  for (const part of goodHash.split('$').slice(-2)) t.false(message.includes(part.slice(0, 9)), message);
});
