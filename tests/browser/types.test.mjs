// The types of the element and its messages, held against what the page really tells: each answer is written into a program as a
// literal, which the compiler refuses where a field is missing, of another type, or not declared.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import ts from 'typescript';
import { ask, course, FOLDER, host, stopHosts } from './harness/hosts.mjs';
import { ROOT } from './harness/visit.mjs';

after(stopHosts);

const LIMIT = { timeout: 120_000 };
const EXAMPLE = join(ROOT, 'examples/typescript');
const CHECKED = join(EXAMPLE, 'answers.ts');
const TYPES = '../../src/embed/web/cache-scope';
const config = ts.parseJsonConfigFileContent(ts.readConfigFile(join(EXAMPLE, 'tsconfig.json'), ts.sys.readFile).config, ts.sys, EXAMPLE);

/** What the compiler says of the example and of these lines, which see the types as `T`. */
function complaints(lines = []) {
  const text = [`import type * as T from '${TYPES}';`, 'type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : { lacks: Exclude<B, A> }) : { tooMuch: Exclude<A, B> };', ...lines].join('\n');
  const files = ts.createCompilerHost(config.options);
  const { getSourceFile, fileExists } = files;
  files.fileExists = (name) => name === CHECKED || fileExists(name);
  files.getSourceFile = (name, ...more) => (name === CHECKED ? ts.createSourceFile(name, text, ...more) : getSourceFile(name, ...more));
  const program = ts.createProgram([...config.fileNames, CHECKED], config.options, files);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line;
    const where = file?.fileName === CHECKED ? text.split('\n')[line].slice(0, 200) : `${file?.fileName}:${line + 1}`;
    return `${where}\n    ${ts.flattenDiagnosticMessageText(messageText, '\n    ')}`;
  });
}

let last = 0;
/** A line that is refused unless the value is of this type, field by field. */
const is = (type, value) => `export const value${(last += 1)}: ${type} = ${JSON.stringify(value)};`;
/** A line that is refused unless the type is exactly one of these names. */
const isExactly = (type, names) => `export const value${(last += 1)}: Same<${type}, ${[...names].map((name) => JSON.stringify(name)).join(' | ')}> = true;`;

const fits = (lines) => assert.deepEqual(complaints(lines), []);

const SCENE = 'scenario="write-behind-data-loss" autoplay="0"';
let site;
let page;
before(async () => {
  site = await host({ pages: { '/course.html': course(`<cache-scope ${SCENE} panels="timeline"></cache-scope>`), '/frame.html': course(`<iframe title="Cachescope" src="${FOLDER}?embed=1&autoplay=0"></iframe>`, listening()) } });
  page = await site.open('/course.html');
});

function listening() {
  return `<script>window.told = []; addEventListener('message', ({ data }) => window.told.push(data));</script>`;
}

test('the example uses all of it and is accepted by the strictest compiler', () => {
  assert.ok(config.options.strict && config.fileNames.length === 1, 'the example is there');
  assert.deepEqual(complaints(), []);
});

test('a wrong answer would be refused', () => {
  const state = { at: 1, playing: false };
  for (const lines of [[is('T.State', state)], [is('T.Anomaly', { at: 1, kind: 'stale-read', text: '', more: 1 })], [isExactly('keyof T.Methods', ['play'])]]) {
    assert.equal(complaints(lines).length, 1, lines.join());
  }
});

test('the types have each name that the page tells of, and no other', LIMIT, async () => {
  const told = await ask(page, 'describe');
  const ids = (list) => list.map(({ id }) => id);
  const { anomalies } = await ask(page, 'state');
  fits([
    is('T.Description', told),
    isExactly('keyof T.Methods', told.methods),
    isExactly('keyof T.CacheScopeEventMap', told.events),
    isExactly('T.Parameter', told.parameters),
    isExactly('T.Panel', told.panels),
    isExactly('T.Pattern', ids(told.patterns)),
    isExactly('T.Fault', ids(told.faults)),
    isExactly('T.Deed', told.messages),
    isExactly('keyof T.FaultDetails', new Set(told.faults.flatMap(({ takes }) => takes))),
    isExactly('T.AnomalyKind', Object.keys(anomalies)),
  ]);
});

test('each method answers as the types say', LIMIT, async () => {
  const lines = [];
  const answers = async (method, params) => lines.push(is(`T.Methods['${method}'][1]`, await ask(page, method, params)));
  await answers('load', { scenario: 'write-behind-data-loss' });
  await answers('state');
  await answers('seek', { at: 16 });
  await answers('speed', { value: 2 });
  await answers('step', { by: -1 });
  await answers('play');
  await answers('pause');
  await answers('inject', { fault: 'failover', target: 'database', lag: 1 });
  await answers('command', { text: 'INFO keyspace' });
  for (const format of ['json', 'csv', 'mermaid']) await answers('trace', { format });
  const methods = (await ask(page, 'describe')).methods.filter((method) => !['describe', 'experiment'].includes(method));
  for (const method of methods) assert.ok(lines.some((line) => line.includes(`T.Methods['${method}']`)), `${method} is tried`);
  fits(lines);
});

test('an experiment answers as the types say, whatever its kind', LIMIT, async () => {
  const run = { pattern: 'write-behind', workload: { rate: 200, keys: 50 }, duration: 20 };
  const x = { setting: 'ttl', values: [1, 5] };
  const experiments = {
    RunFigures: [{ run }, { run: { ...run, interventions: [{ at: 10, do: 'inject', fault: 'crash', target: 'cache' }] } }],
    SweepFigures: [{ kind: 'sweep', run, x, seeds: 2 }, { kind: 'sweep', run: { ...run, pattern: 'cache-aside' }, x, y: { setting: 'cache-rows', values: [10] }, patterns: ['read-through'], seeds: 1, measure: 'read-p99' }],
    LossFigures: [{ kind: 'loss', run, crashes: 3 }],
  };
  const lines = [];
  for (const [type, specs] of Object.entries(experiments)) {
    for (const spec of specs) lines.push(is('T.Experiment', spec), is(`T.${type}`, await ask(page, 'experiment', { spec })));
  }
  fits(lines);
});

test('ready scenarios, as a trace holds them, are of the type that a page can load', LIMIT, async () => {
  const lines = [];
  for (const { id } of (await ask(page, 'describe')).scenarios) {
    await ask(page, 'load', { scenario: id });
    const { scenario } = JSON.parse(await ask(page, 'trace', { format: 'json' }));
    assert.equal(typeof scenario.pattern, 'string', id);
    lines.push(is('T.Scenario', scenario));
  }
  fits(lines);
});

test('events and the element are as the types say', LIMIT, async () => {
  await page.evaluate(() => {
    window.heard = [];
    const element = document.querySelector('cache-scope');
    for (const name of ['state', 'anomaly', 'ended', 'resize']) element.addEventListener(name, ({ detail }) => window.heard.push([name, detail]));
  });
  await ask(page, 'load', { scenario: 'write-behind-data-loss' });
  await ask(page, 'seek', { at: 13.5 });
  await ask(page, 'speed', { value: 16 });
  await ask(page, 'play');
  await page.waitForFunction(() => window.heard.some(([name]) => name === 'ended'));
  await page.setViewportSize({ width: 400, height: 800 });
  await page.waitForFunction(() => window.heard.some(([name]) => name === 'resize'));
  const heard = await page.evaluate(() => window.heard);
  for (const name of ['state', 'anomaly', 'ended', 'resize']) assert.ok(heard.some(([other]) => other === name), name);
  const own = await page.evaluate(() => Object.getOwnPropertyNames(customElements.get('cache-scope').prototype));
  // What the browser calls, and what the script's own listener calls.
  const inner = ['constructor', 'connectedCallback', 'disconnectedCallback', 'attributeChangedCallback', 'hears'];
  fits([
    ...heard.map(([name, detail]) => is(`T.CacheScopeEventMap['${name}']['detail']`, detail)),
    is('T.CacheScopeElement["state"]', await page.evaluate(() => document.querySelector('cache-scope').state)),
    isExactly('Exclude<keyof T.CacheScopeElement, keyof HTMLElement>', own.filter((name) => !inner.includes(name))),
    isExactly('T.Parameter', ['embed', ...(await page.evaluate(() => customElements.get('cache-scope').observedAttributes)).filter((name) => !['page', 'sandbox', 'label'].includes(name))]),
  ]);
});

test('messages are as the types say', LIMIT, async () => {
  const frame = await site.open('/frame.html');
  await frame.waitForFunction(() => window.told.some(({ event }) => event === 'ready'));
  const messages = [
    { cachescope: 1, id: 1, method: 'seek', params: { at: 2 } },
    { cachescope: 1, id: 'two', method: 'state' },
  ];
  const wrong = { cachescope: 1, id: 3, method: 'seek', params: { at: -1 } };
  for (const message of [...messages, wrong]) {
    await frame.evaluate((one) => document.querySelector('iframe').contentWindow.postMessage(one, '*'), message);
    await frame.waitForFunction((id) => window.told.some((one) => one.id === id), message.id);
  }
  const told = await frame.evaluate(() => window.told);
  fits([
    ...messages.map((message) => is('T.RequestMessage', message)),
    ...told.map((message) => is(message.event ? 'T.EventMessage' : `T.ReplyMessage<'state'>`, message)),
  ]);
  assert.ok(told.some(({ error }) => error) && told.some(({ event }) => event === 'ready'));
});

test('the types have each code of an error that the reference explains', async () => {
  const reference = await readFile(join(ROOT, 'src/embed/web/reference.html'), 'utf8');
  const table = reference.slice(reference.indexOf('code of an error'), reference.indexOf('id="events"'));
  fits([isExactly('T.ErrorCode', [...table.matchAll(/<th><code>([a-z-]+)</g)].map(([, code]) => code))]);
});
