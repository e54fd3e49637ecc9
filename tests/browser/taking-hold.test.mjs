// Taking hold of one message: by the mouse, by the keyboard, and by the page's methods.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';
import { playToEnd, stateAt } from './harness/playing.mjs';

// A writer changes the row and deletes its copy, so that the next reader is not stale.
const QUERY = 'scenario=hybrid-delete&autoplay=0';

/** The deletion's message, and a time at which it is on its way. */
async function deletion(page) {
  const { events } = JSON.parse(await call(page, 'trace', { format: 'json' }));
  const sent = events.find(({ event, parcel }) => event === 'sent' && parcel === 'invalidation');
  return { message: sent.message, at: sent.at + (sent.arrives - sent.at) / 2 };
}

const grip = (page, message) => page.locator(`[data-message="${message}"] .packet__grip`);

pageTest('a clicked message that is dropped never arrives, which a reader notices', async ({ openPage }) => {
  const page = await openPage(QUERY);
  assert.equal((await playToEnd(page)).reads.stale, 0);
  const { message, at } = await deletion(page);
  await call(page, 'speed', { value: 1 });
  await stateAt(page, at);
  await grip(page, message).click();
  await part(page, 'fault-drop').click();
  assert.equal(await page.locator(`[data-message="${message}"]`).getAttribute('data-lost'), 'true');
  assert.equal((await playToEnd(page)).reads.stale, 1);
  await part(page, 'undo').click();
  assert.equal((await playToEnd(page)).reads.stale, 0, 'it can be undone');
});

pageTest('the keyboard holds a message and lets it go', async ({ openPage }) => {
  const page = await openPage(QUERY);
  const { message, at } = await deletion(page);
  const { digest } = await stateAt(page, at);
  const packet = page.locator(`[data-message="${message}"]`);
  await grip(page, message).focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'fault-hold');
  await page.keyboard.press('Escape');
  assert.equal((await call(page, 'state')).digest, digest, 'nothing was done');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await stateAt(page, at + 4);
  assert.equal(await packet.getAttribute('data-held'), 'true');
  await grip(page, message).focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'fault-release');
  await page.keyboard.press('Enter');
  await stateAt(page, at + 4.05);
  assert.equal(await packet.getAttribute('data-held'), 'false');
  await stateAt(page, at + 5);
  assert.equal(await packet.count(), 0, 'it has arrived');
});

pageTest('what is done to a message is part of the run', async ({ openPage }) => {
  const page = await openPage(QUERY);
  const untouched = (await call(page, 'state')).digest;
  const { message, at } = await deletion(page);
  const digests = [];
  for (let time = 0; time < 2; time += 1) {
    await call(page, 'load', { scenario: 'hybrid-delete' });
    await call(page, 'inject', { fault: 'hold', message, at });
    await call(page, 'inject', { fault: 'release', message, at: at + 3 });
    digests.push((await call(page, 'state')).digest);
  }
  assert.equal(digests[0], digests[1]);
  assert.notEqual(digests[0], untouched);
});

pageTest('describe tells the faults, what each takes, and what can be done to a message', async ({ openPage }) => {
  const { faults, messages } = await call(await openPage(QUERY), 'describe');
  for (const id of ['restart', 'memory-pressure', 'failover', 'drop', 'delay', 'duplicate', 'burst']) {
    assert.ok(faults.find((fault) => fault.id === id)?.takes.length > 0, id);
  }
  assert.deepEqual(messages, ['hold', 'release', 'delay', 'drop', 'duplicate']);
});

for (const params of [
  { fault: 'drop', message: 4096 },
  { fault: 'hold', message: -1 },
  { fault: 'release', message: 1, at: 0.6 },
  { fault: 'slow', target: 'cache', factor: 1e12 },
  { fault: 'crash', target: 'cache', for: -2 },
  { fault: 'burst', target: 'database' },
]) {
  pageTest(`inject refuses ${JSON.stringify(params)}`, async ({ openPage }) => {
    const page = await openPage(QUERY);
    const before = await call(page, 'state');
    const message = await page.evaluate(
      (values) => window.cachescope.call('inject', values).then(() => '', (error) => error.message),
      params,
    );
    assert.ok(message.length > 10, message);
    assert.deepEqual(await call(page, 'state'), before);
  });
}

pageTest('a cache that is restarted says so while it loads', async ({ openPage }) => {
  const page = await openPage('scenario=restart-file&autoplay=0');
  const cache = part(page, 'actor-cache');
  await stateAt(page, 14);
  assert.equal(await cache.getAttribute('data-state'), 'down');
  await stateAt(page, 17);
  assert.equal(await cache.getAttribute('data-state'), 'restarting');
  assert.match(await cache.innerText(), /restarting/);
});
