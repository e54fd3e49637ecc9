// Links: each query parameter does what it says, and a broken one is named in a message while the page goes on.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';
import { stateWhen } from './harness/playing.mjs';

const SCENARIO = 'write-behind-data-loss';

pageTest('a link opens a scenario at a time, paused', async ({ openPage }) => {
  const page = await openPage(`scenario=${SCENARIO}&at=2.5&autoplay=0`);
  const state = await call(page, 'state');
  assert.equal(state.at, 2.5);
  assert.equal(state.playing, false);
  assert.equal(await part(page, 'notice').count(), 0, 'a sound link has no message');
});

pageTest('a link with autoplay plays', async ({ openPage }) => {
  const page = await openPage(`scenario=${SCENARIO}&autoplay=1`);
  await stateWhen(page, ({ at }) => at > 0.2);
});

pageTest('a link chooses pattern and seed, and the seed changes the run', async ({ openPage }) => {
  const digests = [];
  for (const seed of ['7', '8', '7']) {
    const page = await openPage(`pattern=cache-aside&seed=${seed}&autoplay=0`);
    const state = await call(page, 'state');
    assert.equal(state.pattern, 'cache-aside');
    assert.equal(String(state.seed), seed);
    digests.push(state.digest);
  }
  assert.equal(digests[0], digests[2]);
  assert.notEqual(digests[0], digests[1]);
});

pageTest('a link chooses the theme against the system', async ({ openPage }) => {
  const background = async (query, colorScheme) => {
    const page = await openPage(`${query}&autoplay=0`, { colorScheme });
    return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  };
  const [light, dark] = [await background('theme=auto', 'light'), await background('theme=auto', 'dark')];
  assert.notEqual(light, dark);
  assert.equal(await background('theme=dark', 'light'), dark);
  assert.equal(await background('theme=light', 'dark'), light);
});

pageTest('the address keeps what is shown beside the run, so that a reload shows it again', async ({ openPage }) => {
  const page = await openPage('scenario=stale-read&at=2&autoplay=0&panels=stage,timeline,log&compare=write-through,cache-aside&theme=dark&speed=2');
  await call(page, 'step');
  await call(page, 'speed', { value: 0.5 });
  await page.waitForFunction(() => location.search.includes('speed=0.5'));
  const kept = Object.fromEntries(new URL(page.url()).searchParams);
  const { at, ...others } = kept;
  assert.ok(Number(at) > 2, `at ${at}`);
  assert.deepEqual(others, { scenario: 'stale-read', autoplay: '0', theme: 'dark', panels: 'stage,timeline,log', compare: 'write-through,cache-aside', speed: '0.5' });
  const state = await call(page, 'state');
  await page.reload();
  await part(page, 'log').waitFor();
  assert.deepEqual(await call(page, 'state'), { ...state, at: Number(at) });
  assert.equal(await part(page, 'settings').count(), 0);
  await part(page, 'compare').locator('table').waitFor();
});

const BROKEN = [
  ['pattern', 'write-sideways'],
  ['scenario', 'no-such-scene'],
  ['seed', 'lucky'],
  ['at', 'later'],
  ['at', '-3'],
  ['at', 'NaN'],
  ['autoplay', 'perhaps'],
  ['speed', 'fast'],
  ['speed', '-1'],
  ['embed', '2'],
  ['theme', 'plaid'],
  ['panels', 'cellar'],
  ['compare', 'cache-aside,write-sideways'],
  ['run', '!!!not-a-run'],
  ['pattern', '<img src=x onerror=alert(1)>'],
  ['scenario', 'naïve scène \u{1f4be}'],
];

for (const [name, value] of BROKEN) {
  pageTest(`a link with ${name}=${value} shows a message that names it`, async ({ openPage }) => {
    const page = await openPage(String(new URLSearchParams({ autoplay: 0, [name]: value })));
    const notice = part(page, 'notice').first();
    await notice.waitFor();
    const text = await notice.innerText();
    assert.ok(text.includes(name), `the message names the parameter: ${text}`);
    assert.ok(text.includes(value.split(',').at(-1)), `the message names the value: ${text}`);

    assert.ok(await part(page, 'stage').isVisible(), 'the page goes on with its stage');
    assert.equal(typeof (await call(page, 'state')).digest, 'string');
  });
}
