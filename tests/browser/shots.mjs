// Takes pictures of the page for those who design it: each query string in four widths, light and dark, into
// test-results/shots. Not a test, but it names what is wrong in a page, and then ends with status 1.
//
//   node tests/browser/shots.mjs 'scenario=write-behind-data-loss&at=14&autoplay=0' ''
//
// An empty query is the first screen. Options: --full for the whole page and not only the window, --wait=SECONDS before the
// picture, --widths=1280,390. CACHESCOPE_URL=http://127.0.0.1:8080/ takes what `trunk serve` serves.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Visit, screenshot, slug, stop } from './harness/visit.mjs';

const HEIGHTS = { 1280: 800, 768: 1024, 390: 844, 320: 568 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    wait: { type: 'string', default: '0' },
    widths: { type: 'string', default: '1280,768,390,320' },
  },
});

/** Takes one picture, says where it is, and returns what is wrong with the page. */
async function take(query, width, colorScheme) {
  const visit = new Visit();
  try {
    const page = await visit.openPage(query, { viewport: { width, height: HEIGHTS[width] ?? 800 }, colorScheme });
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(Number(values.wait) * 1000);
    const name = `${slug(query) || 'first-screen'}-${width}-${colorScheme}`;
    console.log(await screenshot(page, join('shots', name), { fullPage: values.full }));
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    return [...visit.problems(), ...(overflow > 0 ? [`${overflow} pixels wider than the window`] : [])];
  } catch (error) {
    return [String(error), ...visit.problems()];
  } finally {
    await visit.end();
  }
}

for (const query of positionals.length > 0 ? positionals : ['']) {
  for (const width of values.widths.split(',').map(Number)) {
    for (const colorScheme of ['light', 'dark']) {
      for (const problem of await take(query, width, colorScheme)) {
        console.error(`?${query} at ${width}, ${colorScheme}: ${problem}`);
        process.exitCode = 1;
      }
    }
  }
}
await stop();
