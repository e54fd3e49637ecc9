// Lighthouse's marks for accessibility and best practices, on its usual phone: each is to be 100.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import lighthouse from 'lighthouse';
import { launch } from './harness/chromium.mjs';
import { FOLDER, host, stopHosts } from './harness/hosts.mjs';
import { serve } from './harness/server.mjs';

const LIMIT = { timeout: 120_000 };
const CATEGORIES = ['accessibility', 'best-practices'];

const PAGES = {
  'the first page, light': '?theme=light',
  'the first page, dark': '?theme=dark',
  'the loss': '?scenario=write-behind-data-loss&at=15&autoplay=0',
  'an embed, light': '?embed=1&theme=light',
  'an embed, dark': '?embed=1&theme=dark',
  'the reference': 'reference.html',
  'the author’s tool': 'embed.html',
};

let browser;
let port;
let site;
before(async () => {
  port = await freePort();
  [browser, site] = await Promise.all([launch([`--remote-debugging-port=${port}`]), host()]);
});
after(async () => {
  await browser?.close();
  await stopHosts();
});

for (const [name, address] of Object.entries(PAGES)) {
  test(`Lighthouse gives ${name} its highest marks`, LIMIT, async (context) => {
    const { lhr } = await lighthouse(`${site.origin}${FOLDER}${address}`, { port, onlyCategories: CATEGORIES, logLevel: 'error' });
    assert.equal(lhr.runtimeError, undefined);
    const marks = CATEGORIES.map((id) => `${id} ${Math.round(lhr.categories[id].score * 100)}`);
    context.diagnostic(marks.join(', '));
    assert.deepEqual(CATEGORIES.flatMap((id) => faults(lhr, id)), [], marks.join(', '));
    for (const id of CATEGORIES) assert.equal(lhr.categories[id].score, 1, id);
  });
}

async function freePort() {
  const { port, close } = await serve({});
  await close();
  return port;
}

/** What lowers the mark of a category, and where. */
function faults(lhr, category) {
  const low = lhr.categories[category].auditRefs.filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1);
  return low.map(({ id }) => {
    const places = (lhr.audits[id].details?.items ?? []).slice(0, 5).map(({ node, description }) => node?.snippet ?? description);
    return `${id}: ${lhr.audits[id].title} ${places.join(' | ')}`;
  });
}
