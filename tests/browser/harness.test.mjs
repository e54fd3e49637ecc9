// The tests' own eyes: each kind of problem that a page test must fail for is seen.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch } from './harness/chromium.mjs';
import { watchProblems } from './harness/problems.mjs';
import { serveHtml } from './harness/server.mjs';

const browser = await launch();
after(() => browser.close());

/** The problems that are seen in a page with this body. */
async function problemsOf(body) {
  const html = `<!doctype html><title>A page</title><link rel="icon" href="data:,">${body}`;
  const { port, close } = await serveHtml({ '/': html });
  const context = await browser.newContext();
  const problems = watchProblems(context, [`127.0.0.1:${port}`]);
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  await context.close();
  await close();
  return problems;
}

test('a page in order has no problem', async () => {
  assert.deepEqual(await problemsOf('<script>console.warn("only a warning")</script>'), []);
});

const CASES = [
  ['an uncaught error', '<script>throw new Error("broken")</script>', /uncaught error.*broken/],
  ['a rejected promise', '<script>Promise.reject(new Error("refused"))</script>', /uncaught error.*refused/],
  ['an error in the console', '<script>console.error("wrong")</script>', /console error: wrong/],
  ['a missing file', '<script src="missing.js"></script>', /console error.*404.*missing\.js/],
  ['a request to another host', '<img src="http://example.com/pixel.png">', /request to another host.*example\.com/],
  ['a request to another port', '<img src="http://127.0.0.1:9/pixel.png">', /request to another host.*127\.0\.0\.1:9/],
];

for (const [name, body, expected] of CASES) {
  test(`${name} is seen`, async () => {
    const problems = await problemsOf(body);
    assert.ok(problems.some((problem) => expected.test(problem.replaceAll('\n', ' '))), `seen: ${JSON.stringify(problems)}`);
  });
}
