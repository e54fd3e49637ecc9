// Anomalies: each mark of the timeline explains itself, and a run can stop at the first.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';
import { playToEnd } from './harness/playing.mjs';

const STALE = 'scenario=stale-read&autoplay=0';

const broken = async (page) => (await call(page, 'state')).anomalies;

pageTest('a mark that is clicked goes to its moment and says what happened there', async ({ openPage }) => {
  const page = await openPage(STALE);
  const explained = part(page, 'explained');
  assert.equal(await explained.isVisible(), false);
  await page.locator('.mark[data-kind="stale"]').first().click();
  assert.match(await explained.innerText(), /Lena asked for product:1 at 8\.80 s and got .+ \(v0\) at 10\.50 s, out of date for/);
  assert.match(await explained.innerText(), /Not linearizable: contradicting Omar’s write of v1 \(5\.00 s to 7\.52 s\)/);
  assert.ok(Math.abs((await call(page, 'state')).at - 10.5) < 0.1);
  await explained.getByRole('button').click();
  assert.equal(await explained.isVisible(), false);
});

pageTest('a crash explains each write that it took', async ({ openPage }) => {
  const page = await openPage('scenario=write-behind-data-loss&autoplay=0&at=27');
  await page.locator('.mark[data-kind="fault"]').first().click();
  const { lost } = (await call(page, 'state')).ledger;
  assert.ok(lost > 1);
  assert.equal(await part(page, 'anomaly').count(), lost);
});

pageTest('a run stops at the very step of the first violation, says what it was, and goes on to the next', async ({ openPage }) => {
  const page = await openPage(STALE);
  await part(page, 'stop').check();
  const first = await playToEnd(page);
  assert.equal(first.anomalies['stale-read'], 1);
  assert.match(await part(page, 'explained').innerText(), /Stopped at the first violation[^]*Lena asked for product:1/);
  await call(page, 'step', { by: -1 });
  assert.equal((await broken(page))['stale-read'], 0, 'a step before it nothing is broken yet');
  await call(page, 'step', { by: 1 });
  assert.equal((await call(page, 'state')).at, first.at);
  const second = await playToEnd(page);
  assert.equal(second.anomalies['stale-read'], 2);
  assert.match(await part(page, 'explained').innerText(), /Kofi asked for product:1/);
  const end = await playToEnd(page);
  assert.equal(end.at, end.end, 'nothing else is broken');
});

pageTest('a run does not stop unless it is asked to, and errors are no violation', async ({ openPage }) => {
  const plain = await openPage(STALE);
  const { at, end, anomalies } = await playToEnd(plain);
  assert.equal(at, end);
  assert.deepEqual([anomalies['stale-read'], anomalies['not-linearizable'], anomalies['lost-write']], [2, 2, 0]);
  await part(plain, 'anomalies').getByText('Stale read: 2 · Not linearizable: 2', { exact: true }).waitFor();
  const errors = await openPage('scenario=stampede&autoplay=0');
  await part(errors, 'stop').check();
  const state = await playToEnd(errors);
  assert.equal(state.at, state.end);
  assert.ok(state.anomalies['failed-request'] > 0);
});
