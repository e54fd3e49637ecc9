// A static file server as plain as any static host: it serves a folder below a sub-path and nothing else.

import { createServer } from 'node:http';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, resolve, sep } from 'node:path';

const MEDIA_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Serves the folder `root` below `base` (which begins and ends with a slash) on a free port of the loopback interface. */
export function serveFolder(root, base) {
  const folder = resolve(root);
  return listen(async (path) => {
    if (path === base.slice(0, -1)) return { status: 301, headers: { location: base } };
    if (!path.startsWith(base)) return { status: 404 };
    const inside = path.slice(base.length);
    const file = normalize(join(folder, inside === '' || inside.endsWith('/') ? `${inside}index.html` : inside));
    if (!file.startsWith(folder + sep)) return { status: 404 };
    const body = await readFile(file).catch(() => null);
    return body ? found(MEDIA_TYPES[extname(file)] ?? 'application/octet-stream', body) : { status: 404 };
  });
}

/** Serves the given texts, an object from path to HTML. A path that is not listed is not found. */
export function serveHtml(pages) {
  return listen(async (path) => (Object.hasOwn(pages, path) ? found(MEDIA_TYPES['.html'], pages[path]) : { status: 404 }));
}

function found(mediaType, body) {
  // Hosts of static pages commonly let pages of other origins read them, and a sandboxed frame needs it.
  const headers = { 'content-type': mediaType, 'cache-control': 'no-store', 'access-control-allow-origin': '*' };
  return { status: 200, headers, body };
}

/**
 * Serves pages, an object from path to HTML, and folders, one from path to a folder, as any static host does: with the media
 * type and the date of the last change. `headers` gives for a path what is sent beside those. Returns also the list of the
 * paths whose content was sent.
 */
export function serve({ pages = {}, folders = {}, headers = () => ({}), port = 0 }) {
  const sent = [];
  const bases = Object.keys(folders).sort((one, other) => other.length - one.length);
  const answer = async (path, { 'if-none-match': known }) => {
    const found = Object.hasOwn(pages, path) ? { type: '.html', body: pages[path] } : await fileAt(folders, bases, path);
    if (!found?.body) return { status: 404 };
    const usual = { 'content-type': MEDIA_TYPES[found.type] ?? 'application/octet-stream' };
    if (found.changed) {
      usual['last-modified'] = found.changed.toUTCString();
      usual.etag = `"${found.changed.getTime()}-${found.body.length}"`;
    }
    if (known && known === usual.etag) return { status: 304, headers: { ...usual, ...headers(path) } };
    sent.push(path);
    return { status: 200, headers: { ...usual, ...headers(path) }, body: found.body };
  };
  return listen(answer, port).then((server) => ({ ...server, sent }));
}

async function fileAt(folders, bases, path) {
  const base = bases.find((base) => path.startsWith(base));
  if (base === undefined) return null;
  const folder = resolve(folders[base]);
  const inside = path.slice(base.length);
  const file = normalize(join(folder, inside === '' || inside.endsWith('/') ? `${inside}index.html` : inside));
  if (!file.startsWith(folder + sep)) return null;
  const [body, about] = await Promise.all([readFile(file).catch(() => null), stat(file).catch(() => null)]);
  return { type: extname(file), body, changed: about?.mtime };
}

/** Answers each path as `answer` says. Returns the port and a function that stops the server. */
async function listen(answer, wanted = 0) {
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await answer(pathOf(request.url), request.headers);
    response.writeHead(status, headers).end(body ?? (status === 404 ? 'Not found' : ''));
  });
  await new Promise((done, failed) => server.once('error', failed).listen(wanted, '127.0.0.1', done));
  const close = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  return { port: server.address().port, close };
}

function pathOf(url) {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return '';
  }
}
