// The lessons and the selection guide, as a learner meets them.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';

const LIMIT = { timeout: 30_000 };

const lessons = (page) => part(page, 'lessons');
const press = (page, name) => lessons(page).getByRole('button', { name }).click();
const says = (page, text) => lessons(page).getByText(text).first().waitFor(LIMIT);

/** Waits until the address names a lesson as this, or none. */
const addressHas = (page, lesson) =>
  page.waitForFunction((wanted) => new URLSearchParams(location.search).get('lesson') === wanted, lesson, LIMIT);

async function open(page) {
  await page.getByTestId('lessons-button').click();
  await lessons(page).locator('.lessons__open').first().waitFor(LIMIT);
}

pageTest('a lesson shows its moment and stops there', async ({ openPage }) => {
  const page = await openPage('autoplay=0');
  await open(page);
  await lessons(page).getByRole('button', { name: /saved, but where/ }).click();
  await says(page, 'Step 1 /');
  await call(page, 'speed', { value: 20 });
  await page.waitForFunction(() => window.cachescope.call('state').then(({ at, playing }) => at === 6 && !playing), null, LIMIT);
  const { pattern } = await call(page, 'state');
  assert.equal(pattern, 'write-behind');
});

pageTest('a prediction is asked for first, then checked by the run', async ({ openPage }) => {
  const page = await openPage('lesson=write-behind&autoplay=0&speed=20');
  await says(page, 'Step 1 /');
  await press(page, 'Next');
  await says(page, 'How many of the saved writes will be lost?');
  const before = await call(page, 'state');
  assert.deepEqual([before.playing, before.ledger.lost], [false, 0]);
  await lessons(page).getByLabel('3', { exact: true }).check();
  await press(page, 'Answer');
  await says(page, '6 writes are lost');
  await says(page, 'you said 3');
  const after = await call(page, 'state');
  assert.deepEqual([after.at, after.ledger.lost], [15, 6]);
});

pageTest('a challenge is measured on the run that the learner has made', async ({ openPage }) => {
  const page = await openPage('lesson=write-behind&autoplay=0&speed=100');
  await says(page, 'Step 1 /');
  for (let step = 1; step < 6; step += 1) {
    const skip = lessons(page).getByRole('button', { name: 'Just show me' });
    if (await skip.count()) await skip.click();
    await press(page, 'Next');
    await says(page, `Step ${step + 1} /`);
  }
  await press(page, 'Check my run');
  await lessons(page).locator('li[data-reached=false]').first().waitFor(LIMIT);
  await call(page, 'load', { scenario: 'write-behind-durable' });
  await press(page, 'Check my run');
  await page.waitForFunction(
    () => document.querySelectorAll('[data-reached=true]').length === document.querySelectorAll('.lesson__goals li').length, null, LIMIT);
  await press(page, 'Finish');
  await says(page, /done, \d of \d right/);
  await addressHas(page, null);
  await page.reload();
  await open(page);
  await says(page, /done, \d of \d right/);
});

pageTest('a reload leads back to the step of the lesson', async ({ openPage }) => {
  const page = await openPage('lesson=write-behind&autoplay=0&speed=20');
  await says(page, 'Step 1 /');
  await press(page, 'Next');
  await says(page, 'How many of the saved writes will be lost?');
  await addressHas(page, 'write-behind/2');
  await page.reload();
  await says(page, 'How many of the saved writes will be lost?');
  assert.equal((await call(page, 'state')).pattern, 'write-behind');
  await press(page, 'Back');
  await addressHas(page, 'write-behind');
  await page.getByTestId('lessons-button').click();
  await addressHas(page, null);
  await page.getByTestId('lessons-button').click();
  await addressHas(page, 'write-behind');
  await press(page, 'All lessons');
  await addressHas(page, null);
});

const OWN = { format: 1, id: 'mine', language: 'en', title: 'Mine', about: 'For the test.', steps: [{ say: ['The first step of mine.'], show: { scenario: 'first-read' }, at: 1 }] };

pageTest('a reload leads back to an author’s own lesson', async ({ openPage }) => {
  // A service worker's requests can't be answered here.
  const page = await openPage('autoplay=0', { serviceWorkers: 'block' });
  await page.route('**/lessons/mine.json', (route) => route.fulfill({ json: OWN }));
  await page.goto(`${page.url().split('?')[0]}?lesson=lessons/mine.json&speed=20`);
  await says(page, 'The first step of mine.');
  await call(page, 'step');
  await addressHas(page, 'lessons/mine.json');
  await page.reload();
  await says(page, 'The first step of mine.');
});

pageTest('an unknown lesson is told of those there are', async ({ openPage }) => {
  const page = await openPage('lesson=magic&autoplay=0');
  await says(page, /no lesson "magic"; known are .*write-behind/);
});

pageTest('a lesson works by keyboard alone', async ({ openPage }) => {
  const page = await openPage('lesson=write-behind&autoplay=0&speed=20');
  await says(page, 'Step 1 /');
  await lessons(page).getByRole('button', { name: 'Next' }).focus();
  await page.keyboard.press('Enter');
  await says(page, 'How many of the saved');
  await lessons(page).getByLabel('6', { exact: true }).focus();
  await page.keyboard.press('Space');
  await lessons(page).getByRole('button', { name: 'Answer' }).focus();
  await page.keyboard.press('Enter');
  await says(page, 'Right.');
  assert.ok(await page.evaluate(() => document.activeElement.closest('[data-testid=lessons]') !== null), 'the focus stays in the lesson');
});

pageTest('the guide ranks the patterns by what matters, and shows the one that is chosen', async ({ openPage }) => {
  const page = await openPage('scenario=write-behind-data-loss&at=10&autoplay=0');
  const guide = part(page, 'guide');
  await guide.scrollIntoViewIfNeeded();
  await guide.getByLabel('fast writes').waitFor(LIMIT);
  for (const wish of ['fast reads', 'fresh reads', 'no lost writes', 'little load on the database']) await guide.getByLabel(wish).selectOption('0');
  await guide.getByLabel('fast writes').selectOption('3');
  await guide.getByRole('button', { name: /Run every pattern/ }).click();
  await guide.locator('.guide__ranking > li').first().waitFor(LIMIT);
  const names = await guide.locator('.guide__name').allInnerTexts();
  assert.deepEqual([names.length, names[0]], [7, 'Write-behind']);
  await guide.getByRole('button', { name: names[2], exact: true }).click();
  await page.waitForFunction(() => window.cachescope.call('state').then(({ pattern }) => pattern !== 'write-behind'), null, LIMIT);
});
