// What stands beside the page for those who embed it: the reference and the tool that writes snippets.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, course, FOLDER, host, stopHosts } from './harness/hosts.mjs';

after(stopHosts);

const LIMIT = { timeout: 60_000 };

function siteTest(name, path, act) {
  test(name, LIMIT, async () => {
    const site = await host();
    try {
      await act(await site.open(path), site);
      assert.deepEqual(site.problems(), [], 'the page had problems');
    } finally {
      await site.close();
    }
  });
}

siteTest('the reference tells of each method, event, parameter and panel that there is, and of no other', `${FOLDER}reference.html`, async (page) => {
  const described = await ask(page, 'describe', {}, '#first');
  for (const kind of ['method', 'event', 'parameter', 'panel']) {
    const told = await page.locator(`[id^="${kind}-"]`).evaluateAll((rows) => rows.map(({ id }) => id.slice(id.indexOf('-') + 1)));
    assert.deepEqual(told.sort(), [...described[`${kind}s`]].sort(), `each ${kind}`);
    for (const name of told) {
      assert.ok((await page.locator(`#${kind}-${name} td`).allTextContents()).join('').trim().length > 2, `${kind} ${name} has words`);
    }
  }
  const { anomalies } = await ask(page, 'state', {}, '#first');
  const kinds = await page.locator('[id^="kind-"]').evaluateAll((rows) => rows.map(({ id }) => id.slice('kind-'.length)));
  assert.deepEqual(kinds, Object.keys(anomalies), 'each kind of anomaly, what is worst first');
});

siteTest('the reference’s examples work', `${FOLDER}reference.html`, async (page) => {
  for (const example of await page.locator('.example').all()) {
    for (const button of await example.locator('button').all()) {
      const name = await button.textContent();
      await button.click();
      await page.waitForFunction(({ element }) => element.textContent !== '', { element: await example.locator('output').elementHandle() });
      assert.doesNotMatch(await example.locator('output').textContent(), /^(unknown|bad|un|no)-?[a-z]+:/, name);
    }
  }
  await page.waitForFunction(() => /^(anomaly|ended)/.test([...document.querySelectorAll('.example output')].at(-1).textContent));
});

for (const name of ['reference.html', 'embed.html']) {
  for (const width of [320, 1280]) {
    siteTest(`${name} fits a window of ${width} pixels`, `${FOLDER}${name}`, async (page) => {
      await page.setViewportSize({ width, height: 800 });
      await page.waitForTimeout(300);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${overflow} pixels too wide`);
    });
  }
}

const snippet = (page) => page.locator('[data-testid="snippet"]').inputValue();
const choose = (page, place) => page.locator(`[data-place="${place}"]`).click();
const isReady = (page) => page.waitForFunction(() => document.querySelector('[data-place][aria-selected="true"]') && document.getElementById('preview').isReady);

siteTest('the page leads to the tool at the moment that is shown', `${FOLDER}?scenario=stale-read&at=3&autoplay=0&theme=dark`, async (page) => {
  await page.waitForFunction(() => window.cachescope !== undefined);
  const opened = page.context().waitForEvent('page');
  await page.locator('[data-testid="embed-this"]').click();
  const tool = await opened;
  await isReady(tool);
  const text = await snippet(tool);
  for (const part of ['scenario="stale-read"', 'at="3"', 'autoplay="0"', 'theme="dark"']) assert.ok(text.includes(part), `${part} in ${text}`);
});

siteTest('a run that is no ready one goes into the snippet whole', FOLDER, async (page) => {
  await page.waitForFunction(() => window.cachescope !== undefined);
  await page.evaluate(() => window.cachescope.call('inject', { fault: 'database-crash', at: 1 }));
  await page.evaluate(() => window.cachescope.call('pause'));
  await page.waitForTimeout(400);
  const { digest } = await page.evaluate(() => window.cachescope.call('state'));
  const opened = page.context().waitForEvent('page');
  await page.locator('[data-testid="embed-this"]').click();
  const tool = await opened;
  await isReady(tool);
  assert.match(await snippet(tool), /<cache-scope run="/);
  assert.equal((await ask(tool, 'state')).digest, digest, 'the preview shows it');
});

siteTest('what is chosen is shown and written', `${FOLDER}embed.html`, async (page) => {
  await isReady(page);
  await page.locator('[data-testid="choose-scenario"]').selectOption('write-behind-data-loss');
  await page.locator('[data-testid="choose-pattern"]').selectOption('write-through');
  await page.locator('[data-testid="choose-theme"]').selectOption('dark');
  await page.locator('[name="panel"][value="losses"]').check();
  await page.waitForFunction(() => document.getElementById('preview').state?.pattern === 'write-through');
  await ask(page, 'pause');
  await ask(page, 'seek', { at: 12.34 });
  await page.locator('[data-testid="here"]').click();
  await page.waitForFunction(() => document.getElementById('snippet').value.includes('at="12.34"'));
  const text = await snippet(page);
  for (const part of ['scenario="write-behind-data-loss"', 'pattern="write-through"', 'theme="dark"', 'panels="stage,timeline,ledger,losses"', 'autoplay="0"']) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
});

test('each snippet, in a page of its own, shows what was chosen', { timeout: 120_000 }, async () => {
  const pages = {};
  const site = await host({ pages });
  const tool = await site.open(`${FOLDER}embed.html?scenario=stale-read&pattern=cache-aside&at=2.5&autoplay=0`);
  await isReady(tool);
  const places = await tool.locator('[data-place]').evaluateAll((tabs) => tabs.map(({ dataset }) => dataset.place));
  assert.deepEqual(places, ['element', 'iframe', 'markdown', 'mdbook', 'docusaurus', 'vitepress', 'reveal', 'moodle']);
  for (const place of places) {
    await choose(tool, place);
    const text = await snippet(tool);
    if (place === 'markdown') {
      const [, label, address] = text.match(/^\[(.+)\]\((.+)\)\n$/);
      assert.ok(label.length > 5);
      const page = await site.open(address);
      await page.waitForFunction(() => window.cachescope !== undefined);
      assert.equal((await page.evaluate(() => window.cachescope.call('state'))).at, 2.5);
      continue;
    }
    // reveal.js turns data-src into src when the slide is shown; the others need the script that their place's own settings name.
    const isElement = text.includes('<cache-scope');
    const body = text.replace('data-src=', 'src=').replace(/\{\/\*[\s\S]*\*\/\}/, '');
    const needsScript = isElement && !body.replace(/<!--[\s\S]*-->/, '').includes('<script');
    pages[`/${place}.html`] = needsScript ? course(body) : `<!doctype html><title>${place}</title><link rel="icon" href="data:,">${body}`;
    const page = await site.open(`/${place}.html`);
    if (isElement) {
      const { at, playing, pattern } = await ask(page, 'state');
      assert.deepEqual([at, playing, pattern], [2.5, false, 'cache-aside'], place);
    } else {
      const frame = page.frameLocator('iframe');
      await frame.locator('[data-testid="stage"]').waitFor();
      assert.match(await frame.locator('.clock__now').textContent(), /2\.5/, place);
    }
  }
  assert.deepEqual(site.problems(), []);
  await site.close();
});
