// The sequence diagram, the search for the shortest run that fails, and the runs before and after a cure.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';
import { nativeAnswer } from './harness/native.mjs';

const LIMIT = { timeout: 30_000 };

async function look(page) {
  const panel = part(page, 'sequence');
  await panel.scrollIntoViewIfNeeded();
  await panel.locator('.seq__row').first().waitFor(LIMIT);
  return panel;
}

const now = async (page) => (await call(page, 'state')).at;

pageTest('the diagram is the one that a native run gives', async ({ openPage }) => {
  const page = await openPage('scenario=stale-fill&at=13&autoplay=0');
  const panel = await look(page);
  const run = new URL(page.url()).searchParams.get('run') ?? (await call(page, 'describe')).run;
  const times = await panel.locator('.seq__row').evaluateAll((rows) => rows.map((row) => Number(row.dataset.at)));
  assert.ok(times.length > 20 && times.every((time, place) => place === 0 || time >= times[place - 1]));
  const words = await panel.locator('.seq__picture').innerText();
  for (const word of ['Mina', 'GET', 'SELECT', 'DEL', 'SET v0', 'out of date']) assert.ok(words.includes(word), word);
  if (run) assert.deepEqual(times, nativeAnswer('sequence', { run, at: 13 }).times);
});

pageTest('a row goes to its time, and the buttons to the rows beside it', async ({ openPage }) => {
  const page = await openPage('scenario=stale-fill&at=13&autoplay=0');
  const panel = await look(page);
  const row = panel.locator('.seq__row', { hasText: 'DEL' });
  const at = Number(await row.getAttribute('data-at'));
  await row.locator('.seq__hit').click({ position: { x: 4, y: 4 } });
  assert.ok(Math.abs((await now(page)) - at) < 1e-6);
  await panel.getByRole('button', { name: 'Row on' }).click();
  const next = await now(page);
  assert.ok(next > at);
  await panel.getByRole('button', { name: 'Row back' }).click();
  assert.ok(Math.abs((await now(page)) - at) < 1e-6);
});

pageTest('what is still to come lies under a veil that begins at the playhead', async ({ openPage }) => {
  const page = await openPage('scenario=stale-fill&at=13&autoplay=0');
  const panel = await look(page);
  const top = () => panel.locator('.seq__now').evaluate((veil) => veil.offsetTop);
  await page.waitForFunction(() => document.querySelector('.seq__now').offsetTop > 300);
  const late = await top();
  await call(page, 'seek', { at: 1 });
  await page.waitForFunction((late) => document.querySelector('.seq__now').offsetTop < late - 200, late);
  const rows = await panel.locator('.seq__row').evaluateAll((rows) => rows.filter((row) => Number(row.dataset.at) <= 1).length);
  assert.equal(await top(), 48 + 24 * rows);
});

pageTest('another run is drawn when it is loaded, and another key when it is chosen', async ({ openPage }) => {
  const page = await openPage('scenario=everyday&at=10&autoplay=0');
  const panel = await look(page);
  const keys = await panel.getByTestId('sequence-key').locator('option').allInnerTexts();
  assert.ok(keys.length > 3);
  await panel.getByTestId('sequence-key').selectOption(keys[2]);
  await page.waitForFunction((key) => document.querySelector('.seq__heads')?.textContent.includes(key), keys[2], LIMIT);
  await call(page, 'load', { scenario: 'stale-fill' });
  await page.waitForFunction(() => document.querySelector('.seq__picture').textContent.includes('DEL'), null, LIMIT);
});

pageTest('the search opens the shortest run that loses a write', async ({ openPage }) => {
  const page = await openPage('scenario=write-behind-data-loss&autoplay=0');
  await look(page);
  const hunt = page.locator('.hunt');
  await hunt.waitFor(LIMIT);
  await hunt.getByRole('button').click();
  await page.waitForFunction(() => /on the stage now/.test(document.querySelector('.hunt__news').textContent), null, LIMIT);
  assert.match(await hunt.locator('.hunt__news').innerText(), /told “saved”.*before the flush\. Found in run \d+, shortened to 1 request and 1 intervention/);
  await call(page, 'pause');
  await call(page, 'seek', { at: 600 });
  const { ledger } = await call(page, 'state');
  assert.deepEqual([ledger.acknowledged, ledger.lost], [1, 1]);
});

pageTest('a search can be stopped', async ({ openPage }) => {
  const page = await openPage('scenario=stale-fill-leases&autoplay=0');
  await look(page);
  const hunt = page.locator('.hunt');
  await hunt.waitFor(LIMIT);
  await hunt.getByLabel('something may die').uncheck();
  await hunt.getByRole('button').click();
  await page.waitForFunction(() => /runs tried/.test(document.querySelector('.hunt__news').textContent), null, LIMIT);
  // Each answer draws the button anew: a slow hand comes up on another than it went down on, and is heard all the same.
  const { x, y, width, height } = await hunt.getByRole('button').boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.waitForTimeout(400);
  await page.mouse.up();
  await hunt.getByRole('button', { name: 'Find the shortest run that fails' }).waitFor();
});

pageTest('a run that goes wrong stands beside the same run with each protection', async ({ openPage }) => {
  const page = await openPage('scenario=stale-fill&at=14&autoplay=0');
  const cures = part(page, 'cures');
  await cures.getByTestId('compare-stale-fill-leases').waitFor(LIMIT);
  const stale = (id) => cures.getByTestId(`compare-${id}`).locator('[data-kind=stale]').innerText();
  assert.equal(await stale('stale-fill'), '2');
  assert.equal(await stale('stale-fill-leases'), '0');
  assert.equal(await stale('stale-fill-versioned'), '0');
  await cures.getByRole('button', { name: 'The stale fill, with leases' }).click();
  const state = await call(page, 'state');
  assert.deepEqual([state.at, state.reads.stale], [14, 0]);
  assert.equal(await cures.locator('[aria-current=true]').innerText(), 'The stale fill, with leases');
});

pageTest('a run without another side has no such table', async ({ openPage }) => {
  const page = await openPage('scenario=first-read&autoplay=0');
  assert.equal(await part(page, 'cures').count(), 0);
});
