import test from 'ava';
import { createScriptedBrowser, type ScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import { LAB_RULES, type Lab, startLab } from '../../src/lab/lab.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { send } from '../send-request.ts';
import { certificateFor, createAuthority } from '../tls-authority.ts';

/** Through the gateway's form, wherever the way there leads. */
async function throughGateway(browser: ScriptedBrowser, address: string) {
  let page = await browser.visit(address);
  if (page.root.querySelector('form[name="logonForm"]'))
    page = await browser.submit('logonForm', { username: 'lab\\alice', password: 'Passw0rd!' });
  return page;
}

const office = ({ ports }: Lab, host: string) => `http://${host}:${ports.office365}`;

test('[E-20, O-08, O-11] one sign-out in the cloud ends OWA on premises too, and the other services of the cloud after it', async (t) => {
  const lab = await startLab();
  t.teardown(() => lab.close());
  await lab.configure({ profile: '2013-cu8', vdirAuth: 'adfs', office365: { profile: 'single-sign-out' } });
  const browser = createScriptedBrowser(lab.clock);
  t.teardown(() => browser.close());
  const signedIn = async (address: string) => (await browser.clone().visit(address)).root.querySelector('#user') !== null;

  const cloud = `${office(lab, 'outlook.mail365.localhost')}/owa/?whr=corp.example`;
  const portal = `${office(lab, 'portal.office.localhost')}/?whr=corp.example`;
  t.truthy((await throughGateway(browser, cloud)).root.querySelector('#user'));
  await browser.visit(portal);
  // On premises AD FS is asked directly, and knows alice by now.
  const onPremises = `http://mail.localhost:${lab.ports.exchange}/owa/`;
  t.truthy((await browser.visit(onPremises)).root.querySelector('#user'));

  await browser.visit(cloud);
  await browser.click('sign-out');
  t.regex(browser.page()?.url ?? '', /^http:\/\/login\.idp\.localhost:\d+\/logout\.srf/);
  t.is(browser.page()?.root.querySelectorAll('iframe').length, 3);
  t.false(await signedIn(onPremises));
  t.false(await signedIn(`${office(lab, 'portal.office.localhost')}/`));
});

test('[O-11] the cloud sends people to AD FS by https where the gateway speaks TLS', async (t) => {
  const { listener, rules } = await loadRules(LAB_RULES);
  const tls = await certificateFor(await createAuthority(), ['sts.corp.localhost']);
  const lab = await startLab({ rules: { rules, listener: { ...listener, tls } } });
  t.teardown(() => lab.close());
  const { office365, gateway } = lab.ports;
  const first = await send(office365, 'GET', '/owa/?whr=corp.example', { Host: `outlook.mail365.localhost:${office365}` });
  const { host, pathname, search } = new URL(first.location);
  const { location } = await send(office365, 'GET', pathname + search, { Host: host });
  t.true(location.startsWith(`https://sts.corp.localhost:${gateway}/adfs/ls/?`), location);
});
