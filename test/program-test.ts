import test, { type ExecutionContext } from 'ava';
import { findProgram, MissingProgram, type ProgramName, programs } from '../src/regression/ends/find-program.ts';

/** Like `test`, for what needs programs of other people: where one is missing it is skipped; with CI=true it fails. */
export function programTest(
  program: ProgramName | readonly ProgramName[],
  title: string,
  body: (t: ExecutionContext) => Promise<void>,
): void {
  const missing = [program].flat().find((name) => findProgram(...programs[name].names) === null);
  if (missing === undefined) test(title, body);
  else if (process.env['CI'] === 'true') test(title, (t) => t.fail(new MissingProgram(missing).message));
  else test.skip(title, (t) => t.pass());
}
