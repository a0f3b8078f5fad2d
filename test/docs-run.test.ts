import test from 'ava';
import { blocksOf } from './docs/page-blocks.ts';
import { pages as all, testTitles } from './docs/pages.ts';
import { runPage } from './docs/run-page.ts';

/** PAGE=docs/tutorial.md: that page alone. */
const pages = process.env['PAGE'] ? [process.env['PAGE']] : all;

// One after the other: each starts programs, and some a browser.
for (const page of pages)
  test.serial(`${page}: what it says works when pasted`, async (t) => {
    t.timeout(600_000);
    await t.notThrowsAsync(runPage(page));
  });

test('a sample that is tried by a test names one that there is', (t) => {
  const titles = testTitles();
  const named = all.flatMap((page) => blocksOf(page).flatMap(({ options }) => options.get('checked') ?? []));
  t.true(named.length > 0);
  for (const title of named) t.true(titles.includes(title), title);
});
