// Hostile inputs, the same for the same seed.

/** A source of numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const METHODS = ['describe', 'load', 'play', 'pause', 'step', 'seek', 'speed', 'inject', 'command', 'state', 'constructor', '__proto__', '', '\u0000', 'PLAY'];
const NAMES = ['at', 'by', 'value', 'fault', 'target', 'text', 'format', 'run', 'pattern', 'scenario', 'seed', 'duration', '__proto__', 'toString', 'x'];
const TEXTS = [
  '', 'cache', 'cache-crash', 'crash', 'write-behind', 'write-behind-data-loss', 'NaN', '-1', '1e999', '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>', 'SET a 1', 'FLUSHALL', 'DEBUG SEGFAULT', 'EVAL "while true do end" 0', '\ud800', '\u0000', '💾'.repeat(40),
  'A'.repeat(5_000), '../../etc/passwd', 'javascript:alert(1)', '%', '%%%', 'null',
];
const NUMBERS = [0, -0, 1, -1, 0.5, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 64, -(2 ** 31), 14.7];

/** Makers of hostile things from a source of numbers. */
export function hostile(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const many = (most, make) => Array.from({ length: Math.floor(random() * (most + 1)) }, make);

  function value(depth = 3) {
    const kind = random();
    if (kind < 0.35) return pick(TEXTS);
    if (kind < 0.6) return pick(NUMBERS);
    if (kind < 0.7) return pick([null, true, false]);
    if (depth === 0) return null;
    if (kind < 0.8) return many(4, () => value(depth - 1));
    return params(depth - 1);
  }

  function params(depth = 2) {
    // An own property even where the name is __proto__.
    return Object.fromEntries(many(4, () => [pick(NAMES), value(depth)]));
  }

  /** A message; many of them are nearly right. */
  function message(id) {
    const kind = random();
    if (kind < 0.1) return value();
    const right = { cachescope: 1, id, method: pick(METHODS), params: params() };
    if (kind < 0.7) return right;
    const name = pick(Object.keys(right));
    if (kind < 0.85) return { ...right, [name]: value() };
    const { [name]: _, ...lacking } = right;
    return lacking;
  }

  /** The query of a link. */
  function query() {
    const names = ['pattern', 'scenario', 'seed', 'at', 'autoplay', 'speed', 'embed', 'theme', 'panels', 'compare', 'run', 'origins', 'x', '__proto__'];
    const part = () => {
      const text = String(random() < 0.7 ? pick(TEXTS).slice(0, 300) : pick(NUMBERS)).toWellFormed?.() ?? '';
      return `${pick(names)}=${random() < 0.8 ? encodeURIComponent(text) : text.replaceAll(/[#\u0000-\u0020]/g, '')}`;
    };
    return many(5, part).join('&');
  }

  return { value, message, query };
}
