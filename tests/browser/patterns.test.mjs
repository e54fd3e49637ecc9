// Every pattern and every ready scenario plays to its end in the browser, with the figures of the native run.

import assert from 'node:assert/strict';
import { call, pageTest } from './harness/index.mjs';
import { nativeRuns } from './harness/native.mjs';
import { measured, playToEnd, stateAt } from './harness/playing.mjs';

const runs = nativeRuns();
const queryOf = ({ pattern, scenario, seed }) => String(new URLSearchParams({ pattern, scenario, seed, autoplay: 0 }));

pageTest('the page lists the patterns and scenarios of the native run', async ({ openPage }) => {
  const { patterns, scenarios } = await call(await openPage('autoplay=0'), 'describe');
  const distinct = (values) => [...new Set(values)].sort();
  const ids = (items) => distinct(items.map(({ id }) => id));
  assert.deepEqual(ids(scenarios), distinct(runs.map((run) => run.scenario)));
  assert.deepEqual(ids(patterns), distinct(runs.map((run) => run.pattern)), 'each pattern has a ready scenario');
});

for (const run of runs.filter(({ own }) => own)) {
  pageTest(`${run.scenario} plays to its end as natively`, async ({ openPage }) => {
    const page = await openPage(queryOf(run));
    const state = await playToEnd(page);
    assertSame(state, run);

    await stateAt(page, 0);
    assert.deepEqual(measured(await stateAt(page, state.at)), measured(state), 'a seek to the end shows what playing showed');
  });

  pageTest(`${run.scenario} gives under every pattern what the native run gives`, async ({ openPage }) => {
    const page = await openPage(queryOf(run));
    for (const other of runs.filter(({ scenario }) => scenario === run.scenario)) {
      const { pattern, scenario, seed } = other;
      await call(page, 'load', { pattern, scenario, seed });
      assertSame(await stateAt(page, other.state.at), other);
    }
  });
}

function assertSame(state, run) {
  assert.equal(state.digest, run.digest, `${run.scenario} under ${run.pattern}`);
  assert.equal(state.pattern, run.pattern);
  assert.equal(String(state.seed), String(run.seed));
  assert.deepEqual(measured(state), measured(run.state));
}
