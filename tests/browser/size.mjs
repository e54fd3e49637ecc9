// Weighs a built page as a visitor downloads it, with brotli: index.html and each file that it names. The others are those
// that the page asks for later, if at all; they are weighed apart, each program by itself, and have no limit.
//
//   node tests/browser/size.mjs DIST LIMIT_IN_BYTES

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const [dist, limitText] = process.argv.slice(2);
const limit = Number(limitText);
if (!dist || !(limit > 0)) {
  console.error('Usage: node tests/browser/size.mjs DIST LIMIT_IN_BYTES');
  process.exit(2);
}

const compressedSize = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .sort();

if (files.length === 0) {
  console.error(`There is no file in ${dist}.`);
  process.exit(1);
}

const index = readFileSync(join(dist, 'index.html'), 'utf8');
const isFirst = (file) => relative(dist, file) === 'index.html' || index.includes(basename(file));

/** Prints the files of one part and their sum. Says whether it is within its limit, if it has one. */
function weigh(part, chosen, most = Infinity) {
  let total = 0;
  for (const file of chosen) {
    const bytes = readFileSync(file);
    const compressed = compressedSize(bytes);
    total += compressed;
    console.log(`${String(bytes.length).padStart(9)} ${String(compressed).padStart(9)}  ${relative(dist, file)}`);
  }
  const named = most === Infinity ? '' : `; the limit is ${most}`;
  console.log(`${part}: ${total} bytes with brotli in ${chosen.length} files${named}`);
  if (total > most) console.error(`${part} is ${total - most} bytes over its limit.`);
  return total <= most;
}

const isWithin = weigh('The page', files.filter(isFirst), limit);
const later = files.filter((file) => !isFirst(file));
for (const program of new Set(later.map((file) => basename(file).split(/[_.]/)[0]))) {
  weigh(`Asked for later, '${program}'`, later.filter((file) => basename(file).startsWith(program)));
}
if (!isWithin) process.exit(1);
