// The scene that everything leads to: acknowledged writes that are gone, counted alike by the state, by what a person sees
// and by the native run.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';
import { nativeRuns } from './harness/native.mjs';
import { momentWhen, playToEnd } from './harness/playing.mjs';

const SCENARIO = 'write-behind-data-loss';
const native = nativeRuns().find((run) => run.scenario === SCENARIO && run.own);
const COUNTERS = ['acknowledged', 'pending', 'durable', 'lost'];

/** The ledger's figures as a person reads them. */
async function ledgerSeen(page) {
  const ledger = {};
  for (const counter of COUNTERS) {
    const text = await part(page, `ledger-${counter}`).innerText();
    const figures = text.match(/\d[\d,\u202f\u00a0 ]*/g) ?? [];
    assert.equal(figures.length, 1, `one figure in the counter '${counter}', which reads '${text}'`);
    ledger[counter] = Number(figures[0].replaceAll(/\D/g, ''));
  }
  return ledger;
}

/** The ledger of a state, with only what the page shows. */
const ledgerOf = ({ ledger }) => Object.fromEntries(COUNTERS.map((counter) => [counter, ledger[counter]]));

pageTest('as many writes are lost as the native ledger counts, and each is shown', async ({ openPage }) => {
  const page = await openPage(`scenario=${SCENARIO}&autoplay=0`);
  const state = await playToEnd(page);

  assert.ok(state.ledger.lost > 0, 'acknowledged writes are lost');
  assert.deepEqual(state.ledger, native.state.ledger);
  assert.deepEqual(await ledgerSeen(page), ledgerOf(state));

  const lostWrites = part(page, 'lost-write');
  assert.equal(await lostWrites.count(), state.ledger.lost);
  for (const lostWrite of await lostWrites.all()) {
    await lostWrite.scrollIntoViewIfNeeded();
    assert.ok(await lostWrite.isVisible());
    assert.notEqual((await lostWrite.innerText()).trim(), '', 'a lost write says what was lost');
  }
});

pageTest('what is lost is what was pending when the cache crashed', async ({ openPage }) => {
  const page = await openPage(`scenario=${SCENARIO}&autoplay=0`);
  const end = await playToEnd(page);
  const { low, high } = await momentWhen(page, ({ ledger }) => ledger.lost > 0, 0, end.at);

  assert.ok(low.ledger.pending > 0, 'writes are pending before the crash');
  assert.equal(high.ledger.lost, low.ledger.pending);
  assert.deepEqual(await ledgerSeen(page), ledgerOf(await call(page, 'state')), 'the counters follow a seek');
});

pageTest('the same scenario loses nothing under write-through', async ({ openPage }) => {
  const page = await openPage(`scenario=${SCENARIO}&pattern=write-through&autoplay=0`);
  const state = await playToEnd(page);

  assert.equal(state.pattern, 'write-through');
  assert.ok(state.ledger.acknowledged > 0, 'writes are acknowledged');
  assert.equal(state.ledger.lost, 0);
  assert.deepEqual(await ledgerSeen(page), ledgerOf(state));
  assert.equal(await part(page, 'lost-write').count(), 0);
});

pageTest('the scene is one click from the first screen', async ({ openPage }) => {
  const page = await openPage('autoplay=0');
  await part(page, 'cta').click();
  const state = await playToEnd(page);
  assert.equal(state.digest, native.digest);
});
