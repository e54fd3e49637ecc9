// What the browser tests are written with.
//
//   pageTest('what a person can rely on', async ({ openPage }) => {
//     const page = await openPage('pattern=cache-aside&autoplay=0');
//     const state = await call(page, 'state');
//   });

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Visit, screenshot, slug, stop } from './visit.mjs';

export { call, part, screenshot } from './visit.mjs';

const TEST_LIMIT_MS = 120_000;

after(stop);

/**
 * A test with a browser. `body` is given two functions that open the page, `openPage(query, options)` and
 * `openFramed(query, options)`; whatever they open is closed when the test ends. The test fails also if any page had an
 * uncaught error, an error in its console, or asked another host. `options` are those of node's own `test`.
 */
export function pageTest(name, body, options = {}) {
  test(name, { timeout: TEST_LIMIT_MS, ...options }, async () => {
    const visit = new Visit();
    try {
      await body({ openPage: visit.openPage.bind(visit), openFramed: visit.openFramed.bind(visit) });
      assert.deepEqual(visit.problems(), [], 'the page had problems');
    } catch (error) {
      await keepPictures(visit, name);
      // What went wrong in the page is most often why the test failed.
      for (const problem of visit.problems()) console.error(`In the page of '${name}': ${problem}`);
      throw error;
    } finally {
      await visit.end();
    }
  });
}

/** Keeps what the pages of a failed test look like, where that is still possible. */
async function keepPictures(visit, name) {
  for (const [index, page] of visit.pages().entries()) {
    await screenshot(page, `failed/${slug(name)}-${index}`).catch(() => {});
  }
}
