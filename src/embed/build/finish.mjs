// The last step of a release build, which trunk calls: what can be known only once every file has its final name and content.
//
// - The page's own loader takes the place of trunk's. It checks the program against its hash.
// - Both programs, and the tables of languages, also as classic scripts, for a sandboxed frame whose host lets no other origin read its files.
// - The page's content security policy, with the hashes of what is inline.
// - The service worker's list of files, and its version.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shorten } from './names.mjs';

const { TRUNK_PROFILE, TRUNK_STAGING_DIR: dist, TRUNK_SOURCE_DIR: source } = process.env;
// `trunk serve` adds a script of its own to the page, which a policy would refuse.
if (TRUNK_PROFILE === 'release') finish();

function finish() {
  const page = join(dist, 'index.html');
  const built = readFileSync(page, 'utf8');
  const html = slimProgram(programNames(built)).reduce((text, [old, hash]) => text.replaceAll(old, hash), built);
  const names = programNames(html);
  writeFileSync(join(dist, names.plain), plainProgram(names));
  writeFileSync(join(dist, 'lab-plain.js'), plainProgram({ script: 'lab.js', wasm: 'lab_bg.wasm' }));
  plainTables();
  const finished = withPolicy(withLoader(mergeStyles(html), names));
  writeFileSync(page, finished);
  writeServiceWorker(finished);
}

/** The names of the program's files, and the hashes that trunk has given them. */
function programNames(html) {
  const link = (pattern) => html.match(pattern)?.[0] ?? fail(`trunk's page has no ${pattern}`);
  const script = link(/<link [^>]*rel=["']?modulepreload[^>]*>/);
  const wasm = link(/<link [^>]*type=["']?application\/wasm[^>]*>/);
  const attribute = (tag, name) => tag.match(new RegExp(`${name}=["']?([^"' >]+)`))?.[1] ?? fail(`no ${name} in ${tag}`);
  const href = (tag) => attribute(tag, 'href').replace(/^\.\//, '');
  return {
    tags: [script, wasm],
    script: href(script),
    wasm: href(wasm),
    scriptHash: attribute(script, 'integrity'),
    wasmHash: attribute(wasm, 'integrity'),
    plain: href(script).replace(/\.js$/, '-plain.js'),
  };
}

/**
 * Takes the comments and the indentation out of the glue, which trunk does not minify, and gives what program and glue say to
 * each other short names. Gives their old hashes and their new ones.
 */
function slimProgram({ script, scriptHash, wasm, wasmHash }) {
  const glue = readFileSync(join(dist, script), 'utf8')
    .replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, '')
    .replace(/^[ \t]+/gm, '')
    .replace(/\n{2,}/g, '\n');
  const [program, text] = shorten(readFileSync(join(dist, wasm)), glue);
  writeFileSync(join(dist, wasm), program);
  writeFileSync(join(dist, script), text);
  return [
    [scriptHash, integrity(text)],
    [wasmHash, integrity(program)],
  ];
}

function integrity(content) {
  return `sha384-${createHash('sha384').update(content).digest('base64')}`;
}

/** All styles in one element, which then has one hash. */
function mergeStyles(html) {
  const style = /<style>([\s\S]*?)<\/style>/g;
  const all = [...html.matchAll(style)].map(([, css]) => css).join('\n');
  let isFirst = true;
  return html.replaceAll(style, () => {
    if (!isFirst) return '';
    isFirst = false;
    return `<style>${all}</style>`;
  });
}

/** Puts the loader in the place of trunk's, and what it loads before all else. */
function withLoader(html, names) {
  const loader = readFileSync(join(source, 'src/embed/build/loader.js'), 'utf8')
    .replace(/ *\/\/ .*\n/g, '\n')
    .replace(/\n\s*/g, '\n')
    .replaceAll('{script}', names.script)
    .replaceAll('{wasm}', names.wasm)
    .replaceAll('{wasmHash}', names.wasmHash)
    .trim();
  const trunks = /<script type=["']?module["']?>[^<]*<\/script>/;
  if (!trunks.test(html)) fail("trunk's page has no loader");
  const [head, ...rest] = names.tags.reduce((text, tag) => text.replace(tag, ''), html).replace(trunks, '').split('<meta');
  const first = `${names.tags.join('')}<script type="module">${loader}</script>`;
  // After the character set, which must come first.
  const [charset, ...others] = rest;
  const end = charset.indexOf('>') + 1;
  return `${head}<meta${charset.slice(0, end)}${first}${[charset.slice(end), ...others].join('<meta')}`;
}

/** The program as one classic script, which a page may run without being able to read it. */
function plainProgram({ script, wasm }) {
  const module = readFileSync(join(dist, script), 'utf8');
  const classic = module
    .replace(/^export (class|function|const|let|async)/gm, '$1')
    .replace(/^export \{[^}]*\};?\s*$/m, '')
    .replaceAll('import.meta.url', 'location.href');
  if (/^(export|import)\b/m.test(classic)) fail(`${script} has an import or export that is not known here`);
  const bytes = readFileSync(join(dist, wasm)).toString('base64');
  return `(() => {\n${classic}\nconst bytes = Uint8Array.from(atob('${bytes}'), (letter) => letter.charCodeAt(0));\n` +
    '__wbg_init({ module_or_path: bytes });\n})();\n';
}

/** Each language's table as a script, for frames that may not read files. */
function plainTables() {
  for (const name of readdirSync(dist).filter((name) => /^[a-z]{2,3}\.json$/.test(name))) {
    const table = readFileSync(join(dist, name), 'utf8');
    writeFileSync(join(dist, name.replace('.json', '-plain.js')), `cachescopeLanguage.take(${table.trim()});\n`);
  }
}

function withPolicy(html) {
  const hashes = (pattern) => [...html.matchAll(pattern)].map(([, text]) => `'sha256-${sha256(text)}'`).join(' ');
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${hashes(/<script[^>]*>([^<]+)<\/script>/g)}`,
    `style-src 'self' ${hashes(/<style>([\s\S]*?)<\/style>/g)}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const charset = html.match(/<meta [^>]*charset[^>]*>/)?.[0] ?? fail('the page names no character set');
  return html.replace(charset, `${charset}<meta http-equiv="Content-Security-Policy" content="${policy}">`);
}

function writeServiceWorker(html) {
  const own = readFileSync(join(source, 'src/embed/build/service-worker.js'), 'utf8');
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('-plain.js'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(dist.length + 1).replaceAll('\\', '/'))
    .filter((name) => name !== 'service-worker.js')
    .sort();
  const version = sha256(files.map((name) => `${name} ${sha256(name === 'index.html' ? html : readFileSync(join(dist, name)))}`).join('\n'));
  const constants = `const VERSION = ${JSON.stringify(version.slice(0, 16))};\nconst FILES = ${JSON.stringify(files)};\n`;
  writeFileSync(join(dist, 'service-worker.js'), constants + own);
}

function sha256(content) {
  return createHash('sha256').update(content).digest('base64');
}

function fail(why) {
  throw new Error(`The release build could not be finished: ${why}.`);
}
