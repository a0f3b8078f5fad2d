import test from 'ava';
import { createScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import { ALICE, HOUR, KEPT, startOffice365 } from './rig.ts';

const DAY = 24 * HOUR;

for (const [name, typed, other] of [
  ['authentication', ALICE, KEPT],
  ['authenticationKept', KEPT, ALICE],
] as const)
  test(`[O-13] ttl.${name} is kept, and is not that of the other choice`, async (t) => {
    const { at, browser, clock } = await startOffice365(t, { ttl: { [name]: 5_000 } });
    const [alice, another] = [browser(), browser()];
    await alice.open(at('portal'), typed);
    await another.open(at('portal'), other);
    clock.advance(4_999);
    t.is((await alice.open(at('owa'))).shown, 'Alice Adams');
    clock.advance(1);
    t.is((await alice.open(at('contoso'))).shown, 'prompt');
    t.is((await another.open(at('contoso'))).shown, 'Alice Adams');
  });

for (const typed of [ALICE, KEPT])
  test(`[O-13] by option silent logons prolong the authentication${typed.KMSI ? ', and its cookie' : ''}`, async (t) => {
    const ttl = { authentication: 8 * HOUR, authenticationKept: 8 * HOUR };
    const { at, clock } = await startOffice365(t, { ttl, options: { authenticationLifetime: 'sliding' } });
    const browser = createScriptedBrowser(clock);
    t.teardown(() => browser.close());
    await browser.visit(at('portal'));
    await browser.submit('logonForm', { login: typed.login, passwd: typed.passwd, ...(typed.KMSI && { KMSI: 'on' }) });
    for (const _time of [1, 2, 3]) {
      clock.advance(7 * HOUR);
      t.truthy((await browser.visit(at('portal'))).root.querySelector('#user'));
    }
    clock.advance(8 * HOUR);
    t.falsy((await browser.visit(at('portal'))).root.querySelector('#user'));
  });

for (const [service, pause, times] of [
  ['contoso', 4 * DAY, 4],
  ['portal', 50 * 60_000, 4],
] as const)
  test(`[O-03, O-10] ${service}: who is kept signed in stays in the same session as long as it is used, as anybody does`, async (t) => {
    const { at, clock } = await startOffice365(t, { ttl: { authentication: 1 } });
    for (const KMSI of [{}, { KMSI: 'on' }]) {
      const browser = createScriptedBrowser(clock);
      t.teardown(() => browser.close());
      await browser.visit(at(service));
      const { root } = await browser.submit('logonForm', { login: ALICE.login, passwd: ALICE.passwd, ...KMSI });
      const session = root.querySelector('dd')?.text;
      t.regex(session ?? '', /-\d$/);
      for (let time = 0; time < times; time++) {
        clock.advance(pause);
        t.is((await browser.visit(at(service))).root.querySelector('dd')?.text, session);
      }
    }
  });
