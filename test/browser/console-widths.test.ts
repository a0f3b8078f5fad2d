import type { Locator } from 'playwright-core';
import { chromiumTests } from './chromium.ts';
import { startConsoleOf } from './console-rig.ts';

const chromiumTest = chromiumTests();

const PHONE = { viewport: { width: 390, height: 844 } };

/** Left and right edge of an element, in pixels of the window. */
async function edgesOf(element: Locator): Promise<[left: number, right: number]> {
  const box = await element.boundingBox();
  return box ? [box.x, box.x + box.width] : [Number.NaN, Number.NaN];
}

/** The first outcome of a row, in the suites of either kind of table: a letter behind the names, or the first word behind them. */
const suites = {
  exchange: 'tbody td',
  'install-order': 'tbody td',
  'co-existence': 'tbody td',
  'add-in': 'tbody td',
  office365: 'tbody th + td',
  ends: 'tbody th + td',
};
for (const [suite, outcome] of Object.entries(suites))
  chromiumTest(
    `on a telephone the first outcomes of ${suite} are in sight, and the names of their rows stay when it is scrolled`,
    async (t, { lab, context }) => {
      const page = await context.newPage();
      await page.goto(`${await startConsoleOf(t, lab)}/matrix?suite=${suite}`);
      t.is(await page.evaluate('document.documentElement.scrollWidth'), PHONE.viewport.width, 'the page itself does not scroll');
      for (const region of await page.locator('.matrix-scroll').all()) {
        const [left, right] = await edgesOf(region);
        t.true((await edgesOf(region.locator(outcome).first()))[1] <= right, (await region.textContent())?.slice(0, 200));
        const name = region.locator('tbody th').first();
        t.regex(await name.evaluate((it) => it.textContent), /\w/);
        await region.evaluate((it) => it.scrollTo(it.scrollWidth, 0));
        const [nameLeft, nameRight] = await edgesOf(name);
        t.true(nameLeft >= left && nameRight < right, `${nameLeft} to ${nameRight}`);
        t.true(nameRight - nameLeft > 100, 'with room for a word in each line');
        t.true((await edgesOf(region.locator('thead th').last()))[0] >= nameRight, 'and hides the last column from nobody');
      }
    },
    PHONE,
  );

chromiumTest(
  'on a telephone a row of the matrix has all of its names in one place',
  async (t, { lab, context }) => {
    const page = await context.newPage();
    const base = await startConsoleOf(t, lab);
    const namesOf = async (suite: string, row: string) => {
      await page.goto(`${base}/matrix?suite=${suite}`);
      const shown = await page
        .locator('tr', { has: page.locator(`a[href="/matrix/cell?id=${row}"]`) })
        .locator('th:visible')
        .evaluateAll((names) =>
          names.map((it) => [it.textContent, it.ownerDocument.defaultView?.getComputedStyle(it, '::after').content]),
        );
      return shown.flat().map((text) => text?.replaceAll(/[\u200b"]/g, ''));
    };
    t.deepEqual(
      await namesOf('exchange', 'exchange/2013-cu8/basic/owa/premium/gateway/LegacyLogOff-absent-LegacyLogOff/owa-logoff'),
      ['2013 CU8', 'Legacy/absent/Legacy'],
    );
    t.deepEqual(await namesOf('office365', 'office365/zones/2'), ['Sign out of the portal', '2']);
  },
  PHONE,
);

chromiumTest('a picture of the whole matrix page has every table, and a print every row', async (t, { lab, context }) => {
  const page = await context.newPage();
  await page.goto(`${await startConsoleOf(t, lab)}/matrix`);
  const tables = page.locator('.matrix-scroll');
  const drawn = await tables.evaluateAll((all) => all.map((it) => it.checkVisibility({ contentVisibilityAuto: true })));
  t.deepEqual(drawn, [true, true, true]);
  const isWhole = () => tables.evaluateAll((all) => all.map((it) => it.scrollHeight <= it.clientHeight + 1));
  t.true((await isWhole()).includes(false), 'on a screen a table scrolls in its own region');
  await page.emulateMedia({ media: 'print' });
  t.deepEqual(await isWhole(), [true, true, true]);
});

for (const width of [1280, 820, 390])
  chromiumTest(
    `on a page ${width} pixels wide the number of a build is not broken, and the page does not scroll sideways`,
    async (t, { lab, context }) => {
      const page = await context.newPage();
      await page.goto(`${await startConsoleOf(t, lab)}/profiles`);
      const broken = await page.locator('[data-label="Number"]').evaluateAll((numbers) =>
        numbers.flatMap((it) => {
          const text = it.ownerDocument.createRange();
          text.selectNodeContents(it);
          return new Set([...text.getClientRects()].map(({ top }) => top)).size > 1 ? it.textContent : [];
        }),
      );
      t.deepEqual(broken, []);
      t.true((await page.locator('[data-label="Number"]').count()) > 20);
      t.is(await page.evaluate('document.documentElement.scrollWidth'), width);
    },
    { viewport: { width, height: 844 } },
  );
