// The lab: a million requests, sweeps, crashes, and recorded traffic, all made in the worker.

import assert from 'node:assert/strict';
import { call, pageTest, part } from './harness/index.mjs';
import { nativeAnswer } from './harness/native.mjs';

const LIMIT = { timeout: 60_000 };
const CALM = 'scenario=write-behind-data-loss&autoplay=0';

async function look(page) {
  const panel = part(page, 'lab');
  await panel.scrollIntoViewIfNeeded();
  await panel.getByRole('button', { name: 'Run a million requests' }).waitFor(LIMIT);
  return panel;
}

/** Answers when what is under way has ended. */
async function finish(panel) {
  await panel.locator('progress').waitFor(LIMIT);
  await panel.locator('progress').waitFor({ state: 'detached', ...LIMIT });
}

/** Lines as `redis-cli MONITOR` prints them, one of them damaged. */
function monitorLog(requests) {
  const lines = ['OK'];
  for (let number = 0; number < requests; number += 1) {
    const at = (1_700_000_000 + number / 200).toFixed(6);
    const key = `user:${Math.floor((number * 7_919) % 97 ** 0.5 ** (number % 3))}`;
    const words = number % 5 ? `"GET" "${key}"` : `"SET" "${key}" "a \\"b\\"" "EX" "30"`;
    lines.push(number === 500 ? 'half a li' : `${at} [0 127.0.0.1:6000] ${words}`);
  }
  return `${lines.join('\n')}\n`;
}

pageTest('a million requests run while the stage keeps its frames', async ({ openPage }) => {
  const page = await openPage('scenario=write-behind-data-loss&autoplay=1&speed=0.5');
  const panel = await look(page);
  await panel.getByRole('button', { name: 'Run a million requests' }).click();
  await panel.locator('progress').waitFor(LIMIT);
  // The pauses between two frames of the page while the worker works.
  const frames = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const gaps = [];
        let last = performance.now();
        const tick = (now) => {
          gaps.push(now - last);
          last = now;
          if (document.querySelector('[data-testid="lab"] progress') && gaps.length < 2_000) requestAnimationFrame(tick);
          else resolve(gaps.sort((one, other) => one - other));
        };
        requestAnimationFrame(tick);
      }),
  );
  assert.ok(frames.length > 20, `${frames.length} frames`);
  const middle = frames[Math.floor(frames.length / 2)];
  assert.ok(middle < 34, `half of the frames came after more than ${middle} ms`);
  await panel.locator('progress').waitFor({ state: 'detached', ...LIMIT });
  const requests = await panel.getByTestId('lab-figures').locator('div', { hasText: 'Requests' }).first().innerText();
  const count = Number(requests.replace(/\D/g, ''));
  assert.ok(Math.abs(count - 1_000_000) < 10_000, requests);
});

pageTest('what is under way can be stopped, and the fields stay as they are', async ({ openPage }) => {
  const page = await openPage(CALM);
  const panel = await look(page);
  await panel.locator('[name="xs"]').fill('3, 4');
  await panel.getByRole('button', { name: 'Run a million requests' }).click();
  await panel.locator('progress').waitFor(LIMIT);
  await panel.getByTestId('lab-stop').click();
  await panel.locator('progress').waitFor({ state: 'detached', ...LIMIT });
  assert.match(await panel.getByTestId('lab-shown').innerText(), /Stopped/);
  assert.equal(await panel.locator('[name="xs"]').inputValue(), '3, 4');
});

pageTest('a sweep is drawn with theory beside it, can be looked at closer, saved, and linked', async ({ openPage }) => {
  const page = await openPage(CALM);
  const panel = await look(page);
  await panel.locator('[name="x"]').selectOption('ttl');
  await panel.locator('[name="xs"]').fill('1, 5, 25');
  await panel.locator('[name="requests"]').fill('4000');
  await panel.locator('[name="every"]').check();
  await panel.getByRole('button', { name: 'Sweep', exact: true }).click();
  await finish(panel);
  const points = panel.locator('.chart__point');
  assert.equal(await points.count(), 7 * 3);
  assert.match(await panel.locator('.chart').innerHTML(), /by theory/);
  assert.match(await points.first().locator('title').textContent(), /^Cache-aside: [\d.]+ at 1/);

  const download = page.waitForEvent('download');
  await panel.getByRole('link', { name: 'Save as sweep.csv' }).click();
  const saved = await (await download).createReadStream();
  let csv = '';
  for await (const piece of saved) csv += piece;
  assert.equal(csv.split('\n').length, 1 + 21 + 1);

  const link = await panel.getByTestId('lab-link').getAttribute('href');
  // Points of several patterns lie on one another; whichever is pressed asks the same.
  await points.first().dispatchEvent('click');
  await finish(panel);
  assert.ok((await points.count()) > 21);

  const again = await openPage(`${link.slice(1)}&autoplay=0`);
  const opened = part(again, 'lab');
  await opened.locator('.chart__point').first().waitFor(LIMIT);
  assert.equal(await opened.locator('.chart__point').count(), 21);
});

pageTest('two settings are a map, and crashes a distribution', async ({ openPage }) => {
  const page = await openPage(CALM);
  const panel = await look(page);
  await panel.locator('[name="xs"]').fill('1, 5, 25');
  await panel.locator('[name="y"]').selectOption('read-share');
  await panel.locator('[name="ys"]').fill('50, 95');
  await panel.locator('[name="requests"]').fill('2000');
  await panel.getByRole('button', { name: 'Sweep', exact: true }).click();
  await finish(panel);
  assert.equal(await panel.locator('.chart__field').count(), 6);
  await panel.getByRole('button', { name: 'How much do I lose' }).click();
  await finish(panel);
  const rows = await panel.locator('.lab__table tbody tr').allInnerTexts();
  assert.equal(rows.length, 3);
  assert.match(rows[2], /appendfsync always\s+0 /);
});

pageTest('a recorded workload is analysed and replayed, and a bad line is told', async ({ openPage }) => {
  const page = await openPage(CALM);
  const panel = await look(page);
  const file = { name: 'monitor.log', mimeType: 'text/plain', buffer: Buffer.from(monitorLog(20_000)) };
  await panel.getByTestId('lab-file').setInputFiles(file);
  await panel.getByTestId('lab-lines').waitFor(LIMIT);
  assert.match(await panel.getByTestId('lab-lines').innerText(), /20001 lines, read as redis-cli MONITOR/);
  assert.match(await panel.getByTestId('lab-bad').textContent(), /could not be read and were skipped: 1.*line 502/s);
  const told = await panel.getByTestId('lab-traffic').innerText();
  assert.match(told, /Reads\s+16000/);
  assert.match(told, /Times to live: half at most\s+30/);
  assert.equal(await panel.locator('.chart').count(), 2);
  await panel.getByRole('button', { name: 'Send these requests to every pattern' }).click();
  await panel.getByTestId('lab-replayed').waitFor(LIMIT);
  assert.equal(await panel.getByTestId('lab-replayed').locator('tbody tr').count(), 7);
});

pageTest('a log with a bad line is refused where the person chooses so', async ({ openPage }) => {
  const page = await openPage(CALM);
  const panel = await look(page);
  await panel.locator('[name="bad"]').selectOption('refuse');
  const file = { name: 'monitor.log', mimeType: 'text/plain', buffer: Buffer.from(monitorLog(600)) };
  await panel.getByTestId('lab-file').setInputFiles(file);
  await panel.getByRole('alert').waitFor(LIMIT);
  assert.match(await panel.getByRole('alert').innerText(), /line 502/);
});

pageTest('an experiment asked for by a program is the native one', async ({ openPage }) => {
  const page = await openPage(CALM);
  const spec = { kind: 'run', requests: 60_000, run: { pattern: 'write-through', workload: { rate: 400, keys: 50 } } };
  const told = await page.evaluate((spec) => window.cachescope.call('experiment', { spec }), spec);
  let native = nativeAnswer('experiment', { spec: { ...spec, requests: 30_000 } });
  native = native.result;
  const short = await call(page, 'experiment', { spec: { ...spec, requests: 30_000 } });
  assert.deepEqual(short, native);
  assert.ok(told.requests > short.requests);
  const refused = await page.evaluate(() => window.cachescope.call('experiment', { spec: { kind: 'sweep' } }).catch(String));
  assert.match(refused, /a sweep needs x/);
});
