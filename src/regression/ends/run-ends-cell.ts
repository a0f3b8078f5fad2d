import type { EndsInput } from '../cell.ts';
import { endSession } from './end-session.ts';
import type { EndsGround } from './ends-ground.ts';
import { type EndsLab, openEndsLab } from './ends-lab.ts';
import { ALICE, BOB, HELD_LOGOFF } from './ends-rules.ts';
import { holdConnection } from './hold-connection.ts';
import { type EndsObservation, mayGoOn } from './judge-ends.ts';
import { openBrowser, PAGE, type Person, tryCookies } from './person.ts';
import { endReasons, publicIdOf } from './session-records.ts';
import { switchIdentity } from './switch-identity.ts';

const MOST_TRIES = 3;

/**
 * One cell over real sockets: signs alice and bob in, opens what is tried, ends alice's session, and looks at what is left. On a
 * machine so busy that Redis does not get to answer for a second, gateways refuse everything, as they must; then the cell is run again.
 * Throws when the set-up fails, and MissingProgram when the ground is not there.
 */
export async function runEndsCell(ground: EndsGround, cell: EndsInput): Promise<EndsObservation> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const lab = await openEndsLab(ground, cell);
    lab.recorder.setRun(cell.id);
    try {
      const seen = await (cell.tried === 'identity-switch' ? switchIdentity(lab, cell) : endAndTry(lab, cell));
      if (!lab.disturbed()) return seen;
    } catch (error) {
      if (!lab.disturbed()) throw error;
    } finally {
      lab.recorder.setRun(null);
      await lab.close();
    }
  }
  throw new Error(`the session store was away in each of ${MOST_TRIES} tries, though nobody had touched it`);
}

async function endAndTry(lab: EndsLab, cell: EndsInput): Promise<EndsObservation> {
  const [first] = lab.replicas;
  const [alice, bob] = [openBrowser(lab), openBrowser(lab)];
  await alice.signIn(first, ALICE, 'public');
  const publicId = publicIdOf(lab, ALICE);
  await bob.signIn(first, BOB, 'private');
  await use(lab, cell, alice);
  const old = alice.cookies();
  const connection = await holdConnection(lab, lab.tried, cell.tried, old);
  try {
    const from = lab.recorder.next();
    await endSession(lab, { publicId, ...deeds(lab, alice, bob) }, cell);
    const fate = connection && (await connection.fate(!mayGoOn(cell)));
    const oldCookie = await tryCookies(lab, lab.tried, cell.tried === 'second-tab' ? alice.cookies() : old);
    const bobsCookie = await tryCookies(lab, first, bob.cookies());
    const lateCookie = connection?.broughtCookies() ?? false;
    return { oldCookie, bobsCookie, connection: fate, lateCookie, endReasons: endReasons(lab, publicId), seenAs: null, from };
  } finally {
    connection?.close();
  }
}

/** Opens a page at each replica that can know the session, so that each has it near. */
async function use(lab: EndsLab, { store }: EndsInput, alice: Person): Promise<void> {
  for (const replica of store === 'redis' ? lab.replicas : [lab.replicas[0]]) {
    const { status } = await alice.ask(replica, PAGE);
    if (status !== 200) throw new Error(`set-up: replica ${replica.name} answers alice with ${status}`);
  }
}

function deeds(lab: EndsLab, alice: Person, bob: Person) {
  const [first] = lab.replicas;
  return {
    async signOut() {
      const { status } = await alice.ask(first, HELD_LOGOFF);
      if (status !== 200) throw new Error(`set-up: the published server logoff URL was answered with ${status}`);
    },
    signInAnew: () => alice.signIn(first, BOB, 'public'),
    async fillStore() {
      await bob.ask(first, PAGE);
      await openBrowser(lab).signIn(first, BOB, 'public');
    },
  };
}
