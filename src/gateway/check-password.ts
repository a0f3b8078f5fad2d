import { LabError } from '../errors.ts';
import type { GatewayTools, VisitContext } from './visit.ts';

/** Of a name that somebody has typed, the log shows so many characters. */
const LONGEST_NAME = 64;

/**
 * How the user is called whose name and password these are; null if nobody is let in by them. Wrong, unknown and locked out are told
 * apart in trace and log alone: neither the answer nor its time may say which it is. Throws `busy` when too many wait for an answer,
 * `backend-broken` when the server that is asked cannot say.
 */
export async function checkPassword(
  ctx: VisitContext,
  tools: GatewayTools,
  name: string,
  password: string,
): Promise<string | null> {
  if (name === '' || password === '') return refuse(ctx, tools, name, 'wrong');
  const { policy } = ctx.state;
  // One after the other of a name: guesses that are made at once must not all get in before the first is counted.
  const key = policy.lockout ? name.toLowerCase() : Symbol('of its own');
  try {
    return await policy.passwordChecks.run(key, () => inTurn(ctx, tools, name, password));
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'backend-broken') throw error;
    // Which server is asked, and what is wrong with it, is no business of somebody who is not signed in.
    tools.log.warn({ request: ctx.state.id, cause: error.message }, 'passwords cannot be checked');
    throw new LabError(
      'backend-broken',
      'Nobody can be signed in at the moment: the server that is asked about passwords is of no help.',
    );
  }
}

async function inTurn(ctx: VisitContext, tools: GatewayTools, name: string, password: string): Promise<string | null> {
  const { validator, lockout } = ctx.state.policy;
  if (lockout?.refuses(name, tools.clock.now())) {
    await validator.feign(name, password);
    return refuse(ctx, tools, name, 'locked-out');
  }
  const user = await validator.validate(name, password);
  if (user !== null) {
    lockout?.succeeded(name);
    return user;
  }
  if (lockout?.failed(name, tools.clock.now())) tools.log.warn(aboutLogon(ctx, name), 'locked out');
  return refuse(ctx, tools, name, 'wrong');
}

function refuse(ctx: VisitContext, tools: GatewayTools, name: string, why: 'wrong' | 'locked-out'): null {
  ctx.state.logon = why === 'wrong' ? 'wrong-password' : 'locked-out';
  tools.log.info(aboutLogon(ctx, name), 'logon failed');
  tools.recorder.record({
    exchange: ctx.state.id,
    party: 'gateway',
    kind: 'decision',
    facts: why === 'wrong' ? ['T-08'] : ['T-08', 'T-17'],
    sentence: `${reasons[why]}: back to the logon form with reason 2`,
  });
  return null;
}

const reasons = {
  wrong: 'the name or the password is wrong',
  'locked-out': 'the user is locked out, whatever the password',
};

function aboutLogon({ state: { id, publicName, clientAddress } }: VisitContext, name: string) {
  const user = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  return { request: id, user, publicName, clientAddress };
}
