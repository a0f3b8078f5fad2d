import test from 'ava';
import { askConsole } from './console-rig.ts';

const present = { ping: async () => {} };

for (const path of ['/livez', '/readyz'])
  test(`GET and HEAD of ${path} are 200 and never stored, for whoever asks under whatever name`, async (t) => {
    const { ask } = await askConsole(t, { sessions: present, token: 'a token of some length' });
    for (const method of ['GET', 'HEAD']) {
      const { status, headers, text } = await ask(method, path, undefined, {
        Host: '10.1.2.3:8081',
        'User-Agent': 'kube-probe/1.33',
      });
      t.deepEqual([status, headers['cache-control'], headers['retry-after']], [200, 'no-store', undefined]);
      t.is(text !== '', method === 'GET');
    }
  });

test('while the store is away: not ready, and to be asked again soon', async (t) => {
  const { ask } = await askConsole(t, { sessions: { ping: () => Promise.reject(new Error('away')) } });
  for (const method of ['GET', 'HEAD']) {
    const { status, headers } = await ask(method, '/readyz');
    t.deepEqual([status, headers['retry-after'], headers['cache-control']], [503, '2', 'no-store']);
  }
});

test('a process that is stopping is alive and not ready, and asks no store', async (t) => {
  let asked = 0;
  const sessions = { ping: async () => void asked++ };
  const { ask } = await askConsole(t, { sessions, stopping: () => true });
  t.deepEqual([(await ask('GET', '/livez')).status, (await ask('GET', '/readyz')).status], [200, 503]);
  t.is(asked, 0);
});

test('whether the process is alive does not hang on the store', async (t) => {
  const { ask } = await askConsole(t, { sessions: { ping: () => Promise.reject(new Error('away')) } });
  t.is((await ask('GET', '/livez')).status, 200);
});

test('without sessions of its own a process that runs is ready', async (t) => {
  const { ask } = await askConsole(t, {});
  t.is((await ask('GET', '/readyz')).status, 200);
});
