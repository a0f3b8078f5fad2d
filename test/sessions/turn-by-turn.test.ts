import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { turnByTurn } from '../../src/sessions/turn-by-turn.ts';

test('many items come in order, and others have their turns meanwhile', async (t) => {
  const items = Array.from({ length: 10_001 }, (_, at) => at);
  const came: number[] = [];
  let turns = 0;
  let over = false;
  const others = (async () => {
    for (; !over; turns++) await setImmediate();
  })();
  for await (const item of turnByTurn(items)) came.push(item);
  over = true;
  await others;
  t.deepEqual(came, items);
  t.true(turns >= 20, `${turns}`);
});
