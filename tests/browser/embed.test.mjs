// The custom element and the compact view, in other people's pages.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { firstFrames } from './harness/first_frame.mjs';
import { ask, course, frameOf, host, stopHosts } from './harness/hosts.mjs';

after(stopHosts);

const SCENE = 'scenario="write-behind-data-loss" autoplay="0"';

/** A test with a host that has one page, which is open. */
function hostTest(name, body, act, { path = '/course.html', ...options } = {}) {
  test(name, { timeout: 60_000 }, async () => {
    const site = await host({ pages: { [path]: course(body) } });
    try {
      const page = await site.open(path, options);
      await act({ page, site });
      assert.deepEqual(site.problems(), [], 'the page had problems');
    } finally {
      await site.close();
    }
  });
}

/** Waits until the element has started. */
const started = (page, selector = 'cache-scope') =>
  page.waitForFunction((where) => document.querySelector(where)?.isReady, selector);

hostTest('the element opens what its attributes say, without the page around it', `<cache-scope ${SCENE} at="12" theme="dark" pattern="write-through" seed="7" speed="2"></cache-scope>`, async ({ page }) => {
  await started(page);
  const state = await ask(page, 'state');
  assert.deepEqual([state.at, state.playing, state.pattern, state.seed, state.speed], [12, false, 'write-through', 7, 2]);
  const frame = await frameOf(page);
  assert.equal(await frame.locator('.masthead, .story').count(), 0);
  assert.equal(await frame.locator('html').getAttribute('data-theme'), 'dark');
  assert.equal(await page.locator('cache-scope iframe').getAttribute('title'), 'Cachescope: write-behind-data-loss');
});

hostTest('only the panels that are asked for are shown', `<cache-scope ${SCENE} panels="code,console"></cache-scope>`, async ({ page }) => {
  await started(page);
  const frame = await frameOf(page);
  const shown = await frame.locator('[data-testid]').evaluateAll((parts) => parts.map((part) => part.dataset.testid));
  for (const panel of ['console', 'full-view']) assert.ok(shown.includes(panel), `${panel} in ${shown}`);
  for (const panel of ['stage', 'timeline', 'losses', 'settings', 'claims', 'metrics']) assert.ok(!shown.includes(panel), panel);
});

hostTest('the height follows the content', `<cache-scope ${SCENE} at="15" height="300" panels="stage,timeline,ledger,losses"></cache-scope>`, async ({ page }) => {
  const height = () => page.locator('cache-scope').evaluate((element) => element.shadowRoot.firstElementChild.offsetHeight);
  await started(page);
  const frame = await frameOf(page);
  const fits = async () => {
    await page.waitForTimeout(400);
    const [own, content] = [await height(), await frame.evaluate(() => document.querySelector('.page').getBoundingClientRect().height)];
    assert.ok(own >= content && own < content + 2, `${own} pixels for ${content}`);
    return own;
  };
  const wide = await fits();
  await page.setViewportSize({ width: 380, height: 800 });
  const narrow = await fits();
  assert.notEqual(narrow, wide, 'another height at another width');
  await ask(page, 'seek', { at: 0 });
  assert.ok((await fits()) < narrow, 'and less where there is less to tell');
});

hostTest('room is kept free for what has not yet loaded', `<p style="height:4000px">Text</p><cache-scope ${SCENE} height="300"></cache-scope>`, async ({ page }) => {
  assert.equal((await page.locator('cache-scope').boundingBox()).height, 300);
});

hostTest('methods answer, and refuse with a code', `<cache-scope ${SCENE}></cache-scope>`, async ({ page }) => {
  const described = await ask(page, 'describe');
  assert.equal(described.cachescope, 1);
  assert.equal((await ask(page, 'seek', { at: 14.7 })).ledger.lost, 6);
  assert.match((await ask(page, 'command', { text: 'PING' })).reply, /./);
  assert.match(await ask(page, 'trace', { format: 'csv' }), /,/);
  for (const [method, params, code] of [
    ['fly', {}, 'unknown-method'],
    ['seek', { at: 'soon' }, 'bad-params'],
    ['load', { run: { duration: 0 } }, 'bad-scenario'],
  ]) {
    const error = await page.evaluate(
      ([name, values]) => document.querySelector('cache-scope').call(name, values).then(() => null, ({ code, message }) => ({ code, message })),
      [method, params],
    );
    assert.equal(error?.code, code);
    assert.ok(error.message.length > 10);
  }
});

hostTest('events tell what happens', `<cache-scope scenario="write-behind-data-loss" at="13.9" speed="8" loading="eager"></cache-scope>
<script>addEventListener('DOMContentLoaded', () => { window.told = []; for (const name of ['ready', 'state', 'anomaly', 'ended', 'resize'])
document.querySelector('cache-scope').addEventListener(name, ({ detail }) => window.told.push([name, detail])); });</script>`, async ({ page }) => {
  await page.waitForFunction(() => window.told?.some(([name]) => name === 'ended'), null, { timeout: 20_000 });
  const told = await page.evaluate(() => window.told);
  const of = (name) => told.filter(([other]) => other === name).map(([, detail]) => detail);
  assert.equal(told[0][0], 'ready');
  assert.equal(of('ready').length, 1);
  assert.ok(of('state').length > 3);
  assert.ok(of('resize').every(({ height, width }) => height > 100 && width > 100));
  const losses = of('anomaly').filter(({ kind }) => kind === 'lost-write');
  assert.equal(losses.length, 6);
  assert.ok(losses.every(({ at, text }) => at > 13.9 && text.length > 10));
  const [end] = of('ended');
  assert.deepEqual([end.playing, end.at], [false, end.end]);
});

hostTest('an element far down the page loads when it comes near, or when it is asked', `<p style="height:4000px">Text</p><cache-scope id="one" ${SCENE}></cache-scope>
<p style="height:4000px">More</p><cache-scope id="two" ${SCENE} at="3"></cache-scope>`, async ({ page }) => {
  await page.waitForTimeout(500);
  assert.equal(await page.locator('iframe').count(), 0);
  await page.locator('#one').scrollIntoViewIfNeeded();
  await started(page, '#one');
  assert.equal(await page.locator('iframe').count(), 1);
  assert.equal((await ask(page, 'state', {}, '#two')).at, 3);
});

hostTest('time stands still while nobody sees it', '<cache-scope scenario="write-behind-data-loss"></cache-scope><p style="height:4000px">Text</p>', async ({ page }) => {
  await started(page);
  await page.waitForFunction(() => document.querySelector('cache-scope').state.at > 0.3);
  await page.evaluate(() => scrollTo(0, 3500));
  await page.waitForTimeout(400);
  const hidden = await ask(page, 'state');
  await page.waitForTimeout(700);
  const later = await ask(page, 'state');
  assert.equal(later.at, hidden.at);
  assert.ok(later.playing, 'it still plays, for whoever comes back');
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForFunction((before) => document.querySelector('cache-scope').state.at > before + 0.2, hidden.at);
});

hostTest('a changed attribute shows another run', `<cache-scope ${SCENE}></cache-scope>`, async ({ page }) => {
  await started(page);
  await page.evaluate(() => Object.assign(document.querySelector('cache-scope'), {}).setAttribute('pattern', 'cache-aside'));
  await page.waitForTimeout(50);
  assert.equal((await ask(page, 'state')).pattern, 'cache-aside');
  assert.equal(await page.locator('iframe').count(), 1);
});

hostTest('the link opens the whole page at this moment', `<cache-scope ${SCENE} at="14.7"></cache-scope>`, async ({ page }) => {
  await started(page);
  const frame = await frameOf(page);
  await ask(page, 'inject', { fault: 'database-crash' });
  const opened = page.context().waitForEvent('page');
  await frame.locator('[data-testid="full-view"]').click();
  const whole = await opened;
  await whole.waitForFunction(() => window.cachescope !== undefined);
  const state = await whole.evaluate(() => window.cachescope.call('state'));
  const embedded = await ask(page, 'state');
  assert.deepEqual([state.at, state.digest], [embedded.at, embedded.digest]);
  assert.ok(await whole.locator('.masthead').isVisible());
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 480, 640, 800]) {
    hostTest(`an embed of ${width} pixels fits, ${colorScheme}`, `<style>body{margin:0}cache-scope{margin:0}</style><cache-scope ${SCENE} at="14.7" panels="stage,timeline,ledger,losses,faults"></cache-scope>`, async ({ page }) => {
      await started(page);
      const frame = await frameOf(page);
      const overflow = await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${overflow} pixels too wide`);
      const small = await frame.evaluate(() => [...document.querySelectorAll('p, span, small, button, a')]
        .filter((part) => part.checkVisibility() && part.textContent.trim() && part.children.length === 0 && parseFloat(getComputedStyle(part).fontSize) < 10).length);
      assert.equal(small, 0, 'no text is too small to be read');
    }, { viewport: { width, height: 900 }, colorScheme });
  }
}

const FOUR = ['cache-aside', 'write-through', 'write-behind', 'hybrid-update']
  .map((pattern) => `<cache-scope id="${pattern}" pattern="${pattern}" speed="0.5" panels="stage,timeline"></cache-scope>`).join('');

hostTest('four embeds on one page share one download, and stay smooth', `<style>body{display:grid;grid-template-columns:1fr 1fr}</style>${FOUR}`, async ({ page, site }) => {
  for (const pattern of ['cache-aside', 'write-through', 'write-behind', 'hybrid-update']) await started(page, `#${pattern}`);
  const downloads = site.server.sent.filter((path) => path.endsWith('.wasm') || /cachescope-[0-9a-f]+\.js$/.test(path));
  assert.equal(downloads.length, 2, `one program and one script: ${downloads}`);
  const before = await page.evaluate(() => [...document.querySelectorAll('cache-scope')].map(({ state }) => state.at));
  const frames = await page.evaluate(
    () =>
      new Promise((done) => {
        const gaps = [];
        let last = performance.now();
        const tick = (now) => {
          gaps.push(now - last);
          last = now;
          if (gaps.length < 240) requestAnimationFrame(tick);
          else done(gaps);
        };
        requestAnimationFrame(tick);
      }),
  );
  const after = await page.evaluate(() => [...document.querySelectorAll('cache-scope')].map(({ state }) => state.at));
  after.forEach((at, index) => assert.ok(at > before[index], `embed ${index} moves`));
  const middle = (some) => [...some].sort((one, other) => one - other)[some.length >> 1];
  const spells = [0, 60, 120, 180].map((from) => middle(frames.slice(from, from + 60)));
  console.log(`Four embeds: a frame each ${spells.map((time) => time.toFixed(1))} ms, in four spells`);
  // The machine may have other things to do; the page is as smooth as it once shows.
  assert.ok(Math.min(...spells) < 34, `in the best of four spells, half of the frames come within ${Math.min(...spells).toFixed(1)} ms`);
}, { viewport: { width: 1400, height: 1500 } });

test('an embed moves within half a second of its opening', { timeout: 60_000 }, async () => {
  const moved = (await firstFrames()).map((frame) => frame.moved).sort((one, other) => one - other);
  console.log(`An embed has moved after ${moved} ms`);
  // The machine may have other things to do; the page is as fast as it once shows.
  assert.ok(moved[0] < 500, `the fastest of ${moved.length} moved after ${moved[0]} ms`);
});
