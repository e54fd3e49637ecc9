// The native run of the ready scenarios, which the page's figures are held against.

import { execFileSync } from 'node:child_process';
import { ROOT } from './visit.mjs';

/**
 * What the native run gives for each ready scenario with each pattern at its end: `{pattern, scenario, own, seed, digest,
 * state}`, where `own` marks the pattern that the scenario is made for.
 */
export function nativeRuns() {
  const output = execFileSync('cargo', ['run', '--quiet', '--locked', '--example', 'digests'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const runs = output.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  if (runs.length === 0) throw new Error('The native run lists no scenario.');
  return runs;
}
