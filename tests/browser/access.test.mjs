// Everyone: what axe finds in each view and theme, at four widths, and the page at 320 pixels and at 4K.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { call, pageTest, part } from './harness/index.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const LIMIT = { timeout: 30_000 };

/** The rules that are broken, each with the first places. */
async function broken(page) {
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.slice(0, 3).map((node) => `${node.target} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
}

const VIEWS = {
  'the first screen': 'autoplay=0',
  'the loss': 'scenario=write-behind-data-loss&at=15&autoplay=0',
  'a stampede': 'scenario=stampede&at=13&autoplay=0',
  'an embed': 'embed=1&panels=stage,timeline,ledger&scenario=write-behind-data-loss&at=15&autoplay=0',
};

for (const [name, query] of Object.entries(VIEWS)) {
  for (const theme of ['light', 'dark', 'contrast']) {
    pageTest(`axe finds nothing in ${name}, ${theme}`, async ({ openPage }) => {
      const page = await openPage(`${query}&theme=${theme}`);
      await page.waitForTimeout(500);
      assert.deepEqual(await broken(page), []);
    });
  }
}

pageTest('axe finds nothing in the panels that the worker draws', async ({ openPage }) => {
  const page = await openPage('scenario=stale-fill&at=13&autoplay=0&lesson=write-behind');
  await part(page, 'lessons').locator('.lesson').waitFor(LIMIT);
  await part(page, 'sequence').scrollIntoViewIfNeeded();
  await part(page, 'sequence').locator('.seq__row').first().waitFor(LIMIT);
  await part(page, 'guide').scrollIntoViewIfNeeded();
  await part(page, 'guide').locator('[data-ask=rank]').click(LIMIT);
  await part(page, 'guide').locator('.guide__ranking').waitFor(LIMIT);
  await part(page, 'claims').scrollIntoViewIfNeeded();
  await part(page, 'claims').locator('.claim').first().waitFor(LIMIT);
  assert.deepEqual(await broken(page), []);
});

for (const width of [320, 390, 768, 3840]) {
  pageTest(`nothing is wider than a window of ${width} pixels`, async ({ openPage }) => {
    const page = await openPage('scenario=write-behind-data-loss&at=15&autoplay=0');
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(300);
    const { inner, scroll } = await page.evaluate(() => ({ inner: window.innerWidth, scroll: document.documentElement.scrollWidth }));
    assert.ok(scroll <= inner, `${scroll} pixels wide in ${inner}`);
    const { ledger } = await call(page, 'state');
    assert.equal(ledger.lost, 6);
  });
}

pageTest('the tools of the masthead are all to be seen at usual widths', async ({ openPage }) => {
  const page = await openPage('autoplay=0');
  for (const width of [320, 390, 768, 1024, 1280, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    const outside = await page.locator('.masthead button:visible').evaluateAll(
      (buttons) => buttons.filter((button) => button.getBoundingClientRect().right > window.innerWidth + 1).map((button) => button.textContent || button.title));
    assert.deepEqual(outside, [], `at ${width}`);
  }
});
