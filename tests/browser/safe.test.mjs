// The page where little is allowed: in a sandboxed frame, under a strict policy, with files that are not what they should be.

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ask, course, DIST, FOLDER, frameOf, host, stopHosts } from './harness/hosts.mjs';

after(stopHosts);

const LIMIT = { timeout: 60_000 };
const SCENE = 'scenario="write-behind-data-loss" autoplay="0"';
const readable = () => ({ 'access-control-allow-origin': '*' });

/**
 * Waits until the mouse is heard in a frame. A frame without an origin is drawn by another process, and the one that says where
 * the mouse is learns where the frame lies only when something is drawn; a press before that is heard by nobody.
 */
async function isReached(page, frame) {
  await frame.evaluate(() => addEventListener('pointermove', () => (window.isReached = true), { once: true }));
  for (let step = 0; !(await frame.evaluate(() => window.isReached)); step += 1) {
    const { x, y } = await (await frame.frameElement()).boundingBox();
    await page.evaluate((top) => scrollTo(0, top), step % 2);
    await page.mouse.move(1, 1);
    await page.mouse.move(x + 20 + (step % 9), y + 20);
    await page.waitForTimeout(20);
  }
  await page.evaluate(() => scrollTo(0, 0));
}

/** Drives an embed, as a person and as a page do. */
async function drive(page) {
  assert.equal((await ask(page, 'seek', { at: 14.7 })).ledger.lost, 6);
  const frame = await frameOf(page);
  await isReached(page, frame);
  await frame.locator('.play').click();
  await page.waitForFunction(() => document.querySelector('cache-scope').state.at > 15);
  await ask(page, 'pause');
  return frame;
}

/** Whether the frame is refused what a sandboxed page is refused. */
const isRefusedStorage = (frame) =>
  frame.evaluate(() => {
    try {
      return !window.localStorage;
    } catch {
      return true;
    }
  });

/** An embed in a sandboxed frame with scripts alone, with every panel that a worker draws. */
const SANDBOXED = course(`<cache-scope ${SCENE} sandbox="allow-scripts" panels="stage,timeline,ledger,sequence,guide,claims,lab"></cache-scope>`);

/** Goes through what the worker does, and a lesson first. */
async function useWorker(page) {
  await page.locator('cache-scope').evaluate((element) => (element.setAttribute('speed', '20'), element.setAttribute('lesson', 'write-behind')));
  await page.waitForTimeout(50);
  await ask(page, 'state');
  const frame = await frameOf(page);
  const lesson = frame.locator('[data-testid="lessons"]');
  const says = (text) => lesson.getByText(text).first().waitFor();
  await says('Step 1 /');
  await isReached(page, frame);
  await lesson.getByRole('button', { name: 'Next' }).click();
  await says('How many of the saved writes will be lost?');
  await lesson.getByLabel('6', { exact: true }).check();
  await lesson.getByRole('button', { name: 'Answer' }).click();
  await says('Right.');
  assert.match(await ask(page, 'trace', { format: 'csv' }), /,/);
  const { requests } = await ask(page, 'experiment', { spec: { run: { workload: { rate: 500 }, duration: 20 } } });
  assert.ok(requests > 9_000, `${requests} requests`);
  for (const [panel, shown] of [['claims', '.exhibit'], ['guide', 'button'], ['lab', 'button'], ['sequence', 'svg text']]) {
    const part = frame.locator(`[data-testid="${panel}"]`);
    await part.scrollIntoViewIfNeeded();
    await part.locator(shown).first().waitFor();
    assert.equal(await part.locator('.guide__problem, .guest__problem').count(), 0, panel);
  }
}

for (const [who, headers, refusals] of [
  ['lets others read its files', readable, /^$/],
  // The browser itself reports what it was refused before it did without.
  ['lets nobody read its files', () => ({}), /CORS policy|net::ERR_FAILED/],
]) {
  test(`it works in a sandboxed frame with scripts alone, of a host that ${who}`, LIMIT, async () => {
    const site = await host({ pages: { '/course.html': SANDBOXED }, headers });
    const page = await site.open('/course.html');
    const frame = await drive(page);
    assert.ok(await isRefusedStorage(frame));
    assert.equal(await frame.evaluate(() => self.origin), 'null');
    await useWorker(page);
    assert.equal(page.workers().length, 1, 'the page itself goes on meanwhile');
    assert.deepEqual(site.problems().filter((problem) => !refusals.test(problem)), []);
    await site.close();
  });
}

/** What a host can send to be as strict as can be. The page's own policy says the same, and which inline parts it has. */
async function strictPolicy(dist = DIST) {
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  const policy = html.match(/http-equiv="Content-Security-Policy" content="([^"]+)"/)?.[1];
  assert.ok(policy, 'the page has a policy');
  return policy;
}

test('the policy allows no more than what is needed', LIMIT, async () => {
  const policy = Object.fromEntries((await strictPolicy()).split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]));
  assert.deepEqual(policy['default-src'], ["'none'"]);
  const hashes = (sources) => sources.filter((source) => !source.startsWith("'sha256-"));
  assert.deepEqual(hashes(policy['script-src']), ["'self'", "'wasm-unsafe-eval'"]);
  assert.deepEqual(hashes(policy['style-src']), ["'self'"]);
  // In a sandboxed frame, only what the page makes itself can be a worker.
  assert.deepEqual(policy['worker-src'], ["'self'", 'blob:']);
  for (const [name, sources] of Object.entries(policy)) {
    for (const source of sources) assert.doesNotMatch(source, /unsafe-inline|'unsafe-eval'|\*|https?:/, `${name} ${source}`);
  }
});

test('it works under a strict policy of the host, in a page with a strict policy', LIMIT, async () => {
  const policy = await strictPolicy();
  const outer = "default-src 'none'; script-src 'self'; frame-src 'self'; img-src data:; base-uri 'none'";
  const headers = (path) => ({
    'content-security-policy': path.startsWith(FOLDER) ? `${policy}; frame-ancestors 'self'` : outer,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  const site = await host({ pages: { '/course.html': course(`<cache-scope ${SCENE} panels="stage,timeline,ledger,losses,code,metrics,faults,settings,console,log,claims"></cache-scope>`) }, headers });
  const page = await site.open('/course.html');
  const frame = await drive(page);
  assert.match(await ask(page, 'trace', { format: 'csv' }), /,/);
  await frame.locator('[data-testid="claims"]').scrollIntoViewIfNeeded();
  await frame.locator('.exhibit').first().waitFor();
  assert.deepEqual(site.problems(), []);
  await site.close();
});

test('a policy without wasm-unsafe-eval is what stops it, so nothing else is missing from the one it has', LIMIT, async () => {
  const policy = (await strictPolicy()).replace(" 'wasm-unsafe-eval'", '');
  const site = await host({ headers: (path) => (path === FOLDER ? { 'content-security-policy': policy } : {}) });
  const page = await site.open(FOLDER);
  await page.waitForTimeout(1_000);
  assert.equal(await page.evaluate(() => window.cachescope), undefined);
  assert.ok(site.problems().some((problem) => problem.includes('WebAssembly')), String(site.problems()));
  await site.close();
});

test('it asks no other host, and keeps no cookie', LIMIT, async () => {
  const site = await host({ pages: { '/course.html': course(`<cache-scope ${SCENE}></cache-scope>`) } });
  const page = await site.open('/course.html');
  await drive(page);
  await page.goto(`${site.origin}${FOLDER}`);
  await page.waitForFunction(() => window.cachescope !== undefined);
  await page.waitForTimeout(500);
  assert.deepEqual(await page.context().cookies(), []);
  assert.deepEqual(site.problems(), []);
  await site.close();
});

/** A copy of the built page in which a file of the program has been changed. */
async function tampered(pattern, change) {
  const dist = await mkdtemp(join(tmpdir(), 'cachescope-'));
  await cp(DIST, dist, { recursive: true });
  const name = (await readdir(dist)).find((name) => pattern.test(name));
  await writeFile(join(dist, name), change(await readFile(join(dist, name))));
  return dist;
}

for (const [what, pattern, change] of [
  ['script', /^cachescope-[0-9a-f]+\.js$/, (bytes) => Buffer.concat([bytes, Buffer.from('\nwindow.isTampered = true;')])],
  // A custom section, which changes nothing of what the program does.
  ['program', /_bg\.wasm$/, (bytes) => Buffer.concat([bytes, Buffer.from([0, 2, 1, 120])])],
]) {
  test(`a ${what} that is not the one it was built with does not start`, LIMIT, async () => {
    const dist = await tampered(what === 'script' ? pattern : /^cachescope-.*_bg\.wasm$/, change);
    const site = await host({ dist });
    const page = await site.open(FOLDER);
    await page.waitForTimeout(1_500);
    assert.deepEqual(await page.evaluate(() => [window.cachescope, window.isTampered]), [undefined, undefined]);
    assert.ok(site.problems().some((problem) => /integrity/.test(problem)), String(site.problems()));
    await site.close();
    await rm(dist, { recursive: true });
  });
}
