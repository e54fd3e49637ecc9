// What other programs rely on: the methods of `window.cachescope.call`.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';
import { measured, playToEnd, stateAt } from './harness/playing.mjs';

const QUERY = 'scenario=write-behind-data-loss&autoplay=0';
const METHODS = ['describe', 'load', 'play', 'pause', 'step', 'seek', 'speed', 'inject', 'state', 'trace'];

pageTest('describe lists the methods, patterns, scenarios and faults', async ({ openPage }) => {
  const described = await call(await openPage(QUERY), 'describe');
  assert.match(String(described.version), /\d/);
  for (const method of METHODS) assert.ok(described.methods.includes(method), `the method '${method}'`);
  for (const list of ['patterns', 'scenarios', 'faults']) {
    assert.ok(described[list].length > 0, `some ${list}`);
    for (const { id } of described[list]) assert.match(id, /^[a-z0-9-]+$/);
  }
});

/** Every figure of the state, by its path. All are numbers that are not below zero. */
const FIGURES = [
  ['at'],
  ...['keys', 'hits', 'misses', 'evicted', 'expired', 'used_bytes'].map((name) => ['cache', name]),
  ...['rows', 'reads', 'writes'].map((name) => ['database', name]),
  ...['acknowledged', 'durable', 'pending', 'lost'].map((name) => ['ledger', name]),
  ...['total', 'stale', 'max_stale_age'].map((name) => ['reads', name]),
  ...['read', 'write'].flatMap((kind) => ['p50', 'p99'].map((name) => ['latency', kind, name])),
];

pageTest('state has every figure', async ({ openPage }) => {
  const state = await playToEnd(await openPage(QUERY));
  for (const path of FIGURES) {
    const value = path.reduce((inner, name) => inner?.[name], state);
    assert.ok(Number.isFinite(value) && value >= 0, `${path.join('.')} is ${value}`);
  }
  assert.equal(typeof state.playing, 'boolean');
  assert.match(state.digest, /^[0-9a-f]+$/);
});

pageTest('play and pause move and hold the playhead', async ({ openPage }) => {
  const page = await openPage(QUERY);
  const moving = async () => {
    const before = (await call(page, 'state')).at;
    await page.waitForTimeout(300);
    return (await call(page, 'state')).at > before;
  };
  assert.equal(await moving(), false, 'it opens paused');
  await call(page, 'play');
  assert.equal(await moving(), true);
  await call(page, 'pause');
  assert.equal(await moving(), false);
  await part(page, 'play').click();
  assert.equal(await moving(), true, 'the button plays too');
  await part(page, 'play').click();
  assert.equal(await moving(), false, 'and pauses');
});

pageTest('a step forward and a step back end where they began', async ({ openPage }) => {
  const page = await openPage(QUERY);
  await stateAt(page, 2);
  await call(page, 'step', { by: 1 });
  const first = await call(page, 'state');
  assert.ok(first.at > 2, 'a step goes to a later event');
  await call(page, 'step', { by: 1 });
  assert.ok((await call(page, 'state')).at >= first.at);
  await call(page, 'step', { by: -1 });
  assert.deepEqual(await call(page, 'state'), first);
});

pageTest('a time shows the same state however one comes there', async ({ openPage }) => {
  const page = await openPage(QUERY);
  const end = await playToEnd(page);
  const times = [0.1, 0.35, 0.6, 0.85].map((share) => share * end.at);
  const forwards = [];
  for (const at of times) forwards.push(await stateAt(page, at));
  for (const [index, at] of [...times.entries()].reverse()) assert.deepEqual(await stateAt(page, at), forwards[index]);
});

pageTest('an injected fault changes what follows and not the past', async ({ openPage }) => {
  const page = await openPage('pattern=write-behind&autoplay=0');
  const { digest } = await call(page, 'state');
  const past = await stateAt(page, 1.9);
  await call(page, 'inject', { fault: 'cache-crash', target: 'cache', at: 2 });

  const { digest: _, ...pastFigures } = past;
  const { digest: newDigest, ...stillPast } = await stateAt(page, 1.9);
  assert.notEqual(newDigest, digest);
  assert.deepEqual(measured(stillPast), measured(pastFigures));
});

pageTest('load chooses another run, and the same one again gives the same digest', async ({ openPage }) => {
  const page = await openPage(QUERY);
  const { digest } = await call(page, 'state');
  await call(page, 'load', { pattern: 'cache-aside', seed: 3 });
  const other = await call(page, 'state');
  assert.equal(other.pattern, 'cache-aside');
  assert.notEqual(other.digest, digest);
  await call(page, 'load', { scenario: 'write-behind-data-loss' });
  assert.equal((await call(page, 'state')).digest, digest);
});

pageTest('trace is given in each format', async ({ openPage }) => {
  const page = await openPage(QUERY);
  const trace = (format) => call(page, 'trace', { format });
  assert.ok(Object.keys(JSON.parse(await trace('json'))).length > 0);
  const [header, ...rows] = (await trace('csv')).trim().split('\n');
  assert.ok(header.split(',').length > 1 && rows.length > 0, 'a header with columns, and rows');
  assert.match(await trace('mermaid'), /^sequenceDiagram\n/);
});

const REFUSED = [
  ['no-such-method', {}],
  ['load', { pattern: 'write-sideways' }],
  ['load', { scenario: 'no-such-scene' }],
  ['seek', { at: 'later' }],
  ['seek', {}],
  ['step', { by: 0.5 }],
  ['speed', { value: -1 }],
  ['inject', { fault: 'earthquake', target: 'cache', at: 1 }],
  ['inject', { fault: 'cache-crash', target: 'cache', at: -1 }],
  ['trace', { format: 'opera' }],
];

for (const [method, params] of REFUSED) {
  pageTest(`${method} refuses ${JSON.stringify(params)} with a code and a message`, async ({ openPage }) => {
    const page = await openPage(QUERY);
    const before = await call(page, 'state');
    const error = await page.evaluate(
      ([name, values]) =>
        window.cachescope.call(name, values).then(
          () => null,
          ({ code, message }) => ({ code, message }),
        ),
      [method, params],
    );
    assert.ok(error?.code, 'an error with a code');
    assert.ok(error.message.length > 10, 'an error with a message');
    assert.deepEqual(await call(page, 'state'), before, 'nothing has changed');
  });
}
