// Packs a lesson for an LMS: a folder with an index.html, the built page in its folder `cachescope`, and what tells the LMS when
// a reader is through.
//
//   node examples/scorm/pack.mjs examples/plain lesson.zip --title='What "saved" can mean' --version=2004
//
// Options: --version=1.2 or 2004 (usual: 1.2), --title=TEXT, --dist=FOLDER of the built page (usual: target/dist).

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { manifest } from './manifest.mjs';
import { zip } from './zip.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    version: { type: 'string', default: '1.2' },
    title: { type: 'string', default: 'Caching, seen at work' },
    dist: { type: 'string', default: join(ROOT, 'target/dist') },
  },
});
const [lesson, target] = positionals;
if (!lesson || !target || !['1.2', '2004'].includes(values.version)) {
  console.error('Usage: node examples/scorm/pack.mjs FOLDER ARCHIVE.zip [--version=1.2|2004] [--title=TEXT] [--dist=FOLDER]');
  process.exit(2);
}

const files = new Map([...folder(lesson, ''), ...folder(values.dist, 'cachescope/')]);
const entry = files.get('index.html')?.toString();
if (!entry?.includes('</head>')) throw new Error(`${lesson} needs an index.html with a head.`);
files.set('index.html', entry.replace('</head>', '<script src="scorm.js" defer></script></head>'));
files.set('scorm.js', readFileSync(join(import.meta.dirname, 'scorm.js')));
const names = [...files.keys()].sort();
const all = [['imsmanifest.xml', manifest(values.version, values.title, names)], ...names.map((name) => [name, files.get(name)])];
writeFileSync(target, zip(all));
console.log(`${target}: SCORM ${values.version}, ${all.length} files`);

function folder(path, prefix) {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    return [prefix + relative(path, file).replaceAll('\\', '/'), readFileSync(file)];
  });
}
