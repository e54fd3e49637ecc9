// Reading costs out of the events of a main thread, which come in the order of their time.

const SCRIPT = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'RunMicrotasks',
  'TimerFire',
  'v8.callFunction',
  'v8.run',
]);
const RENDERING = new Set([
  'UpdateLayoutTree',
  'RecalculateStyles',
  'Layout',
  'PrePaint',
  'Paint',
  'Layerize',
  'UpdateLayer',
  'Commit',
  'CompositeLayers',
]);

/** The cost of each full frame of the recording: `{script, rendering}` from one frame's first callback to the next one's. */
export function frameCosts(events) {
  const starts = frameStarts(events);
  const frames = starts.slice(1).map((end, index) => ({ start: starts[index], end, script: 0, rendering: 0 }));
  let current = 0;
  for (const { kind, start, cost } of work(events)) {
    while (current < frames.length && start >= frames[current].end) current += 1;
    if (current === frames.length) break;
    if (start >= frames[current].start) frames[current][kind] += cost;
  }
  return frames;
}

/** The cost between each pair of marks `<name> begin` and `<name> end`. */
export function markedCosts(events, name) {
  const times = (text) => events.filter((event) => event.name === text).map(({ ts }) => ts);
  const ends = times(`${name} end`);
  const pieces = [...work(events)];
  return times(`${name} begin`).map((start, index) => {
    const costs = { script: 0, rendering: 0 };
    for (const piece of pieces) {
      const overlap = Math.min(piece.start + piece.cost * 1000, ends[index]) - Math.max(piece.start, start);
      if (overlap > 0) costs[piece.kind] += overlap / 1000;
    }
    return costs;
  });
}

/** The least, the middle, the 95th and 99th percentile and the greatest. */
export function quantiles(values) {
  const sorted = [...values].sort((first, second) => first - second);
  const at = (share) => Number(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.toFixed(3));
  return { min: at(0), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** When each frame began: its first animation callback. Several callbacks can belong to one frame, and then come at once. */
function frameStarts(events) {
  const starts = [];
  let frameIsNew = true;
  for (const { name, ts } of events) {
    if (name === 'FireAnimationFrame' && frameIsNew) {
      starts.push(ts);
      frameIsNew = false;
    } else if (name === 'Commit') {
      frameIsNew = true;
    }
  }
  return starts;
}

/**
 * The pieces of script and of rendering, each counted once: an event inside another one's time is the other's, except
 * that a layout which a script forces is counted as the script's. Costs in milliseconds, starts in the trace's microseconds.
 */
function* work(events) {
  let coveredUntil = 0;
  for (const { name, ts, dur, ph } of events) {
    if (ph !== 'X') continue;
    const kind = SCRIPT.has(name) ? 'script' : RENDERING.has(name) ? 'rendering' : null;
    if (!kind || ts < coveredUntil) continue;
    coveredUntil = ts + dur;
    yield { kind, start: ts, cost: dur / 1000 };
  }
}
