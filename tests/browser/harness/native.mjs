// The native run of the ready scenarios, which the page's figures are held against.

import { execFileSync } from 'node:child_process';
import { ROOT } from './visit.mjs';

/**
 * What the native run gives for each ready scenario with each pattern at its end: `{pattern, scenario, own, seed, digest,
 * state}`, where `own` marks the pattern that the scenario is made for.
 */
export function nativeRuns() {
  const runs = cargoRun('--example', 'digests').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  if (runs.length === 0) throw new Error('The native run lists no scenario.');
  return runs;
}

/** What the native build of the worker answers to a request. */
export function nativeAnswer(method, params) {
  return JSON.parse(cargoRun('--bin', 'lab', '--', JSON.stringify({ method, params }))).result;
}

function cargoRun(...what) {
  return execFileSync('cargo', ['run', '--quiet', '--locked', ...what], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
