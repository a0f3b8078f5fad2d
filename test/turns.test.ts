import test from 'ava';
import { createTurns } from '../src/turns.ts';

test('work begins when what came before has ended, well or not, and the last end is the end of all', async (t) => {
  const turns = createTurns(9, 'too many');
  const done: string[] = [];
  const held = Promise.withResolvers<void>();
  const work = (name: string) => async () => {
    done.push(`${name} begins`);
    if (name === 'first') await held.promise;
    done.push(`${name} ends`);
    if (name === 'first') throw new Error('no');
    return name;
  };
  const [first, second] = [turns.take(work('first')), turns.take(work('second'))];
  const ended = turns.ended().then(() => done.push('all ended'));
  held.resolve();
  await t.throwsAsync(first, { message: 'no' });
  t.is(await second, 'second');
  await ended;
  t.deepEqual(done, ['first begins', 'first ends', 'second begins', 'second ends', 'all ended']);
});

test('when there is no more room the next is refused, and one that ends makes room', async (t) => {
  const turns = createTurns(2, 'both places are taken');
  const held = Promise.withResolvers<void>();
  const both = [turns.take(() => held.promise), turns.take(() => held.promise)];
  await t.throwsAsync(
    turns.take(() => held.promise),
    { code: 'busy', message: 'both places are taken' },
  );
  held.resolve();
  await Promise.all(both);
  await t.notThrowsAsync(turns.take(() => held.promise));
});

test('what nobody waits for any more when its turn comes is not done', async (t) => {
  const turns = createTurns(9, 'too many');
  const done: string[] = [];
  const held = Promise.withResolvers<void>();
  const first = turns.take(async () => {
    done.push('first');
    await held.promise;
  });
  const gone = turns.take(
    async () => done.push('gone'),
    () => false,
  );
  held.resolve();
  await first;
  await t.throwsAsync(gone, { code: 'busy' });
  t.deepEqual(done, ['first']);
});
