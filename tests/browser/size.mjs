// Weighs a built page as a visitor downloads it: every file compressed with brotli.
//
//   node tests/browser/size.mjs DIST LIMIT_IN_BYTES

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
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

let total = 0;
for (const file of files) {
  const bytes = readFileSync(file);
  const compressed = compressedSize(bytes);
  total += compressed;
  console.log(`${String(bytes.length).padStart(9)} ${String(compressed).padStart(9)}  ${relative(dist, file)}`);
}
console.log(`${total} bytes with brotli in ${files.length} files; the limit is ${limit}`);

if (files.length === 0) {
  console.error(`There is no file in ${dist}.`);
  process.exit(1);
}
if (total > limit) {
  console.error(`The page is ${total - limit} bytes over its limit.`);
  process.exit(1);
}
