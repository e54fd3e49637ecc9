// The page opens wherever it is put.

import assert from 'node:assert/strict';
import { pageTest } from './harness/index.mjs';

pageTest('the page opens from a sub-path of a static host', async ({ openPage }) => {
  const page = await openPage();
  assert.equal(await page.title(), 'Cachescope');
  assert.notEqual((await page.innerText('main')).trim(), '');
});

pageTest('the page opens in an iframe of a page on another origin', async ({ openFramed }) => {
  const { page, frame } = await openFramed();
  assert.notEqual(new URL(page.url()).origin, new URL(frame.url()).origin);
  assert.notEqual((await frame.innerText('main')).trim(), '');
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 390, 768, 1280]) {
    pageTest(`the page fits a window of ${width} pixels, ${colorScheme}`, async ({ openPage }) => {
      const page = await openPage('', { viewport: { width, height: 800 }, colorScheme });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than its window`);
    });
  }
}
