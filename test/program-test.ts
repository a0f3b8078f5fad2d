import test, { type ExecutionContext } from 'ava';
import { findProgram, MissingProgram, type ProgramName, programs } from '../src/regression/ends/find-program.ts';

/** Like `test`, for what needs a program of other people: where that is missing it is skipped; with CI=true it fails. */
export function programTest(program: ProgramName, title: string, body: (t: ExecutionContext) => Promise<void>): void {
  if (findProgram(...programs[program].names) !== null) test(title, body);
  else if (process.env['CI'] === 'true') test(title, (t) => t.fail(new MissingProgram(program).message));
  else test.skip(title, (t) => t.pass());
}
