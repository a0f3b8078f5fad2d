import { LAB_RULES, startLab } from '../../src/lab/lab.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { certificateFor, createAuthority } from '../tls-authority.ts';
import { clickSignOut, fillInForm, seeHeading, signIn } from './alice.ts';
import { chromiumTests } from './chromium.ts';

const chromiumTest = chromiumTests();
const SITE = '2013-cu9-announced.localhost';

chromiumTest(
  'over TLS alice signs in and out, and her cookie in the browser is Secure',
  async (t, { context }) => {
    const { listener, rules } = await loadRules(LAB_RULES);
    const tls = await certificateFor(await createAuthority(), [SITE]);
    const lab = await startLab({ rules: { rules, listener: { ...listener, tls } } });
    t.teardown(() => lab.close());
    const url = `https://${SITE}:${lab.ports.gateway}/owa/`;
    const page = await context.newPage();
    await signIn(page, url);
    t.is(page.url(), url);
    const cookies = await context.cookies();
    t.like(
      cookies.find(({ name }) => name === 'cadataTMG'),
      { secure: true, httpOnly: true, domain: SITE },
    );
    await clickSignOut(page);
    await seeHeading(page, 'You are signed out');
    t.true(page.url().startsWith(`https://${SITE}:`));
    t.is((await context.cookies()).filter(({ name }) => name === 'cadataTMG').length, 0);
    await page.goto(url);
    await fillInForm(page, 'wrong');
    t.regex(page.url(), /^https:.*reason=2/);
  },
  { ignoreHTTPSErrors: true },
);
