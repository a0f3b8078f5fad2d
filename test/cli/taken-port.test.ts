import { createServer } from 'node:http';
import test from 'ava';
import { explainTakenPort } from '../../src/cli/explain-taken-port.ts';
import { readSettings } from '../../src/cli/settings.ts';
import { LabError } from '../../src/errors.ts';
import { closeServer, listen } from '../../src/listen.ts';

test('whether the console’s port is taken is looked for where the console listens', async (t) => {
  const other = createServer();
  const consolePort = await listen(other, 0, '127.0.0.1');
  t.teardown(() => closeServer(other));
  const elsewhere = '127.0.0.2';
  const ports = { exchangePort: 0, office365Port: 0, consolePort };
  const started = Promise.reject(
    new LabError('port-in-use', `port 8080 on ${elsewhere} cannot be used`, { cause: { code: 'EADDRINUSE' } }),
  );
  const settings = { ...readSettings({}, {}, () => {}), ...ports, host: elsewhere, consoleHost: '127.0.0.1' };
  await t.throwsAsync(explainTakenPort(started, settings, { all: true }), {
    instanceOf: LabError,
    message: new RegExp(`^port 8080 .* Taken as well: ${consolePort}\\. Is a lab running already\\?$`),
  });
});
