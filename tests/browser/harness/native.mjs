// The native run of the ready scenarios, which the page's figures are held against.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pageTest } from './index.mjs';
import { ROOT } from './visit.mjs';

// Where the native figures can't be had, neither is there a page to compare with them.
const skip = existsSync(join(ROOT, 'examples/digests.rs')) ? false : 'there is no examples/digests.rs yet';

/** A test of a page that simulates. */
export function contractTest(name, body) {
  pageTest(name, body, { skip });
}

/** What the native run gives for each ready scenario at its end: `{pattern, scenario, seed, digest, state}`. */
export function nativeRuns() {
  if (skip) return [];
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
