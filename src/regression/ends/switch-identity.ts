import { createScriptedBrowser, type ScriptedBrowser } from '../../browser/scripted-browser.ts';
import { getLogonUrl } from '../../gateway/logon-form.ts';
import type { EndsInput } from '../cell.ts';
import { endSession } from './end-session.ts';
import type { EndsLab } from './ends-lab.ts';
import { ALICE, BOB, MAIL_NAME, PASSWORD } from './ends-rules.ts';
import type { EndsObservation } from './judge-ends.ts';
import { type Opens, opens } from './person.ts';
import type { Replica } from './replica.ts';
import { endReasons, publicIdOf } from './session-records.ts';

const HOME = '/owa/';
/** Answered to whoever has a session at the gateway, and opens none at Exchange. */
const HEALTH = '/owa/healthcheck.htm';
const LOGOFF = '/owa/logoff.owa';
const MOST_FORMS = 3;

/** Two people, one after the other, in the same browser: whom does Exchange take the second one for? */
export async function switchIdentity(lab: EndsLab, cell: EndsInput): Promise<EndsObservation> {
  const [first] = lab.replicas;
  const origin = `http://${MAIL_NAME}:${lab.port}`;
  const [browser, bobs] = [createScriptedBrowser(lab.clock), createScriptedBrowser(lab.clock)];
  try {
    await signIn(browser, origin, ALICE, '0');
    await openMailbox(lab, browser, ALICE);
    const publicId = publicIdOf(lab, ALICE);
    await signIn(bobs, origin, BOB, '4');
    const old = browser.clone();
    const from = lab.recorder.next();
    const signInAnew = () => signIn(browser, origin, BOB, '0');
    const signOut = async () => {
      await lab.steer(first);
      const { status } = await browser.visit(origin + LOGOFF);
      if (status !== 200) throw new Error(`set-up: the published server logoff URL was answered with ${status}`);
    };
    await endSession(lab, { publicId, signOut, signInAnew, fillStore: async () => {} }, cell);
    if (cell.endedBy !== 'new-logon') await signInAnew();
    const seenAs = whomExchangeSaw(lab, from);
    const oldCookie = await probe(lab, old, origin, lab.tried);
    const bobsCookie = await probe(lab, bobs, origin, first);
    const left = { oldCookie, bobsCookie, seenAs, endReasons: endReasons(lab, publicId) };
    return { ...left, connection: null, lateCookie: false, from };
  } finally {
    browser.close();
    bobs.close();
  }
}

/** At the gateway, by its form; what comes next is the first page. */
async function signIn(browser: ScriptedBrowser, origin: string, username: string, trusted: '0' | '4'): Promise<void> {
  await browser.visit(origin + getLogonUrl(HOME, 0));
  const { url, root } = await browser.submit('logonForm', { username, password: PASSWORD, trusted });
  if (/CookieAuth/i.test(url) && root.querySelector('form'))
    throw new Error(`set-up: ${username} is not signed in, but at ${url}`);
}

/** Through Exchange's own form too, if that asks. */
async function openMailbox(lab: EndsLab, browser: ScriptedBrowser, username: string): Promise<void> {
  for (let forms = 0; forms < MOST_FORMS && browser.page()?.root.querySelector('form[name="logonForm"]'); forms++)
    await browser.submit('logonForm', { username, password: PASSWORD });
  if (whomExchangeSaw(lab, 1) !== 'alice')
    throw new Error(`set-up: ${username} has not come to a mailbox, but to ${browser.page()?.url}`);
}

/** Whose mailbox was shown last since then; null: nobody's. */
function whomExchangeSaw({ recorder }: EndsLab, since: number): EndsObservation['seenAs'] {
  const shown = recorder
    .read(since)
    .events.findLast(
      ({ party, kind, status, target }) => party === 'mailbox' && kind === 'response' && status === 200 && target === HOME,
    );
  return shown?.identity === ALICE ? 'alice' : shown?.identity === BOB ? 'bob' : null;
}

async function probe(lab: EndsLab, browser: ScriptedBrowser, origin: string, replica: Replica): Promise<Opens> {
  await lab.steer(replica);
  const { status, headers } = await browser.probe('GET', origin + HEALTH);
  const field = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? null;
  const answered = field('x-replica');
  if (lab.replicas.length > 1 && answered !== replica.name)
    throw new Error(`${HEALTH} was to go to replica ${replica.name}, and ${answered ?? 'the balancer'} answered`);
  return opens({ status, location: field('location') });
}
