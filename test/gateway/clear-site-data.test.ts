import type { RequestListener } from 'node:http';
import test from 'ava';
import type { LogoffSetting, PublishingRule } from '../../src/rules/publishing-rule.ts';
import { startRig } from './gateway-rig.ts';

const both: Partial<PublishingRule> = { clearSiteData: ['cache', 'cookies'] };
const OURS = '"cache", "cookies"';
const theirs: RequestListener = (_, response) => response.writeHead(200, { 'Clear-Site-Data': '"storage"' }).end('theirs');

const ways: [way: string, logoff: Partial<LogoffSetting>, expected: string][] = [
  ['the page', {}, OURS],
  ['a redirect', { onLogoff: 'redirect', redirectTo: '/out' }, OURS],
  ['the page, forwarded', { forwardToBackend: true }, `${OURS}, "storage"`],
  ['a redirect, forwarded', { onLogoff: 'redirect', redirectTo: '/out', forwardToBackend: true }, `${OURS}, "storage"`],
  ['the back end’s answer', { onLogoff: 'pass-through', forwardToBackend: true }, `"storage", ${OURS}`],
];
for (const [way, logoff, expected] of ways)
  test(`a sign-out that is answered with ${way} tells the browser what to forget, as do both servers`, async (t) => {
    const { ask, logOn } = await startRig(t, { rule: both, logoff }, theirs);
    const Cookie = await logOn();
    t.is((await ask('GET', '/app/', { Cookie })).headers['clear-site-data'], '"storage"');
    t.is((await ask('GET', '/app/bye', { Cookie })).headers['clear-site-data'], expected);
  });

for (const onLogoff of ['page', 'pass-through'] as const)
  test(`a sign-out (${onLogoff}) of which the back end cannot be told tells the browser what to forget`, async (t) => {
    const { ask, logOn, backEnd } = await startRig(t, { rule: both, logoff: { onLogoff, forwardToBackend: true } });
    const Cookie = await logOn();
    backEnd.close();
    t.is((await ask('GET', '/app/bye', { Cookie })).headers['clear-site-data'], OURS);
  });

test('without clearSiteData a sign-out says nothing of it', async (t) => {
  const { ask, logOn } = await startRig(t);
  t.is((await ask('GET', '/app/bye', { Cookie: await logOn() })).headers['clear-site-data'], undefined);
});

const stored = { 'Cache-Control': 'public, max-age=60', Expires: 'Thu, 01 Jan 2026 00:00:00 GMT', Pragma: 'x' };
const cached = (type: string, fields: Record<string, string> = stored): RequestListener => {
  return (_, response) => response.writeHead(200, { 'Content-Type': type, ...fields }).end('x');
};

for (const [caching, type, fields, expected] of [
  ['published', 'text/html', stored, stored],
  ['published', 'text/plain', {}, {}],
  ['no-store', 'text/html', stored, { 'Cache-Control': 'no-store' }],
  ['no-store', 'text/plain', {}, { 'Cache-Control': 'no-store' }],
  ['no-store', 'text/plain', stored, stored],
] as const)
  test(`caching: ${caching} makes of ${type} with ${JSON.stringify(fields)}: ${JSON.stringify(expected)}`, async (t) => {
    const { ask, logOn } = await startRig(t, { rule: { caching } }, cached(type, fields));
    const { headers } = await ask('GET', '/app/', { Cookie: await logOn() });
    for (const name of ['Cache-Control', 'Expires', 'Pragma'])
      t.is(headers[name.toLowerCase()], (expected as Record<string, string>)[name], name);
  });

for (const caching of ['no-store', 'published'] as const)
  test(`caching: ${caching} lets nobody store the back end’s answer to a sign-out: from a cache, no server would hear of the next`, async (t) => {
    const { ask, logOn } = await startRig(
      t,
      { rule: { caching }, logoff: { onLogoff: 'pass-through', forwardToBackend: true } },
      cached('text/plain'),
    );
    const { headers } = await ask('GET', '/app/bye', { Cookie: await logOn() });
    t.deepEqual([headers['cache-control'], headers.expires], ['no-store', undefined]);
  });
