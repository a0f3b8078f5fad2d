import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../src/lab/lab.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { knownCells } from '../../src/runs/known-cells.ts';
import { presetsOf } from '../../src/runs/presets.ts';
import { becomes, openBrowser, signIn } from './person.ts';

/** Somebody has signed in by hand, and next would sign out. */
async function startSignedIn(t: ExecutionContext, name: string) {
  const lab = await startLab();
  const cells = knownCells(lab.profiles);
  const runs = createRuns(lab, cells);
  t.teardown(async () => {
    await runs.close();
    await lab.close();
  });
  const preset = presetsOf(cells).find((one) => one.name === name);
  if (!preset) throw new Error(`there is no preset "${name}"`);
  const { id } = await runs.beginByHand(preset.input, preset.title);
  const browser = openBrowser(t, lab);
  const address = `http://mail.localhost:${lab.ports.gateway}/owa/`;
  await signIn(browser, address);
  await becomes(runs, id, 'signed in');
  return { lab, runs, id, browser, address };
}

const ends: readonly [what: string, act: (lab: Lab) => unknown, failure: RegExp][] = [
  ['an administrator ends the session', (lab) => lab.gateway.endSessions(), /another reason than the sign-out \(admin\)/],
  ['the clock is moved past the time-out', (lab) => lab.clock.advance(8 * 3_600_000), /\(timed-out\)/],
  ['the lab is reset', (lab) => lab.reset(), /\(admin\)/],
];
for (const [what, act, failure] of ends)
  test(`when ${what} during a run by hand, it has no verdict, for the form that comes next is not the sign-out’s work`, async (t) => {
    const { lab, runs, id, browser, address } = await startSignedIn(t, 'cu1-breaks-it');
    await act(lab);
    const run = await Promise.race([runs.ended(id), browser.visit(address).then(() => runs.ended(id))]);
    t.deepEqual([run.state, run.verdict], ['failed', null]);
    t.regex(run.failure ?? '', failure);
    t.throws(() => runs.visitAgain(id), { code: 'bad-request' });
  });

test('when a second browser signs in at the site during a run by hand, it has no verdict, for nobody knows whose session is meant', async (t) => {
  const { lab, runs, id, address } = await startSignedIn(t, 'cu9-as-announced');
  await signIn(openBrowser(t, lab), address);
  const { state, failure, verdict } = await runs.ended(id);
  t.deepEqual([state, verdict], ['failed', null]);
  t.regex(failure ?? '', /signed in a second time/);
});

test('whoever signs in again in the same browser goes on with the run', async (t) => {
  const { lab, runs, id, browser, address } = await startSignedIn(t, 'cu9-as-announced');
  await browser.visit(`http://mail.localhost:${lab.ports.gateway}/CookieAuth.dll?GetLogon?curl=Z2FowaZ2F&reason=0`);
  await browser.submit('logonForm', { username: 'lab\\alice', password: 'Passw0rd!' });
  await browser.visit(address);
  t.is(runs.get(id)?.state, 'signed in', runs.get(id)?.failure ?? '');
});

test('when the lab is switched during a run by hand, it has no verdict, for that would be about another choice', async (t) => {
  const { lab, runs, id } = await startSignedIn(t, 'cu9-as-announced');
  await lab.configure({ logoffUrl: '?Cmd=logoff' });
  t.throws(() => runs.visitAgain(id), { code: 'conflict', message: /switched to something else/ });
  const { state, verdict } = await runs.ended(id);
  t.deepEqual([state, verdict], ['failed', null]);
});

test('whatever anybody sends without a session while somebody signs out, the verdict is about the sign-out, and the process lives', async (t) => {
  const { lab, runs, id, browser } = await startSignedIn(t, 'rule-still-says-cmd-logoff');
  const send = (target: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(lab.ports.gateway, '127.0.0.1', () =>
        socket.end(`GET ${target} HTTP/1.1\r\nHost: mail.localhost\r\nConnection: close\r\n\r\n`),
      );
      socket.on('close', () => resolve()).resume();
    });
  const attack = async () => {
    for (const target of ['//', 'http://[', '*', '/owa/logoff.owa', '/owa/?x=%00']) await send(target);
  };
  await attack();
  await browser.click('sign-out');
  await becomes(runs, id, 'waiting for next visit');
  await attack();
  await browser.visit(runs.visitAgain(id));
  const cell = (await runs.ended(id)).verdict?.cell;
  t.like(cell, { outcome: 'silent-relogin', differs: [], agrees: true });
  t.regex(cell?.because ?? '', /requested \/owa\/logoff\.owa, then \/owa\/auth\/signout\.aspx: none matches/);
});
