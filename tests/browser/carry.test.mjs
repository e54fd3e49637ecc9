// What can be carried away as a picture: the stage as PNG, as SVG, and as a film.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { call, pageTest, part } from './harness/index.mjs';

async function carried(page, name) {
  const button = part(page, 'log').getByRole('button', { name, exact: true });
  await button.scrollIntoViewIfNeeded();
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 90_000 }), button.click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** How many colours a picture has, and the share of the commonest. */
const colours = (page, bytes, type) =>
  page.evaluate(async ({ data, type }) => {
    const image = new Image();
    image.src = `data:${type};base64,${data}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const counts = new Map();
    const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    return { width: image.width, colours: counts.size, share: Math.max(...counts.values()) / pixels.length };
  }, { data: bytes.toString('base64'), type });

pageTest('the stage becomes a sharp PNG', async ({ openPage }) => {
  const page = await openPage('scenario=write-behind-data-loss&at=13.8&autoplay=0&theme=light');
  const width = await page.locator('.stage').evaluate((stage) => stage.getBoundingClientRect().width);
  const { name, bytes } = await carried(page, 'PNG');
  assert.equal(name, 'cachescope.png');
  const found = await colours(page, bytes, 'image/png');
  assert.equal(found.width, Math.round(width * 2));
  assert.ok(found.colours > 200 && found.share < 0.97, JSON.stringify(found));
});

pageTest('the stage becomes an SVG that needs nothing else', async ({ openPage }) => {
  const page = await openPage('scenario=write-behind-data-loss&at=13.8&autoplay=0&theme=dark');
  const { name, bytes } = await carried(page, 'SVG');
  const text = bytes.toString();
  assert.equal(name, 'cachescope.svg');
  assert.ok(text.startsWith('<svg') && text.includes('not yet in database'));
  assert.ok(!/(?:src|href)="(?!data:|#)/.test(text), 'it points nowhere');
  const found = await colours(page, bytes, 'image/svg+xml');
  assert.ok(found.colours > 200 && found.share < 0.97, JSON.stringify(found));
});

pageTest('the next seconds become a film, and the playhead returns', async ({ openPage }) => {
  const page = await openPage('scenario=write-behind-data-loss&at=13&autoplay=0&theme=light');
  await page.setViewportSize({ width: 800, height: 700 });
  const { name, bytes } = await carried(page, 'Film');
  assert.equal(name, 'cachescope.webm');
  assert.equal(bytes.readUInt32BE(0), 0x1a45dfa3, 'it is WebM');
  assert.ok(bytes.length > 30_000, `${bytes.length} bytes`);
  assert.equal((await call(page, 'state')).at, 13);
});
