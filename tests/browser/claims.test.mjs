// What the course says and what the simulation shows: measured in the browser's worker, and equal to the native answers.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';
import { nativeAnswer } from './harness/native.mjs';

const LIMIT = { timeout: 30_000 };

/** Brings the panel into view and waits until all of its claims are measured. */
async function look(page) {
  const panel = part(page, 'claims');
  await panel.scrollIntoViewIfNeeded();
  await panel.locator('.claim').first().waitFor(LIMIT);
  await page.waitForFunction(() => !document.querySelector('.claim__wait'), null, LIMIT);
  return panel;
}

/** Shows the claims of all patterns. */
async function lookAtAll(page) {
  const panel = await look(page);
  await panel.getByLabel('of all patterns').check();
  await panel.locator('[data-testid=claim-WT1]').waitFor(LIMIT);
  await page.waitForFunction(() => !document.querySelector('.claim__wait'), null, LIMIT);
  return panel;
}

/** The claims as the panel shows them: `{id, exhibits: [{figure, sentence, holds}]}`. */
const shown = (panel) =>
  panel.locator('.claim').evaluateAll((claims) =>
    claims.map((claim) => ({
      id: claim.dataset.testid.replace('claim-', ''),
      exhibits: [...claim.querySelectorAll('.exhibit')].map((exhibit) => ({
        figure: exhibit.querySelector('.exhibit__figure').textContent,
        sentence: exhibit.querySelector('.exhibit__sentence').textContent,
        holds: exhibit.dataset.holds === 'true',
      })),
    })),
  );

pageTest('nothing is measured, and nothing loaded for it, before somebody looks', async ({ openPage }) => {
  const page = await openPage('autoplay=0');
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await call(page, 'seek', { at: 5 });
  assert.deepEqual(asked, []);
  await look(page);
  assert.ok(asked.some((url) => url.endsWith('lab_bg.wasm')), `asked for: ${asked}`);
});

pageTest('each claim shows the evidence that a native run gives', async ({ openPage }) => {
  const page = await openPage('autoplay=0');
  const claims = await shown(await lookAtAll(page));
  const expected = nativeAnswer('claims', null);
  assert.deepEqual(claims.map(({ id }) => id), expected.map(({ id }) => id));
  for (const { id, exhibits } of claims) {
    const evidence = nativeAnswer('claim', { id });
    const facts = evidence.exhibits.map(({ figure, sentence, holds }) => ({ figure, sentence, holds }));
    assert.deepEqual(exhibits, facts, id);
  }
});

pageTest('a claim opens its run at the moment that tells it', async ({ openPage }) => {
  const page = await openPage('pattern=write-behind&autoplay=0');
  await look(page);
  await part(page, 'claim-WB4').getByRole('button', { name: 'Saved, then lost' }).click();
  const { pattern, playing, ledger } = await call(page, 'state');
  assert.deepEqual({ pattern, playing, lost: ledger.lost }, { pattern: 'write-behind', playing: false, lost: 6 });
});

pageTest('the panel follows the pattern', async ({ openPage }) => {
  const page = await openPage('pattern=write-behind&autoplay=0');
  const panel = await look(page);
  assert.ok((await shown(panel)).every(({ id }) => id.startsWith('WB')));
  await call(page, 'load', { pattern: 'read-through' });
  await panel.locator('[data-testid=claim-RT1]').waitFor(LIMIT);
  assert.ok((await shown(panel)).every(({ id }) => id.startsWith('RT')));
});

pageTest('where the browser refuses workers, the page measures by itself', async ({ openFramed }) => {
  const { frame } = await openFramed('pattern=write-behind&autoplay=0', { sandbox: 'allow-scripts' });
  const panel = await look(frame);
  const [first] = await shown(panel);
  assert.deepEqual(first.exhibits[0].figure, nativeAnswer('claim', { id: first.id }).exhibits[0].figure);
});
