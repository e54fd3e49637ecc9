// Learning records: xAPI statements of a page that asks for them, and lessons packed for an LMS.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { manifest } from '../../examples/scorm/manifest.mjs';
import { ask, course, DIST, FOLDER, host, stopHosts } from './harness/hosts.mjs';
import { refusals } from './harness/scorm.mjs';
import { ROOT } from './harness/visit.mjs';

after(stopHosts);

const LIMIT = { timeout: 60_000 };
const SCENE = '<cache-scope id="shop" scenario="first-read" speed="16" autoplay="0"></cache-scope>';

/** A learning record store, which keeps what it is sent. */
async function store() {
  const statements = [];
  const allowed = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    if (request.method === 'POST') statements.push({ path: request.url, headers: request.headers, statement: JSON.parse(body) });
    response.writeHead(request.method === 'POST' ? 200 : 204, allowed).end(request.method === 'POST' ? '["1"]' : '');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const address = `127.0.0.1:${server.address().port}`;
  const close = () => new Promise((done) => (server.close(done), server.closeAllConnections()));
  return { statements, address, close };
}

async function withStore(tag, act) {
  const lrs = await store();
  const site = await host({ pages: { '/course.html': course(SCENE, '').replace('</head>', `${tag(lrs.address)}</head>`) } });
  try {
    await act(lrs, await site.open('/course.html', { hosts: [lrs.address] }));
    assert.deepEqual(site.problems(), []);
  } finally {
    await Promise.all([lrs.close(), site.close()]);
  }
}

const ACTOR = '{"account": {"homePage": "https://school.example", "name": "4711"}}';
const recording = (address) => `<script src="${FOLDER}learning-records.js" defer data-endpoint="http://${address}/xapi/" data-auth="Basic eDp5" data-actor='${ACTOR}'></script>`;

async function playToEnd(page) {
  await ask(page, 'play');
  await page.waitForFunction(() => document.querySelector('cache-scope').state?.at === document.querySelector('cache-scope').state?.end);
  await page.waitForTimeout(300);
}

test('a page that asks for it records what a reader does', LIMIT, () =>
  withStore(recording, async ({ statements }, page) => {
    await playToEnd(page);
    await page.evaluate(() => document.querySelector('cache-scope').dispatchEvent(new CustomEvent('answered', { detail: { question: 'how many?', response: 6, success: true } })));
    await page.waitForTimeout(300);
    assert.deepEqual(statements.map(({ statement }) => statement.verb.display['en-US']), ['initialized', 'experienced', 'completed', 'answered']);
    for (const { path, headers, statement } of statements) {
      assert.equal(path, '/xapi/statements');
      assert.equal(headers['x-experience-api-version'], '1.0.3');
      assert.equal(headers.authorization, 'Basic eDp5');
      assert.deepEqual(statement.actor, { objectType: 'Agent', ...JSON.parse(ACTOR) });
      for (const address of [statement.verb.id, statement.object.id, statement.object.definition.type]) assert.ok(URL.canParse(address), address);
      assert.ok(statement.object.id.startsWith(`${new URL(page.url()).origin}/course.html#shop`));
      assert.ok(!Number.isNaN(Date.parse(statement.timestamp)));
    }
    assert.deepEqual(statements[3].statement.result, { response: '6', success: true });
  }));

for (const [name, tag] of [
  ['without the script', () => ''],
  ['without an endpoint', () => `<script src="${FOLDER}learning-records.js" defer data-actor='${ACTOR}'></script>`],
  ['without an actor', (address) => `<script src="${FOLDER}learning-records.js" defer data-endpoint="http://${address}/xapi/" data-actor="{}"></script>`],
]) {
  test(`nothing is recorded ${name}`, LIMIT, () =>
    withStore(tag, async ({ statements }, page) => {
      await playToEnd(page);
      assert.deepEqual(statements, []);
    }));
}

/** The files of an archive, by the list at its end. */
function unzip(bytes) {
  const files = new Map();
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let place = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    const [packed, size, path, extra, comment] = [bytes.readUInt32LE(place + 20), bytes.readUInt32LE(place + 24), bytes.readUInt16LE(place + 28), bytes.readUInt16LE(place + 30), bytes.readUInt16LE(place + 32)];
    const name = bytes.toString('utf8', place + 46, place + 46 + path);
    const local = bytes.readUInt32LE(place + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = inflateRawSync(bytes.subarray(start, start + packed));
    assert.equal(content.length, size, name);
    files.set(name, content);
    place += 46 + path + extra + comment;
  }
  return files;
}

/** Reads XML as a browser does, which refuses what is not well-formed. */
const readXml = (page, text) =>
  page.evaluate((xml) => {
    const { documentElement } = new DOMParser().parseFromString(xml, 'application/xml');
    const plain = (element) => ({
      name: element.localName,
      space: element.namespaceURI,
      text: element.children.length === 0 ? element.textContent : '',
      attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
      children: [...element.children].map(plain),
    });
    return plain(documentElement);
  }, text);

const all = (element, name) => [...(element.name === name ? [element] : []), ...element.children.flatMap((child) => all(child, name))];

/** An LMS of few words, which notes what it is asked. */
const LMS = (version) => `<!doctype html><title>LMS</title><link rel="icon" href="data:,"><script>
  window.calls = [];
  const values = {};
  const note = (name, result) => (...args) => { window.calls.push([name, ...args]); return result(...args); };
  const set = (name, value) => { values[name] = value; return 'true'; };
  const get = (name) => values[name] ?? '';
  const yes = () => 'true';
  ${version === '1.2'
    ? "window.API = { LMSInitialize: note('start', yes), LMSSetValue: note('set', set), LMSGetValue: get, LMSCommit: note('commit', yes), LMSFinish: note('end', yes) };"
    : "window.API_1484_11 = { Initialize: note('start', yes), SetValue: note('set', set), GetValue: get, Commit: note('commit', yes), Terminate: note('end', yes) };"}
</script><iframe src="/lesson/index.html" width="900" height="900"></iframe>`;

test('the schemas refuse a manifest that is wrong', LIMIT, async () => {
  for (const version of ['1.2', '2004']) {
    const right = manifest(version, 'A lesson', ['index.html', 'a folder/ü & more.js']);
    assert.deepEqual(await refusals(version, right), []);
    for (const [what, wrong, told] of [
      ['schemaversion', 'version', 'schemaversion'],
      ['identifier="lesson"', 'identifier="my lesson"', 'my lesson'],
      ['type="webcontent"', '', 'type'],
      ['="sco"', '="page"', 'page'],
      ['<file ', '<document ', 'document'],
    ]) {
      const refused = await refusals(version, right.replaceAll(what, wrong));
      assert.ok(refused.some((line) => line.includes(told)), `${version}, ${wrong}: ${refused}`);
    }
  }
});

for (const [version, told, status] of [['1.2', '1.2', 'cmi.core.lesson_status'], ['2004', '2004 4th Edition', 'cmi.completion_status']]) {
  test(`a lesson is packed as SCORM ${version}, and tells the LMS when it has been seen`, LIMIT, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cachescope-'));
    const archive = join(folder, 'lesson.zip');
    const title = 'What "saved" can mean <& cost>';
    const pack = () => execFileSync('node', ['examples/scorm/pack.mjs', 'examples/plain', archive, `--version=${version}`, `--title=${title}`, `--dist=${DIST}`], { cwd: ROOT });
    pack();
    const bytes = await readFile(archive);
    pack();
    assert.deepEqual(await readFile(archive), bytes, 'the same lesson gives the same archive');
    const files = unzip(bytes);
    for (const [name, content] of files) {
      await mkdir(dirname(join(folder, 'lesson', name)), { recursive: true });
      await writeFile(join(folder, 'lesson', name), content);
    }
    const site = await host({ pages: { '/lms.html': LMS(version) }, folders: { '/lesson/': join(folder, 'lesson') } });
    const page = await site.open('/lms.html');

    const text = files.get('imsmanifest.xml').toString();
    assert.deepEqual(await refusals(version, text), []);
    const root = await readXml(page, text);
    assert.equal(all(root, 'schemaversion')[0].text, told);
    assert.equal(all(root, 'title')[0].text, title);
    const ids = all(root, 'organization').concat(all(root, 'item'), all(root, 'resource'), root).map(({ attributes }) => attributes.identifier);
    assert.equal(new Set(ids).size, ids.length, 'identifiers are unique');
    assert.ok(ids.includes(all(root, 'organizations')[0].attributes.default));
    const [resource] = all(root, 'resource');
    assert.equal(all(root, 'item')[0].attributes.identifierref, resource.attributes.identifier);
    assert.equal(resource.attributes[version === '1.2' ? 'adlcp:scormtype' : 'adlcp:scormType'], 'sco');
    const listed = all(root, 'file').map(({ attributes }) => decodeURIComponent(attributes.href));
    assert.deepEqual([...listed, 'imsmanifest.xml'].sort(), [...files.keys()].sort(), 'it lists each file, and no other');
    assert.ok(listed.includes(resource.attributes.href));

    const lesson = page.frame({ url: /lesson/ });
    await lesson.evaluate(() => document.getElementById('shop').call('seek', { at: 26 }));
    await lesson.evaluate(() => document.getElementById('shop').call('play'));
    await page.waitForFunction((name) => window.calls.some(([what, key, value]) => what === 'set' && key === name && value === 'completed'), status);
    const calls = await page.evaluate(() => window.calls);
    assert.deepEqual(calls[0], ['start', '']);
    assert.deepEqual(calls[1], ['set', status, 'incomplete']);
    assert.equal(calls.at(-1)[0], 'commit');
    await page.evaluate(() => { document.querySelector('iframe').src = 'about:blank'; });
    await page.waitForFunction(() => window.calls.at(-1)[0] === 'end');
    assert.deepEqual(site.problems(), []);
    await site.close();
    await rm(folder, { recursive: true });
  });
}
