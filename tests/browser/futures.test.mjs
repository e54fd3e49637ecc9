// Two futures of one run: what was done in the past keeps what would have been.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';

const LIMIT = { timeout: 30_000 };

pageTest('an intervention keeps the old future, and either can be shown', async ({ openPage }) => {
  const page = await openPage('scenario=write-behind-data-loss&at=26&autoplay=0');
  assert.equal(await part(page, 'futures').count(), 0);
  await call(page, 'inject', { fault: 'crash', target: 'cache', at: 7 });
  const futures = part(page, 'futures');
  await futures.getByTestId('compare-1').waitFor(LIMIT);
  const lost = (place) => futures.getByTestId(`compare-${place}`).locator('[data-kind=lost]').innerText();
  const [before, after] = [await lost(0), await lost(1)];
  assert.equal(before, '6');
  assert.notEqual(after, before);
  assert.match(await futures.locator('[aria-current=true]').innerText(), /cache crashes at 7\.00 s/);
  await futures.getByRole('button', { name: 'As it was loaded' }).click();
  const state = await call(page, 'state');
  assert.deepEqual([state.at, state.ledger.lost], [26, 6]);
  assert.equal(await futures.locator('[aria-current=true]').innerText(), 'As it was loaded');
  await futures.getByRole('button', { name: /cache crashes/ }).click();
  assert.equal(String((await call(page, 'state')).ledger.lost), after);
});

pageTest('another run begins without futures', async ({ openPage }) => {
  const page = await openPage('scenario=everyday&at=5&autoplay=0');
  await call(page, 'inject', { fault: 'slow', target: 'database' });
  await part(page, 'futures').waitFor(LIMIT);
  await call(page, 'load', { scenario: 'first-read' });
  await page.waitForFunction(() => !document.querySelector('[data-testid=futures]'), null, LIMIT);
});
