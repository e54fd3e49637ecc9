// Opening the page in a browser and talking with it: for the tests, and for scripts that are no tests.
//
// The built page is served from a sub-path of a static host. It is the folder CACHESCOPE_DIST, or else target/dist; or it is
// a page that is already served at CACHESCOPE_URL.

import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launch } from './chromium.mjs';
import { watchProblems } from './problems.mjs';
import { serveFolder, serveHtml } from './server.mjs';

/** The project's folder. */
export const ROOT = resolve(import.meta.dirname, '../../..');
/** Where pictures and other findings go. */
export const RESULTS = join(ROOT, 'test-results');
const DIST = resolve(ROOT, process.env.CACHESCOPE_DIST ?? 'target/dist');
const BASE = '/courses/caching/cachescope/';
const DESKTOP = { width: 1280, height: 800 };
const START_LIMIT_MS = 10_000;
/** For whatever a page that has started may still take: a broken page is to fail its many tests in a short time. */
const ANSWER_LIMIT_MS = 5_000;

let site;
let browser;

/** The browser and the page's address, each started at the first call in this process. */
async function started() {
  site ??= serveSite();
  browser ??= launch();
  return { address: (await site).address, browser: await browser };
}

async function serveSite() {
  const address = process.env.CACHESCOPE_URL;
  if (address) return { address: new URL(address), close: async () => {} };
  if (!existsSync(join(DIST, 'index.html'))) throw new Error(`No page in ${DIST}: run tests/run page first.`);
  const { port, close } = await serveFolder(DIST, BASE);
  return { address: new URL(`http://127.0.0.1:${port}${BASE}`), close };
}

/** Stops the browser and the server. */
export async function stop() {
  const running = await Promise.allSettled([browser, site]);
  await Promise.all(running.map(({ value }) => value?.close()));
}

/** A series of pages, closed together. */
export class Visit {
  #contexts = [];
  #hostPages = [];
  #problems = [];

  /**
   * Opens the page with a query string and waits until it has started. `options` are playwright's for a context, among
   * them `viewport` and `colorScheme`. Returns playwright's page.
   */
  async openPage(query = '', options = {}) {
    const { address } = await started();
    const page = await this.#goto(withQuery(address, query), [address.host], options);
    await hasStarted(page);
    return page;
  }

  /**
   * Opens the page in an iframe of a page on another host and port. `sandbox` is the iframe's attribute of that name.
   * Returns the outer page and the frame.
   */
  async openFramed(query = '', { sandbox, ...options } = {}) {
    const { address } = await started();
    const attribute = sandbox === undefined ? '' : ` sandbox="${escapeHtml(sandbox)}"`;
    const source = escapeHtml(withQuery(address, query));
    const frameHtml = `<iframe title="Cachescope" width="960" height="640" src="${source}"${attribute}></iframe>`;
    const hostPage = await serveHtml({ '/course.html': courseHtml(frameHtml) });
    this.#hostPages.push(hostPage);
    const host = `localhost:${hostPage.port}`;
    const page = await this.#goto(`http://${host}/course.html`, [address.host, host], options);
    const frame = await (await page.waitForSelector('iframe', { timeout: START_LIMIT_MS })).contentFrame();
    await hasStarted(frame);
    return { page, frame };
  }

  async #goto(url, hosts, { viewport = DESKTOP, colorScheme = 'light', ...more }) {
    const { browser } = await started();
    const context = await browser.newContext({ viewport, colorScheme, ...more });
    context.setDefaultTimeout(ANSWER_LIMIT_MS);
    this.#contexts.push(context);
    this.#problems.push(watchProblems(context, hosts));
    const page = await context.newPage();
    await page.goto(url, { timeout: START_LIMIT_MS });
    return page;
  }

  /** What went wrong in the pages so far. */
  problems() {
    return this.#problems.flat();
  }

  /** The pages that are open. */
  pages() {
    return this.#contexts.flatMap((context) => context.pages());
  }

  /** Closes the pages. */
  async end() {
    await Promise.all(this.#contexts.map((context) => context.close()));
    await Promise.all(this.#hostPages.map((hostPage) => hostPage.close()));
  }
}

function withQuery(address, query) {
  const url = new URL(address);
  url.search = query;
  return url.href;
}

/** Waits until the page has drawn itself. */
async function hasStarted(frame) {
  await frame.waitForSelector('main', { timeout: START_LIMIT_MS });
}

/** Asks the page (or a frame) through `window.cachescope.call`. */
export async function call(frame, method, params = {}) {
  await frame.waitForFunction(() => window.cachescope !== undefined, null, { timeout: ANSWER_LIMIT_MS });
  return frame.evaluate(([name, values]) => window.cachescope.call(name, values), [method, params]);
}

/** The element that carries the given `data-testid`. */
export function part(frame, id) {
  return frame.locator(`[data-testid="${id}"]`);
}

/** Takes a picture into test-results and returns its path. */
export async function screenshot(page, name, options = {}) {
  const path = join(RESULTS, `${name}.png`);
  mkdirSync(join(path, '..'), { recursive: true });
  await page.screenshot({ path, ...options });
  return path;
}

/** A name that any file system takes. */
export function slug(text) {
  return text.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-').replaceAll(/^-|-$/g, '').slice(0, 80);
}

function courseHtml(content) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A course</title>
<link rel="icon" href="data:,"></head><body><h1>A course</h1>${content}</body></html>`;
}

function escapeHtml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
