// Host pages: other people's pages that embed the built page, on a port of their own.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launch } from './chromium.mjs';
import { watchProblems } from './problems.mjs';
import { serve } from './server.mjs';
import { ROOT } from './visit.mjs';

/** The built page's folder. */
export const DIST = resolve(ROOT, process.env.CACHESCOPE_DIST ?? 'target/dist');

/** Where the page lies on the host. */
export const FOLDER = '/cachescope/';

const LIMIT_MS = 10_000;

let browser;
const open = new Set();

/** Stops the browser, and the hosts that a failed test has left. */
export async function stopHosts() {
  await Promise.all([...open].map((site) => site.close()));
  await (await browser)?.close();
}

/**
 * A host of the built page in `/cachescope/`. `pages` is an object from path to HTML, `folders` one from path to a folder,
 * `headers` what is sent beside the usual for a path. Returns functions that open a page of it and that stop it.
 */
export async function host({ pages = {}, folders = {}, headers = () => ({}), dist = DIST, port = 0 } = {}) {
  if (!existsSync(join(dist, 'index.html'))) throw new Error(`No page in ${dist}: run tests/run page first.`);
  const server = await serve({ pages, folders: { ...folders, [FOLDER]: dist }, headers, port });
  const origin = `http://127.0.0.1:${server.port}`;
  const contexts = [];
  const problems = [];
  browser ??= launch();

  async function context(options = {}, hosts = []) {
    const context = await (await browser).newContext({ viewport: { width: 1000, height: 900 }, ...options });
    context.setDefaultTimeout(LIMIT_MS);
    contexts.push(context);
    problems.push(watchProblems(context, [new URL(origin).host, ...hosts]));
    return context;
  }

  const site = {
    origin,
    server,
    context,
    /** Opens a page of the host. */
    async open(path, { hosts = [], ...options } = {}) {
      const page = await (await context(options, hosts)).newPage();
      await page.goto(new URL(path, origin).href);
      return page;
    },
    /** What went wrong in its pages so far. */
    problems: () => problems.flat(),
    async close() {
      open.delete(site);
      await Promise.all(contexts.map((context) => context.close()));
      await server.close();
    },
  };
  open.add(site);
  return site;
}

/** A page with the element's script and this body. */
export function course(body, head = '') {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A course</title><link rel="icon" href="data:,">${head}
<script src="${FOLDER}cache-scope.js" defer></script></head><body>${body}</body></html>`;
}

/** Asks an element of a page. */
export function ask(page, method, params = {}, selector = 'cache-scope') {
  return page.evaluate(([where, name, values]) => document.querySelector(where).call(name, values), [selector, method, params]);
}

/** The frame of an element. */
export async function frameOf(page, selector = 'cache-scope') {
  const frame = await page.locator(`${selector} iframe`).first().elementHandle();
  return frame.contentFrame();
}
