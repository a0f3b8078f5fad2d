import test from 'ava';
import { parseRules } from '../../src/rules/load-rules.ts';
import { networkMatcher } from '../../src/rules/network.ts';

const minute = 60_000;

/** The listener of rules with these lines in it. */
async function listenerWith(...lines: string[]) {
  const text = `version: 1
listener:
  validate: { basic: "http://127.0.0.1:9/" }
${lines.map((line) => `  ${line}\n`).join('')}rules: [{ name: A, publicNames: [a.test], paths: [/*], to: "http://127.0.0.1:9" }]
`;
  return (await parseRules([{ name: 'a.yaml', text }], async () => '')).listener;
}

test('[T-22] limits that nobody sets are the documented ones', async (t) => {
  t.deepEqual(
    { ...(await listenerWith()).limits },
    {
      ...{ headerBytes: 32_768, urlBytes: 16_384, queryBytes: 4_096, headerFields: 200, bodyBytes: 100 * 2 ** 20 },
      ...{ connections: 10_000, headerTime: 15_000, bodyTime: 30_000, requestTime: 10 * minute, connectTime: 10_000 },
      ...{ responseTime: 2 * minute, streamTime: 10 * minute, idleTime: minute, upgradeTime: 60 * minute, drainTime: 5_000 },
    },
  );
});

test('limits are set one by one, times in units', async (t) => {
  const { limits } = await listenerWith('limits: { bodyBytes: 1000, idleTime: 2h }');
  t.is(limits.bodyBytes, 1_000);
  t.is(limits.idleTime, 120 * minute);
  t.is(limits.headerBytes, 32_768);
});

for (const [line, message] of [
  ['limits: { headerBytes: 0 }', /a\.yaml:4:26/],
  ['limits: { headerTime: 15 }', /a\.yaml:4:25/],
  ['limits: { idleTime: 25d }', /a\.yaml:4:23.*"25d" is longer than 24 days/s],
  ['limits: { header: 15s }', /a\.yaml:4:13.*header/s],
  ['trustedProxies: [10.0.0.0/33]', /"10\.0\.0\.0\/33" is neither an address nor a network/],
  ['trustedProxies: [proxy.test]', /"proxy\.test" is neither an address nor a network/],
  ['trustedProxies: [0.0.0.0/0]', /"0\.0\.0\.0\/0" is every address there is/],
  ['trustedProxies: [10.9.0.5/8]', /names an address inside of a network[\s\S]*`10\.0\.0\.0\/8`/],
  [
    'lockout: { threshold: 1000000, resetTime: 1m }',
    /"threshold" must be a whole number from 1 to 999, but it is the number 1000000\.\n/,
  ],
  ['limits: { bodyBytes: 99999999999999999999 }', /"bodyBytes" must be a whole number from 1 to \d+, but it is/],
  ['limits: { bodyBytes: 1GB }', /"bodyBytes" must be a whole number from 1 to \d+, but it is/],
  ['crossSite: { framedBy: [portal.test] }', /"portal\.test" is not a site[\s\S]*https:\/\/portal/],
  ['crossSite: { framedBy: ["http://a.test; script-src *"] }', /is not a site/],
  ['crossSite: { cookie: none }', /a\.yaml:4:24/],
  ['lockout: { threshold: 3 }', /resetTime/],
] as const)
  test(`a listener with ${line} is refused at its place`, async (t) => {
    t.regex((await t.throwsAsync(listenerWith(line))).message, message);
  });

for (const [network, inside, outside] of [
  ['10.0.0.5', ['10.0.0.5', '::ffff:10.0.0.5'], ['10.0.0.6', '', 'x']],
  ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255'], ['11.0.0.0', '9.255.255.255']],
  ['128.0.0.0/1', ['128.2.3.4'], ['::1', '127.0.0.1']],
  ['fd00::/8', ['fd12::1'], ['fe80::1', '10.0.0.1']],
  ['::1', ['::1'], ['::2']],
] as const)
  test(`${network} holds ${inside.join(' and ')}, not ${outside.map((one) => JSON.stringify(one)).join(' or ')}`, (t) => {
    const matches = networkMatcher([network]);
    t.deepEqual(inside.filter(matches), [...inside]);
    t.deepEqual(outside.filter(matches), []);
  });
