import test from 'ava';
import { loadProfiles } from '../../src/exchange/profile.ts';
import { cliParts, statusTable } from './cli-parts.ts';
import { consoleRoutes } from './console-routes.ts';
import { testMadePage } from './made-page.ts';
import { textOf } from './pages.ts';
import { profilesParts } from './profiles-parts.ts';
import { rulesParts } from './rules-parts.ts';

testMadePage('docs/reference/cli.md', cliParts());
testMadePage('docs/reference/rules.md', rulesParts());
testMadePage('docs/reference/profiles.md', profilesParts(await loadProfiles()));
testMadePage('docs/reference/admin-api.md', new Map([['statuses', statusTable()]]));

const API = 'docs/reference/admin-api.md';

/** Each `### GET /api/lab`, and each row `| GET | /matrix |` of the pages. */
function documented(): string[] {
  const text = textOf(API);
  const headings = [...text.matchAll(/^### (?:<a[^>]*><\/a>)?`([A-Z]+ \/\S*)`$/gm)].map(([, route]) => route as string);
  const rows = [...text.matchAll(/^\| `([A-Z]+)` \| `(\/\S*)` \|/gm)].map(([, method, path]) => `${method} ${path}`);
  return [...headings, ...rows];
}

test(`${API} has every method and path that the console answers to, and no others`, async (t) => {
  const routes = await consoleRoutes();
  t.true(routes.length > 30);
  const told = documented();
  t.deepEqual(
    routes.filter((route) => !told.includes(route)),
    [],
    'not documented',
  );
  t.deepEqual(
    told.filter((route) => !routes.includes(route)),
    [],
    'documented, and not there',
  );
  t.is(new Set(told).size, told.length, 'documented twice');
});
