// How soon an embed moves.

import { FOLDER, host } from './hosts.mjs';

/** A host that says of what a build never changes that it never does. */
const headers = (path) => (/-[0-9a-f]{16}/.test(path) ? { 'cache-control': 'public, max-age=31536000, immutable' } : {});

/**
 * Opens an embed so many times, each in a new profile. Returns for each when it had been drawn and when it had moved, in whole
 * milliseconds after the start of its navigation.
 */
export async function firstFrames(query = 'scenario=write-behind-data-loss&at=1', runs = 5) {
  const site = await host({ headers });
  const frames = [];
  try {
    for (let run = 0; run < runs; run += 1) frames.push(await firstFrame(site, query));
  } finally {
    await site.close();
  }
  return frames;
}

async function firstFrame(site, query) {
  const context = await site.context({ viewport: { width: 800, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(`${site.origin}${FOLDER}?embed=1&${query}`);
  await page.waitForFunction(() => window.firstFrame.moved);
  const { drawn, moved } = await page.evaluate(() => window.firstFrame);
  await context.close();
  return { drawn: Math.round(drawn), moved: Math.round(moved) };
}

/** Runs in the page: looks at each frame whether the clock beside the stage has gone on. */
function watch() {
  const times = {};
  window.firstFrame = times;
  let first = null;
  const look = (now) => {
    const clock = document.querySelector('.clock__now')?.textContent;
    if (clock && first === null) [first, times.drawn] = [clock, now];
    else if (clock && clock !== first) times.moved = now;
    if (!times.moved) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
