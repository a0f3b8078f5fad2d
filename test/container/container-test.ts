import test, { type ExecutionContext } from 'ava';
import { whyNoContainers } from './why-no-containers.ts';

/** Like `test.serial`, for what needs an image: where none can be built it is skipped; with CI=true it fails. */
export function containerTest(title: string, body: (t: ExecutionContext) => Promise<void>): void {
  const why = whyNoContainers();
  if (why === null) test.serial(title, body);
  else if (process.env['CI'] === 'true') test(title, (t) => t.fail(why));
  else test.skip(title, (t) => t.pass());
}
