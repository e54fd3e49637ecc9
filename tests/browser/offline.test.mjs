// The page without a network: after one visit it opens from what the browser has kept, and an update takes its place.

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { course, DIST, FOLDER, host, stopHosts } from './harness/hosts.mjs';

after(stopHosts);

const LIMIT = { timeout: 60_000 };
const hasStarted = (page) => page.waitForFunction(() => window.cachescope !== undefined);
const isKept = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active.state));
const cacheNames = (page) => page.evaluate(() => caches.keys());

/** Waits until the page's caches are as `expected(names)` says. */
async function whenCaches(page, expected) {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await page.waitForTimeout(50)) {
    if (expected(await cacheNames(page))) return;
  }
  assert.fail(`the caches are ${await cacheNames(page)}`);
}

/** A visit that leaves the page with the browser. */
async function visit(site) {
  const page = await site.open(FOLDER);
  await hasStarted(page);
  await isKept(page);
  await whenCaches(page, ({ length }) => length === 1);
  return page;
}

test('after one visit the page opens without a network', LIMIT, async () => {
  const site = await host();
  const page = await visit(site);
  const { digest } = await page.evaluate(() => window.cachescope.call('load', { scenario: 'write-behind-data-loss' }));
  await page.context().setOffline(true);
  await site.server.close();
  await page.goto(`${site.origin}${FOLDER}?scenario=write-behind-data-loss&autoplay=0`);
  await hasStarted(page);
  assert.equal((await page.evaluate(() => window.cachescope.call('state'))).digest, digest);
  assert.match(await page.evaluate(() => window.cachescope.call('trace', { format: 'csv' })), /,/, 'what is loaded later is kept too');
  await page.goto(`${site.origin}${FOLDER}reference.html`);
  assert.match(await page.title(), /Cachescope/);
});

test('an update takes the place of what was kept', LIMIT, async () => {
  const dist = await mkdtemp(join(tmpdir(), 'cachescope-'));
  await cp(DIST, dist, { recursive: true });
  const site = await host({ dist });
  const page = await visit(site);
  const before = await cacheNames(page);

  const replace = async (name, old, young) => writeFile(join(dist, name), (await readFile(join(dist, name), 'utf8')).replace(old, young));
  await replace('index.html', '<title>Cachescope</title>', '<title>Cachescope, the next</title>');
  await replace('service-worker.js', /const VERSION = "[^"]+"/, 'const VERSION = "the next"');
  await page.goto(`${site.origin}${FOLDER}`);
  assert.equal(await page.title(), 'Cachescope, the next', 'an update is seen at once');
  await hasStarted(page);
  await whenCaches(page, (names) => names.length === 1 && names[0] !== before[0]);

  await page.context().setOffline(true);
  await page.goto(`${site.origin}${FOLDER}`);
  assert.equal(await page.title(), 'Cachescope, the next', 'and is what is kept');
  await hasStarted(page);
  await site.close();
  await rm(dist, { recursive: true });
});

test('two of them on one host keep out of each other’s way', LIMIT, async () => {
  const site = await host({ folders: { '/other/': DIST } });
  const page = await visit(site);
  await page.goto(`${site.origin}/other/`);
  await hasStarted(page);
  await whenCaches(page, ({ length }) => length === 2);
  await page.waitForTimeout(500);
  assert.equal((await cacheNames(page)).length, 2);
  assert.deepEqual(site.problems(), []);
  await site.close();
});

test('an embed keeps nothing', LIMIT, async () => {
  const site = await host({ pages: { '/course.html': course('<cache-scope></cache-scope>') } });
  const page = await site.open('/course.html');
  await page.waitForFunction(() => document.querySelector('cache-scope').isReady);
  await page.waitForTimeout(500);
  assert.deepEqual(await cacheNames(page), []);
  assert.equal(await page.evaluate(() => navigator.serviceWorker.getRegistrations().then(({ length }) => length)), 0);
  await site.close();
});

test('the page can be installed', LIMIT, async () => {
  const site = await host();
  const page = await site.open(FOLDER);
  const manifest = await page.evaluate(async () => {
    const address = document.querySelector('link[rel=manifest]').href;
    const manifest = await (await fetch(address)).json();
    const icons = await Promise.all(manifest.icons.map(async ({ src, sizes, type }) => {
      const answer = await fetch(new URL(src, address));
      const picture = await createImageBitmap(await answer.blob()).catch(() => null);
      return { type: answer.headers.get('content-type'), expected: type, sizes, actual: picture && `${picture.width}x${picture.height}` };
    }));
    return { ...manifest, icons };
  });
  assert.equal(manifest.display, 'standalone');
  for (const icon of manifest.icons) {
    assert.equal(icon.type, icon.expected);
    if (icon.sizes !== 'any') assert.equal(icon.actual, icon.sizes);
  }
  const session = await page.context().newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), []);
  await site.close();
});
