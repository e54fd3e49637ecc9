// The page opens wherever it is put.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';

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

pageTest('protections stand apart, and are shown where a run begins with one', async ({ openPage }) => {
  const leases = (page) => part(page, 'setting-leases');
  const plain = await openPage('scenario=stampede&autoplay=0');
  assert.equal(await leases(plain).isVisible(), false);
  const guarded = await openPage('scenario=stampede-leases&autoplay=0');
  assert.equal(await leases(guarded).isChecked(), true);
  assert.match(await part(guarded, 'settings').innerText(), /Only who holds the key's lease may fill it/);

  const failures = async () => (await call(plain, 'seek', { at: 1_000 })).failed;
  assert.ok((await failures()) > 0);
  await call(plain, 'seek', { at: 0 });
  await part(plain, 'settings').getByText('Protections, and what they cost').click();
  await leases(plain).check();
  assert.equal(await failures(), 0, 'with leases nobody is told of an error');
});
