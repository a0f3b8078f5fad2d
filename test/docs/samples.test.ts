import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse, stringify } from 'yaml';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { verifyPassword } from '../../src/rules/password-hash.ts';
import type { RuleSet } from '../../src/rules/publishing-rule.ts';
import { blocksOf, filesOf } from './page-blocks.ts';

type Sample = { listener?: object; rules?: object[]; logoff?: object };

const proxyFiles = filesOf('docs/proxy.md');
const proxyRules = proxyFiles.get('my-rules.yaml') ?? '';
const proxyUsers = proxyFiles.get('users.yaml') ?? '';

function load(rules: string): Promise<RuleSet> {
  const folder = makeTemporaryFolder('docs').path;
  writeFileSync(join(folder, 'my-rules.yaml'), rules);
  writeFileSync(join(folder, 'users.yaml'), proxyUsers);
  return loadRules(join(folder, 'my-rules.yaml'));
}

/** The rules of docs/proxy.md with the sample's lines in the listener and in the rule that is there. */
function withSample({ listener, rules = [], logoff }: Sample): Promise<RuleSet> {
  const before = parse(proxyRules);
  const rule = { ...before.rules[0], ...rules[0], ...(logoff && { logoff }) };
  return load(stringify({ ...before, listener: { ...before.listener, ...listener }, rules: [rule] }));
}

/** What the page says that the test with this title tries. */
function sampleFor(page: string, title: string): Sample {
  return parse(blocksOf(page).find(({ options }) => options.get('checked') === title)?.text ?? '');
}

test('the files in docs/proxy.md are rules that hold', async (t) => {
  const { listener } = await load(proxyRules);
  t.is(listener.validate.kind, 'users');
  if (listener.validate.kind === 'users') t.true(await verifyPassword('correct horse', listener.validate.users[0]?.hash ?? ''));
});

test('what docs/proxy.md adds to guard the form can be put into its rules', async (t) => {
  const { listener, rules } = await withSample(sampleFor('docs/proxy.md', t.title));
  t.deepEqual(listener.crossSite, { cookie: 'lax', logon: 'refuse', logoff: 'ask', framedBy: [] });
  t.deepEqual(listener.lockout, { threshold: 5, resetTime: 900_000, whileLocked: 'ignore' });
  t.like(rules, { length: 1, 0: { clearSiteData: ['cache', 'cookies'], caching: 'no-store' } });
});

test('what docs/proxy.md says of limits can be put into its rules', async (t) => {
  const { listener } = await withSample(sampleFor('docs/proxy.md', t.title));
  t.like(listener.limits, { bodyBytes: 1e9, requestTime: 7_200_000, responseTime: 1_800_000 });
});

test('the rule against AD FS that docs/office-365.md shows is one', async (t) => {
  const { rules } = await withSample(sampleFor('docs/office-365.md', t.title));
  t.like(rules[0]?.logoff, { url: 'wa=wsignout1.0', onLogoff: 'pass-through', forwardToBackend: true });
});
