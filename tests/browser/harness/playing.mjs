// Driving a run by the page's own methods.

import { setTimeout as pause } from 'node:timers/promises';
import { call } from './index.mjs';

/** Fast enough for a test, and within what a person can choose. */
const SPEED = 16;
const LIMIT_MS = 90_000;
const POLL_MS = 50;

/** Plays to the end of the run and returns the state there. */
export async function playToEnd(frame) {
  await call(frame, 'speed', { value: SPEED });
  await call(frame, 'play');
  return stateWhen(frame, ({ playing }) => !playing);
}

/** Waits until the state is as `expected(state)` says, and returns it. */
export async function stateWhen(frame, expected) {
  for (const deadline = Date.now() + LIMIT_MS; Date.now() < deadline; await pause(POLL_MS)) {
    const state = await call(frame, 'state');
    if (expected(state)) return state;
  }
  throw new Error(`The expected state did not come within ${LIMIT_MS / 1000} s.`);
}

/** The state at a time of the run, in seconds. */
export async function stateAt(frame, at) {
  await call(frame, 'seek', { at });
  return call(frame, 'state');
}

/** The state without what the act of playing changes. */
export function measured({ playing, speed, ...figures }) {
  return figures;
}

/**
 * Narrows down when `happened(state)` turns true between two times, to within `precision` seconds. It must be false at
 * `before` and true at `after`. Returns the states on both sides.
 */
export async function momentWhen(frame, happened, before, after, precision = 1e-6) {
  let low = await stateAt(frame, before);
  let high = await stateAt(frame, after);
  if (happened(low) || !happened(high)) throw new Error(`It does not turn true between ${before} s and ${after} s.`);
  while (after - before > precision) {
    const middle = (before + after) / 2;
    const state = await stateAt(frame, middle);
    if (happened(state)) [after, high] = [middle, state];
    else [before, low] = [middle, state];
  }
  return { low, high };
}
