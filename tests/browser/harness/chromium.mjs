// The browser that the tests drive: the machine's own Chromium or Chrome, with a new profile at each start.

import { spawnSync } from 'node:child_process';
import { chromium } from 'playwright-core';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No name but this machine's resolves: whatever a page tries to reach, nothing leaves the machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** Starts the browser, with more arguments if need be. It is `CHROMIUM` where that is set, or else the first that is found. */
export function launch(more = []) {
  return chromium.launch({ executablePath: executable(), args: [...ARGUMENTS, ...more] });
}

function executable() {
  const found = (process.env.CHROMIUM ? [process.env.CHROMIUM] : NAMES).map(pathOf).find(Boolean);
  if (!found) throw new Error('No Chromium found. Run tests/setup browser, or set CHROMIUM to its path.');
  return found;
}

function pathOf(name) {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v "$0"', name], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
