import test, { type ExecutionContext } from 'ava';
import { parse } from 'node-html-parser';
import { startMatrix } from './matrix-rig.ts';
import { wordsOf } from './sessions-rig.ts';

/** A console, and its page of a comparison of two presets, which are run for it. */
async function startComparison(t: ExecutionContext, left: string, right: string) {
  const console = await startMatrix(t);
  const { headers } = await console.post('/compare', { left, right });
  const address = headers.location as string;
  const ids = [...new URLSearchParams(address.split('?')[1]).values()];
  return { ...console, address, ids, words: async (path: string) => wordsOf((await console.ask('GET', path)).text) };
}

test('a verdict says in words how well its expectation is known, and the facts it rests on', async (t) => {
  const { ids, words } = await startComparison(t, 'cu9-as-announced', 'cu1-breaks-it');
  // DOMAIN: the announced flow is the post's own; the dialog was seen in the field.
  t.true((await words(`/runs/${ids[0]}`)).includes('As expected [doc: documented by the vendor] E-11 E-17 T-02 T-04: '));
  t.true((await words(`/runs/${ids[1]}`)).includes('As expected [seen: observed or reported] E-16 E-03: '));
});

test('a comparison calls the parties as the lanes do', async (t) => {
  const { address, words } = await startComparison(t, 'cu1-breaks-it', 'cu9-as-announced');
  const told = await words(address);
  t.true(told.includes('Sessions: TMG ended (logoff), Mailbox alive; reached TMG'));
  t.true(told.includes('reached TMG, Front end, Mailbox'));
  t.false(/reached gateway|front-end/.test(told));
});

test('where every service has let the user in after the sign-out, the lanes say that no visit was needed', async (t) => {
  const { ids, ask } = await startComparison(t, 'office-365-scenario-2', 'cu1-breaks-it');
  const titles = async (id = '') =>
    parse((await ask('GET', `/runs/${id}`)).text)
      .querySelectorAll('tr.part')
      .map(({ textContent }) => textContent);
  t.is((await titles(ids[0])).at(-1), 'The same address again: not needed, for every service had let the user in already');
  t.is((await titles(ids[1])).at(-1), 'The same address again');
});

const own = { vdirAuth: 'fba', feOwa: 'shipped', beOwa: 'shipped', beEcp: 'shipped', match: 'contains', how: 'by hand' };
for (const [fields, title] of [
  [
    { ...own, profile: '2013-cu8', app: 'ecp', client: 'premium', beEcp: 'absent', logoffUrl: '?Cmd=logoff' },
    'Exchange Server 2013 CU8: ECP premium, fba, SignOutKind changed; the rule watches for ?Cmd=logoff',
  ],
  [
    { ...own, profile: '2010', app: 'owa', client: 'light', logoffUrl: '' },
    'Exchange Server 2010 SP3: OWA light, fba; the rule watches for nothing',
  ],
  [{ office365: 'literal/7b', how: 'by hand' }, 'Office 365, literal: Sign out of OWA'],
] as const)
  test(`a run of somebody’s own choice is called "${title}"`, async (t) => {
    const { post, page } = await startMatrix(t);
    const { status, headers } = await post('/runs', fields);
    t.is(status, 303);
    t.is((await page(headers.location as string)).root.querySelector('h1')?.textContent, title);
  });

test('without JavaScript a form gets half a minute to be filled in, and a run under way is loaded again every three seconds', async (t) => {
  const { post, ask } = await startMatrix(t);
  const reloadOf = async (path: string) =>
    /<noscript><meta http-equiv="refresh" content="(\d+)">/.exec((await ask('GET', path)).text)?.[1];
  t.is(await reloadOf('/'), '30');
  const { headers } = await post('/runs', { preset: 'cu1-breaks-it', how: 'by hand' });
  t.is(await reloadOf(headers.location as string), '3');
});

test('who opens the address again too early reads what to do first, in the tab or the frame of the site, and the run waits on', async (t) => {
  const { post, page } = await startMatrix(t);
  const { headers } = await post('/runs', { preset: 'cu9-as-announced', how: 'by hand' });
  const run = headers.location as string;
  const early = await post(`${run}/visit`, {});
  t.is(early.status, 400);
  t.true(wordsOf(early.text).includes('nobody has signed in yet: open the address and sign in.'));
  t.regex(parse(early.text).querySelector('main a')?.getAttribute('href') ?? '', /^http:\/\/mail\.localhost:\d+\/owa\/$/);
  t.regex(String(early.headers['content-security-policy']), /frame-ancestors 'self'/);
  const waiting = await page(run);
  t.is(waiting.root.querySelector('#verdict h2')?.textContent, 'Waiting for you to sign in');
  t.regex(String(waiting.headers['content-security-policy']), /frame-ancestors 'none'/);
});

test('what takes the script is not shown without it: the site in a frame', async (t) => {
  const { post, page } = await startMatrix(t);
  const { headers } = await post('/runs', { preset: 'cu1-breaks-it', how: 'by hand' });
  t.is((await page(headers.location as string)).root.querySelector('details.beside')?.getAttribute('hidden'), '');
});
