// Measures what the page costs the browser's main thread, from Chromium's own trace: the script in each frame while it
// plays, and the work from a seek to its redraw. Prints JSON; times are in milliseconds.
//
//   node benches/frame/run.mjs 'scenario=write-behind-data-loss' --seconds=5 --seeks=40
//
// Options: --at=SECONDS where playing begins, --speed=VALUE, --seconds=SECONDS of playing, --seeks=COUNT, --span=SECONDS
// of the run that the seeks are spread over (without it, up to the run's end), --slowdown=FACTOR for a slower processor.
// The page is the release build in target/dist, made by `tests/run page`.

import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { call, part, Visit, stop } from '../../tests/browser/harness/visit.mjs';
import { record } from './record.mjs';
import { frameCosts, markedCosts, quantiles } from './trace.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    at: { type: 'string', default: '0' },
    speed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '5' },
    seeks: { type: 'string', default: '40' },
    span: { type: 'string' },
    slowdown: { type: 'string', default: '1' },
  },
});
/** The time that a 60 Hz display gives a frame. */
const FRAME_MS = 1000 / 60;

/** The cost of each frame while the run plays. */
async function measurePlaying(page, seconds) {
  await call(page, 'seek', { at: Number(values.at) });
  await call(page, 'speed', { value: Number(values.speed) });
  await call(page, 'play');
  const packetsBefore = await packets(page);
  const trace = await record(page, () => pause(seconds * 1000));
  const packetsAfter = await packets(page);
  const { at, playing } = await call(page, 'state');
  await call(page, 'pause');
  if (!playing) throw new Error(`The run ended at ${at} s, before it had played for ${seconds} s: choose fewer --seconds.`);

  const frames = frameCosts(trace);
  return {
    seconds,
    frames: frames.length,
    packets: { before: packetsBefore, after: packetsAfter },
    script: quantiles(frames.map(({ script }) => script)),
    rendering: quantiles(frames.map(({ rendering }) => rendering)),
  };
}

/** How many packets are to be seen: single ones, or those of the crowd. */
async function packets(page) {
  const crowd = part(page, 'crowd');
  const count = (await crowd.count()) > 0 ? Number(await crowd.getAttribute('data-count')) : 0;
  return count + (await part(page, 'packet').count());
}

/** The cost of seeks to and fro, each up to the frame that shows it. */
async function measureSeeks(page, count) {
  const span = values.span === undefined ? await endOf(page) : Number(values.span);
  // Steps of the golden ratio: spread evenly, near and far, forwards and backwards, and the same at each run.
  const times = Array.from({ length: count }, (_, index) => ((index * 0.6180339887) % 1) * span);
  const trace = await record(page, () => page.evaluate(seekAll, times));
  const seeks = markedCosts(trace, 'seek');
  const total = seeks.map(({ script, rendering }) => script + rendering);
  return {
    span,
    seeks: seeks.length,
    script: quantiles(seeks.map(({ script }) => script)),
    rendering: quantiles(seeks.map(({ rendering }) => rendering)),
    total: quantiles(total),
    over_a_frame: total.filter((cost) => cost > FRAME_MS).length,
  };
}

/** Runs in the page: each seek is marked from its call until its frame has been drawn. */
async function seekAll(times) {
  const frame = () => new Promise(requestAnimationFrame);
  const task = () => new Promise((done) => setTimeout(done));
  for (const at of times) {
    await frame();
    await task();
    performance.mark('seek begin');
    await window.cachescope.call('seek', { at });
    // The first frame draws the seek. A task after the next one's start comes when that drawing is over.
    await frame();
    await task();
    performance.mark('seek end');
  }
}

/** The end of the run, in seconds: a seek beyond it stops there. */
async function endOf(page) {
  await call(page, 'seek', { at: Number.MAX_SAFE_INTEGER / 1e9 });
  return (await call(page, 'state')).at;
}

const query = new URLSearchParams(positionals[0] ?? '');
query.set('autoplay', '0');
const visit = new Visit();
try {
  const page = await visit.openPage(String(query));
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: Number(values.slowdown) });
  const playing = await measurePlaying(page, Number(values.seconds));
  const seeking = await measureSeeks(page, Number(values.seeks));
  const problems = visit.problems();
  console.log(JSON.stringify({ query: String(query), slowdown: Number(values.slowdown), playing, seeking, problems }, null, 2));
  if (problems.length > 0) process.exitCode = 1;
} finally {
  await visit.end();
  await stop();
}
