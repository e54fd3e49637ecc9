// Recording Chromium's trace of a page.

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing', 'v8.execute', 'toplevel'];

/** Marks where the recording begins and ends, which also tells the page's main thread from all others. */
const BEGIN = 'record begin';
const END = 'record end';

/** Records what happens while `work` runs. Returns the events of the page's main thread between the two moments. */
export async function record(page, work) {
  const browser = page.context().browser();
  const mark = (name) => page.evaluate((text) => void performance.mark(text), name);
  await browser.startTracing(page, { screenshots: false, categories: CATEGORIES });
  await mark(BEGIN);
  await work();
  await mark(END);
  const { traceEvents } = JSON.parse(await browser.stopTracing());

  const begin = traceEvents.find(({ name }) => name === BEGIN);
  const end = traceEvents.find(({ name }) => name === END);
  if (!begin || !end) throw new Error('The trace does not hold its own marks.');
  return traceEvents
    .filter(({ pid, tid, ts }) => pid === begin.pid && tid === begin.tid && ts >= begin.ts && ts <= end.ts)
    .sort((first, second) => first.ts - second.ts);
}
