// Courses of other people's making: each is built with its own tool, and driven as a reader does.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask, frameOf, host, stopHosts } from './harness/hosts.mjs';
import { ROOT } from './harness/visit.mjs';

after(stopHosts);

const LIMIT = { timeout: 90_000 };
const BOOK = join(ROOT, 'target/course');
const SITE = join(ROOT, 'target/vitepress');

function build(command, ...options) {
  execFileSync(command, options, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

const state = (page, id) => ask(page, 'state', {}, `#${id}`);
const button = (page, text) => page.getByRole('button', { name: text, exact: true });
const shows = (page, id, figure) => page.locator(`output[data-for="${id}"][data-show="${figure}"]`).first();

test('the mdBook course', LIMIT, async (group) => {
  before(() => {
    rmSync(BOOK, { recursive: true, force: true });
    build('mdbook', 'build', 'examples/course');
  });
  const chapters = readFileSync(join(ROOT, 'examples/course/src/SUMMARY.md'), 'utf8').match(/\(([a-z-]+)\.md\)/g).map((link) => link.slice(1, -4));

  async function chapter(name, act) {
    await group.test(name, LIMIT, async () => {
      const site = await host({ folders: { '/': BOOK } });
      try {
        const page = await site.open(`/${name}.html`);
        await act(page);
        assert.deepEqual(site.problems(), [], 'the page had problems');
      } finally {
        await site.close();
      }
    });
  }

  await chapter('introduction', async (page) => {
    const described = await ask(page, 'describe');
    const missing = described.patterns.map(({ id }) => id).filter((id) => !chapters.includes(id));
    assert.deepEqual(missing, [], 'a chapter for each pattern');
    await button(page, 'go one event further').click();
    await page.waitForFunction(() => document.getElementById('first').state?.at > 0);
  });

  for (const name of chapters.slice(1)) {
    await chapter(name, async (page) => {
      const id = await page.locator('cache-scope').first().getAttribute('id');
      assert.equal((await state(page, id)).pattern, name, 'the first simulation is of the chapter’s pattern');
      // Each button of the text does something that its simulation takes.
      for (const one of await page.locator('button[data-call]').all()) {
        const call = await one.evaluate(({ dataset }) => document.getElementById(dataset.for).call(dataset.call, JSON.parse(dataset.params ?? '{}')).then(() => null, ({ message }) => message));
        assert.equal(call, null, await one.textContent());
      }
      // A reader who looks sees what the simulation shows; one who knows is told so.
      const quiz = page.locator('form.quiz').first();
      await ask(page, 'load', { scenario: await page.locator(`#${id}`).getAttribute('scenario'), pattern: name }, `#${id}`);
      await quiz.locator('input').fill('77');
      await quiz.locator('button').click();
      await page.waitForFunction(() => document.querySelector('form.quiz').dataset.answer === 'wrong');
      const shown = (await quiz.locator('output').textContent()).match(/shows ([\d.]+)\./)[1];
      const [path, at] = await quiz.evaluate(({ dataset }) => [dataset.ask, Number(dataset.at)]);
      const { ledger, reads, cache } = await ask(page, 'seek', { at }, `#${id}`);
      assert.equal(Number(shown), path.split('.').reduce((inner, part) => inner[part], { ledger, reads, cache }));
      await quiz.locator('input').fill(shown);
      await quiz.locator('button').click();
      await page.waitForFunction(() => document.querySelector('form.quiz').dataset.answer === 'right');
    });
  }

  await chapter('write-behind', async (page) => {
    await button(page, 'watch it').click();
    await page.waitForFunction(() => document.getElementById('shop').state?.at > 9.2);
    const pending = Number(await shows(page, 'shop', 'ledger.pending').textContent());
    assert.ok(pending > 0, 'the text tells of dirty entries while the simulation plays');
    await button(page, 'start an ordinary day').click();
    await page.waitForFunction(() => document.getElementById('shop').state?.end > 30);
    await ask(page, 'seek', { at: 20 }, '#shop');
    await button(page, 'crash the cache now').click();
    await page.waitForFunction(() => Number(document.querySelector('output[data-show="ledger.lost"]').textContent) > 0);
    await ask(page, 'pause', {}, '#shop');
    const frame = await frameOf(page, '#shop');
    await frame.locator('[data-testid="losses"] .loss').first().waitFor();
    await page.evaluate(() => document.documentElement.classList.replace('light', 'navy'));
    await page.waitForFunction(() => document.getElementById('shop').getAttribute('theme') === 'dark');
    await state(page, 'shop');
    assert.equal(await (await frameOf(page, '#shop')).locator('html').getAttribute('data-theme'), 'dark', 'the simulation follows the book’s theme');
  });
});

test('the plain page', LIMIT, async () => {
  const site = await host({ folders: { '/': join(ROOT, 'examples/plain') } });
  const page = await site.open('/');
  await ask(page, 'speed', { value: 8 });
  await page.getByRole('button', { name: 'Watch it' }).click();
  await page.waitForFunction(() => document.getElementById('verdict').textContent !== 'Nothing is lost yet.');
  const { ledger } = await ask(page, 'state');
  assert.ok(ledger.lost > 0);
  await page.locator('iframe[title="Write-through"]').scrollIntoViewIfNeeded();
  await page.frameLocator('iframe[title="Write-through"]').locator('[data-testid="stage"]').waitFor();
  assert.deepEqual(site.problems(), []);
  await site.close();
});

test('the VitePress site', LIMIT, async () => {
  rmSync(SITE, { recursive: true, force: true });
  build('npm', 'run', '--silent', '--prefix', 'examples/vitepress', 'build');
  const site = await host({ folders: { '/': SITE } });
  const page = await site.open('/index.html');
  await page.locator('#play').click();
  await page.waitForFunction(() => document.getElementById('shop').state?.at > 0.3);
  await ask(page, 'seek', { at: 1_000 });
  const { reads } = await ask(page, 'state');
  await page.waitForFunction((expected) => document.getElementById('told').textContent === expected, `Until now ${reads.stale} of ${reads.total} reads were stale.`);
  // From page to page without loading anew, and back.
  await page.getByRole('link', { name: 'Lost writes' }).first().click();
  await page.waitForFunction(() => document.getElementById('loss')?.isReady);
  assert.ok((await ask(page, 'state', {}, '#loss')).ledger.lost > 0);
  await page.getByRole('link', { name: 'Back to stale reads' }).click();
  await page.waitForFunction(() => document.getElementById('shop')?.isReady);
  assert.deepEqual(site.problems(), []);
  await site.close();
});
