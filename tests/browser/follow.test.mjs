// Following one request, and what is lit in all panels when it is pointed at in one.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';
import { stateAt } from './harness/playing.mjs';

const LOSS = 'scenario=write-behind-data-loss&autoplay=0';

const opacity = (locator) => locator.evaluate((element) => Number(getComputedStyle(element).opacity));
const outlined = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('[data-key],[data-request]')]
      .filter((element) => getComputedStyle(element).outlineStyle === 'solid')
      .map((element) => element.closest('[data-testid]')?.dataset.testid),
  );

/** The lost writes of the run with their requests. */
async function lostWrites(page) {
  const { events } = JSON.parse(await call(page, 'trace', { format: 'json' }));
  const end = events.at(-1).at;
  await stateAt(page, end);
  return part(page, 'lost-write');
}

pageTest('a write is followed from saved to lost, and each step is a moment to go to', async ({ openPage }) => {
  const page = await openPage(LOSS);
  const lost = await lostWrites(page);
  const key = await lost.first().getAttribute('data-key');
  await lost.first().locator('button').click();
  const journey = part(page, 'journey');
  await journey.locator('[data-seek]').first().waitFor();
  const steps = await journey.locator('[data-seek]').allTextContents();
  const place = (words) => steps.findIndex((step) => step.includes(words));
  const told = ['saves', 'waits in the queue', 'is told “saved”', 'it is lost: the cache crashed'].map(place);
  assert.ok(told.every((at, index) => at >= 0 && at >= (told[index - 1] ?? 0)), JSON.stringify({ told, steps }));
  assert.match(await journey.locator('p').textContent(), /^Answered after .* on the way/);

  const saved = journey.locator('[data-seek]').nth(place('is told “saved”'));
  const at = Number(await saved.getAttribute('data-seek'));
  await saved.click();
  assert.ok(Math.abs((await call(page, 'state')).at - at) < 1e-6);
  await page.waitForFunction(() => document.querySelector('.journey [aria-current=step]')?.textContent.includes('saved'));
  assert.equal(await journey.locator('[data-past]').count(), place('is told “saved”') + 1);

  const entries = page.locator('.stage .entry[data-key]');
  const mine = page.locator(`.stage .entry[data-key="${key}"]`);
  await page.waitForFunction(
    (key) => [...document.querySelectorAll('.stage .entry[data-key]')]
      .every((entry) => (Number(getComputedStyle(entry).opacity) < 0.5) === (entry.dataset.key !== key)),
    key,
  );
  assert.ok((await entries.count()) > 1 && (await mine.count()) === 1);

  await journey.getByRole('button', { name: 'Stop following' }).click();
  assert.ok(await journey.isHidden());
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.stage .entry[data-key]')].every((entry) => getComputedStyle(entry).opacity === '1'));
});

pageTest('a person is followed by a press, the newest request by a key, and a message by its menu', async ({ openPage }) => {
  const page = await openPage('scenario=everyday&autoplay=0');
  await stateAt(page, 6);
  const journey = part(page, 'journey');
  const person = page.locator('.person', { has: page.locator('.person__follow:not([hidden])') }).first();
  const name = await person.locator('.person__name').textContent();
  await person.locator('.person__follow').click();
  await journey.locator('[data-seek]').first().waitFor();
  assert.ok((await journey.locator('[data-seek]').first().textContent()).includes(name));
  assert.equal(await opacity(person), 1);
  await page.locator('body').press('f');
  assert.ok(await journey.isHidden(), 'the key stops it');
  await page.locator('body').press('f');
  assert.ok(await journey.isVisible());
  await page.locator('body').press('f');

  const { events } = JSON.parse(await call(page, 'trace', { format: 'json' }));
  const sent = events.find(({ event, request, at }) => event === 'sent' && request && at > 6);
  await stateAt(page, sent.at + (sent.arrives - sent.at) / 2);
  await page.locator(`[data-message="${sent.message}"] .packet__grip`).click();
  await part(page, 'follow').click();
  await journey.locator('[data-seek]').first().waitFor();
  assert.equal(await opacity(page.locator(`[data-message="${sent.message}"]`)), 1);

  await call(page, 'inject', { fault: 'crash', target: 'cache', at: sent.at + 1 });
  await journey.locator('[data-seek]').first().waitFor();
  assert.ok(await journey.isVisible(), 'the same request of a changed run is followed on');
  await call(page, 'load', { scenario: 'write-behind-data-loss' });
  await journey.waitFor({ state: 'hidden' });
});

pageTest('what is pointed at in one panel is lit in the others', async ({ openPage }) => {
  const page = await openPage(LOSS);
  const lost = await lostWrites(page);
  const key = await lost.first().getAttribute('data-key');
  await lost.first().hover();
  const lit = await outlined(page);
  assert.ok(lit.includes('lost-write'), JSON.stringify(lit));
  assert.ok(lit.includes('log'), `a line of the log is lit: ${JSON.stringify(lit)}`);
  const row = page.locator(`.stage .row[data-key="${key}"]`);
  if (await row.count()) assert.equal(await row.evaluate((element) => getComputedStyle(element).outlineStyle), 'solid');
  await page.locator('h1').first().hover();
  assert.deepEqual(await outlined(page), [], 'and no longer than that');
});
