// Measures how soon an embed moves: from the start of its navigation to the first frame in which the stage has changed, in
// new browser profiles that have nothing in their cache. Prints JSON; times are in milliseconds.
//
//   node benches/embed/run.mjs 'scenario=write-behind-data-loss&at=1' --runs=10
//
// The page is the release build in target/dist, made by `tests/run page`.

import { parseArgs } from 'node:util';
import { firstFrames } from '../../tests/browser/harness/first_frame.mjs';
import { stopHosts } from '../../tests/browser/harness/hosts.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string', default: '10' } } });
const frames = await firstFrames(positionals[0], Number(values.runs));
const sorted = (name) => frames.map((frame) => frame[name]).sort((one, other) => one - other);
const summary = (times) => ({ p50: times[times.length >> 1], least: times[0], most: times.at(-1) });
console.log(JSON.stringify({ runs: frames.length, drawn: summary(sorted('drawn')), moved: summary(sorted('moved')) }, null, 2));
await stopHosts();
