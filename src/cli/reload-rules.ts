import { hash } from 'node:crypto';
import type { Gateway } from '../gateway/gateway.ts';
import { idleMeter, type Meter } from '../metrics/meter.ts';
import { certificateWarnings } from '../rules/explain-certificate.ts';
import { loadRules } from '../rules/load-rules.ts';
import type { Listener, RuleSet } from '../rules/publishing-rule.ts';
import { quote } from '../rules/quote.ts';
import { readText } from '../rules/read-text.ts';
import { RulesError } from '../rules/rules-error.ts';
import { createFileWatch, type FileWatch } from './file-watch.ts';

/** Rules that their owner edits while they are in force. */
export type RulesWatch = {
  /** As they were read first. */
  rules: RuleSet;
  /** Whoever goes by these rules: each change, one since the first reading included, is put in force there and said in a line. */
  putOn(gateway: RulesTaker): void;
  /** Reads the rules again now, changed or not; resolves when they are in force, or their problems are said. Never rejects. */
  reload(): Promise<void>;
  /** Stops watching. */
  close(): void;
};

type RulesTaker = Pick<Gateway, 'setRules'>;

/** How often a file is looked at, ms. */
const INTERVAL = 1_000;

/**
 * Reads the rules of a file or folder and watches every file that was read, and what the folder holds. Broken rules are told with
 * every problem, and those before stay in force. Throws RulesError, and watches nothing, if the first reading finds problems.
 */
export async function watchRules(
  path: string,
  { say, meter = idleMeter, interval = INTERVAL }: { say: (lines: string) => void; meter?: Meter; interval?: number },
): Promise<RulesWatch> {
  const target = Promise.withResolvers<RulesTaker>();
  const files = createFileWatch(interval, () => void inTurn(false));
  let closed = false;
  let turn: Promise<void> = Promise.resolve();

  async function reread(asked: boolean): Promise<void> {
    const gateway = await target.promise;
    const next = await read(path, files);
    // One save may be noticed twice, in the file and in its folder, and what else editors put there is none of ours.
    if (closed || (next.digest === digest && !asked)) return;
    digest = next.digest;
    if (next.rules instanceof RulesError) {
      meter.rulesReloaded(false);
      return say(`${BROKEN}\n${next.rules.message}`);
    }
    const before = listener;
    listener = next.rules.listener;
    const ended = await gateway.setRules(next.rules);
    meter.rulesReloaded(true);
    const counts = `${count(next.rules.rules, 'rule')}; ${count(ended, 'session')} ended`;
    const kept = `${lieAsBefore(before, listener)}${speaksAsBefore(atStart, listener)}`;
    say(
      [`rules read again: ${counts}${anew(before, listener)}${kept}`, ...certificateWarnings(next.rules, Date.now())].join('\n'),
    );
  }

  function inTurn(asked: boolean): Promise<void> {
    turn = turn
      .then(() => reread(asked))
      .catch((error: Error) => {
        meter.rulesReloaded(false);
        say(`the rules could not be read again: ${error.stack}`);
      });
    return turn;
  }

  function close(): void {
    closed = true;
    files.close();
  }

  const first = await read(path, files);
  if (first.rules instanceof RulesError) {
    close();
    throw first.rules;
  }
  let { digest } = first;
  let { listener } = first.rules;
  const atStart = listener;
  return { rules: first.rules, putOn: target.resolve, reload: () => inTurn(true), close };
}

const BROKEN = 'the rules cannot be used as they are now; those read before stay in force:';

/** `digest` is the same for the same texts with the same problems. */
type Reading = { rules: RuleSet | RulesError; digest: string };

/** Each file is watched before it is read: so no change is missed in between. */
async function read(path: string, files: FileWatch): Promise<Reading> {
  const texts: [file: string, text: string][] = [];
  const reader = async (file: string) => {
    files.add(file);
    const text = await readText(file);
    texts.push([file, text]);
    return text;
  };
  files.add(path);
  const rules = await loadRules(path, reader).catch((error: unknown) => {
    if (error instanceof RulesError) return error;
    throw error;
  });
  return { rules, digest: hash('sha256', JSON.stringify([texts, rules instanceof RulesError ? rules.message : null])) };
}

function count(things: readonly unknown[], name: string): string {
  return `${things.length} ${name}${things.length === 1 ? '' : 's'}`;
}

/** Moving sessions to another store takes a restart; the address may hold a password. */
function lieAsBefore(before: Listener, now: Listener): string {
  return before.sessions === now.sessions
    ? ''
    : '; sessions go on lying where they did: another store (`sessions`) takes a restart';
}

/** A port that speaks TLS goes on doing so, with the certificate that it has, and one that does not does not begin to. */
function speaksAsBefore(first: Listener, now: Listener): string {
  if ((first.tls === null) === (now.tls === null)) return '';
  return `; the listener goes on ${first.tls ? 'with TLS and the certificate that it has' : 'in plain HTTP'}: to change that (\`tls\`) takes a restart`;
}

/** Sessions belong to a listener's name, and their browsers hold its cookie. */
function anew(before: Listener, now: Listener): string {
  if (before.name === now.name && before.cookie === now.cookie) return '';
  return `; everybody signs in anew, for the listener is ${quote(now.name)} with the cookie ${now.cookie} now`;
}
