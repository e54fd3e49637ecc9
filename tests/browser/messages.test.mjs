// The messages of the contract, as a page sends them that has an iframe and no script of ours.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FOLDER, host, stopHosts } from './harness/hosts.mjs';
import { hostile, randomFrom } from './harness/random.mjs';

after(stopHosts);

const SEED = 20_261_124;
const MESSAGES = 4_000;
const LINKS = 60;

/** A page with an iframe, which notes what it is told and can ask. */
const framing = (query, attributes = '') => `<!doctype html><meta charset="utf-8"><title>A course</title><link rel="icon" href="data:,">
<script>
  window.told = [];
  addEventListener('message', ({ source, origin, data }) => window.told.push({ isOurs: source === document.querySelector('iframe').contentWindow, origin, data }));
  window.post = (message, to = '*') => document.querySelector('iframe').contentWindow.postMessage(message, to);
  window.answer = (id) => new Promise((done) => {
    const look = () => { const found = window.told.find(({ data }) => data?.id === id); if (found) done(found.data); else setTimeout(look, 10); };
    look();
  });
</script>
<iframe title="Cachescope" width="800" height="900" ${attributes} src="${FOLDER}?embed=1&autoplay=0&${query}"></iframe>`;

function framedTest(name, query, act, { attributes, open = '/course.html', options = {} } = {}) {
  test(name, { timeout: 120_000 }, async () => {
    const site = await host({ pages: { '/course.html': framing(query, attributes) } });
    try {
      const page = await site.open(open, options);
      await act(page, site);
      assert.deepEqual(site.problems(), [], 'the page had problems');
    } finally {
      await site.close();
    }
  });
}

const ready = (page) => page.waitForFunction(() => window.told.some(({ data }) => data.event === 'ready'));
const ask = (page, message) => page.evaluate((asked) => (window.post(asked), window.answer(asked.id)), message);

framedTest('a message is answered in the documented form', 'scenario=write-behind-data-loss', async (page) => {
  await ready(page);
  const sought = await ask(page, { cachescope: 1, id: 'a', method: 'seek', params: { at: 14.7 } });
  assert.deepEqual(Object.keys(sought).sort(), ['cachescope', 'id', 'result']);
  assert.deepEqual([sought.cachescope, sought.id, sought.result.ledger.lost], [1, 'a', 6]);
  const refused = await ask(page, { cachescope: 1, id: 2, method: 'fly' });
  assert.deepEqual(Object.keys(refused).sort(), ['cachescope', 'error', 'id']);
  assert.equal(refused.error.code, 'unknown-method');
  assert.match(refused.error.message, /known are describe/);
  const newer = await ask(page, { cachescope: 2, id: 3, method: 'play' });
  assert.equal(newer.error.code, 'unknown-version');
  const trace = await ask(page, { cachescope: 1, id: 4, method: 'trace', params: { format: 'mermaid' } });
  assert.match(trace.result, /^sequenceDiagram/);
});

framedTest('all that is told comes from the frame and has a documented form', 'scenario=write-behind-data-loss', async (page, site) => {
  await ready(page);
  await ask(page, { cachescope: 1, id: 1, method: 'seek', params: { at: 3 } });
  await page.waitForTimeout(400);
  const told = await page.evaluate(() => window.told);
  for (const { isOurs, origin, data } of told) {
    assert.ok(isOurs);
    assert.equal(origin, site.origin);
    assert.equal(data.cachescope, 1);
    const names = Object.keys(data).sort().join();
    assert.ok(['cachescope,data,event', 'cachescope,id,result'].includes(names), names);
  }
  assert.deepEqual(told.filter(({ data }) => data.event === 'state').map(({ data }) => data.data.at).at(-1), 3);
});

framedTest('only origins that the link names are heard and told', 'origins=https%3A%2F%2Fcourse.example', async (page) => {
  await page.frameLocator('iframe').locator('main').waitFor();
  await page.evaluate(() => window.post({ cachescope: 1, id: 1, method: 'play' }));
  await page.waitForTimeout(500);
  assert.deepEqual(await page.evaluate(() => window.told), []);
});

test('the origin that the link names is heard and told', { timeout: 60_000 }, async () => {
  const site = await host({ pages: {} });
  const page = await site.open(`${FOLDER}cache-scope.js`);
  await page.route('**/course.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: framing(`origins=${encodeURIComponent(site.origin)}`) }));
  await page.goto(`${site.origin}/course.html`);
  await ready(page);
  assert.equal((await ask(page, { cachescope: 1, id: 1, method: 'state' })).id, 1);
  await site.close();
});

test('a frame beside it is not heard', { timeout: 60_000 }, async () => {
  const stranger = '<!doctype html><title>A stranger</title><link rel="icon" href="data:,">';
  const page = framing('').replace('</iframe>', '</iframe><iframe id="stranger" src="/stranger.html"></iframe>');
  const site = await host({ pages: { '/course.html': page, '/stranger.html': stranger } });
  const course = await site.open('/course.html');
  await ready(course);
  const beside = await (await course.locator('#stranger').elementHandle()).contentFrame();
  const answered = await beside.evaluate(
    () =>
      new Promise((done) => {
        addEventListener('message', () => done(true));
        window.parent.frames[0].postMessage({ cachescope: 1, id: 9, method: 'play' }, '*');
        setTimeout(() => done(false), 600);
      }),
  );
  assert.equal(answered, false);
  assert.equal((await ask(course, { cachescope: 1, id: 1, method: 'state' })).result.playing, false);
  assert.deepEqual(site.problems(), []);
  await site.close();
});

framedTest(`${MESSAGES} hostile messages get an answer in the documented form, or silence`, 'scenario=write-behind-data-loss', async (page) => {
  await ready(page);
  const { message } = hostile(randomFrom(SEED));
  const messages = Array.from({ length: MESSAGES }, (_, id) => message(`m${id}`));
  for (let from = 0; from < MESSAGES; from += 250) {
    await page.evaluate((some) => some.forEach((one) => window.post(one)), messages.slice(from, from + 250));
    // Whatever came before it has been worked off when this is answered.
    const { result } = await ask(page, { cachescope: 1, id: `after ${from}`, method: 'state' });
    assert.equal(typeof result.digest, 'string', `alive after ${from} messages`);
  }
  const answers = await page.evaluate(() => window.told.map(({ data }) => data).filter(({ event }) => !event));
  const isRight = (one) => one?.cachescope === 1 && typeof one.id === 'string' && typeof one.method === 'string';
  const expected = messages.filter(isRight).length;
  assert.ok(expected > MESSAGES / 2, 'most are nearly right');
  assert.ok(answers.length >= expected, `${answers.length} answers to ${expected} messages in the right form`);
  for (const answer of answers) {
    assert.equal(answer.cachescope, 1);
    assert.ok('result' in answer !== 'error' in answer, JSON.stringify(answer).slice(0, 200));
    if (answer.error) assert.match(answer.error.code, /^(unknown-method|unknown-version|bad-params|bad-scenario)$/);
  }
  const refused = answers.filter(({ error }) => error).length;
  assert.ok(refused > 500 && answers.length - refused > 100, `${refused} of ${answers.length} are refused`);
});

framedTest('what JSON can’t hold meets silence', '', async (page) => {
  await ready(page);
  await page.evaluate(() => {
    const round = { cachescope: 1, id: 'round', method: 'state' };
    round.params = round;
    const deep = { cachescope: 1, id: 'deep', method: 'state', params: {} };
    let inner = deep.params;
    for (let depth = 0; depth < 400; depth += 1) inner = inner.at = {};
    for (const message of [round, deep, { cachescope: 1n, id: 'big', method: 'state' }, new Map([['cachescope', 1]]), new Uint8Array(1_000_000), undefined, new Blob(['x'])]) window.post(message);
  });
  await ask(page, { cachescope: 1, id: 'after', method: 'state' });
  const ids = await page.evaluate(() => window.told.map(({ data }) => data.id).filter(Boolean));
  assert.deepEqual(ids, ['after']);
});

test(`${LINKS} hostile links open a page that names what is wrong and goes on`, { timeout: 180_000 }, async () => {
  const site = await host();
  const { query } = hostile(randomFrom(SEED));
  const context = await site.context();
  const page = await context.newPage();
  for (let number = 0; number < LINKS; number += 1) {
    const link = query();
    await page.goto(`${site.origin}${FOLDER}?${link}`);
    await page.waitForFunction(() => window.cachescope !== undefined).catch(() => assert.fail(`?${link} opens nothing`));
    const state = await page.evaluate(() => window.cachescope.call('state'));
    assert.equal(typeof state.digest, 'string', link);
    assert.equal(await page.locator('main script, main img').count(), 0, `nothing of the link is run: ${link}`);
  }
  assert.deepEqual(site.problems(), []);
  await site.close();
});
