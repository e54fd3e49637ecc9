// The same million cached requests natively and in WebAssembly, in one run on this machine:
//
//   tests/run page && node benches/wasm.mjs
//
// The worker's program is the one that the page loads (target/dist, or the folder CACHESCOPE_DIST). It runs in node, whose
// engine is Chromium's. Times are those of the processor, so that others on the machine count little.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = resolve(import.meta.dirname, '..');
const DIST = resolve(ROOT, process.env.CACHESCOPE_DIST ?? 'target/dist');
const REQUESTS = 1_000_000;
const SPEC = {
  kind: 'run',
  requests: REQUESTS,
  run: {
    seed: 7,
    workload: { clients: 8, rate: 2_000, 'read-share': 0.95, keys: 1_000, skew: 0.9 },
    settings: { ttl: 60 },
    timings: JSON.parse(readFileSync(join(import.meta.dirname, 'data-centre.json'), 'utf8')),
  },
};

const folder = mkdtempSync(join(tmpdir(), 'cachescope-'));

/** Seconds of the processor that the native program takes, and its figures. */
function native() {
  const spec = join(folder, 'experiment.json');
  writeFileSync(spec, JSON.stringify(SPEC));
  const cargo = ['--quiet', '--release', '--example', 'lab'];
  execFileSync('cargo', ['build', ...cargo], { cwd: ROOT, stdio: 'inherit' });
  const program = join(ROOT, process.env.CARGO_TARGET_DIR ?? 'target', 'release/examples/lab');
  const time = join(folder, 'time');
  const script = `"${program}" "${spec}"; times >"${time}"`;
  const told = execFileSync('bash', ['-c', script], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const user = readFileSync(time, 'utf8').split('\n')[1].split(' ')[0];
  const [, minutes, seconds] = user.match(/(\d+)m([\d.]+)s/);
  return { seconds: Number(minutes) * 60 + Number(seconds), told: JSON.parse(told) };
}

/** The worker's program, started: a function that asks it. */
async function worker() {
  const file = (pattern) => readdirSync(DIST).find((name) => pattern.test(name));
  const glue = join(folder, 'lab.mjs');
  writeFileSync(glue, readFileSync(join(DIST, file(/^lab.*\.js$/) ?? 'lab.js')));
  let answer;
  globalThis.postMessage = (text) => {
    answer = text;
  };
  const program = await import(pathToFileURL(glue));
  await program.default({ module_or_path: readFileSync(join(DIST, file(/^lab.*_bg\.wasm$/))) });
  return (params) => {
    globalThis.onmessage({ data: JSON.stringify({ method: 'experiment', params }) });
    const { result, error } = JSON.parse(answer);
    if (error) throw new Error(error);
    return result;
  };
}

const ask = await worker();
const begun = process.cpuUsage();
let told = ask({ spec: SPEC });
while (told.job) told = ask(told);
const wasm = process.cpuUsage(begun).user / 1e6;
const other = native();
if (JSON.stringify(told.result) !== JSON.stringify(other.told)) throw new Error('The figures differ.');
const line = (name, seconds) => console.log(`${name.padEnd(14)} ${seconds.toFixed(2)} s of the processor`);
console.log(`${told.result.requests} requests, ${(100 * told.result.cache['hit-ratio']).toFixed(1)} % of the look-ups hit`);
line('native', other.seconds);
line('WebAssembly', wasm);
console.log(`WebAssembly takes ${(wasm / other.seconds).toFixed(2)} times as long.`);
