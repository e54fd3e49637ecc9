// The page in another language: how a text finds its translation, and that nothing which can be seen lacks one.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { call, pageTest, part } from './harness/index.mjs';
import { ROOT } from './harness/visit.mjs';
import { WALK } from './harness/walk.mjs';
import '../../src/ui/language/language.js';

const { templateOf, translator } = globalThis.cachescopeLanguage;
const GERMAN = JSON.parse(await readFile(join(ROOT, 'src/ui/language/de.json'), 'utf8'));

const small = (texts, more = {}) => translator({ language: 'de', decimal: ',', quotes: '„“', texts, ...more });

test('numbers, keys, versions, people and what is quoted are slots', () => {
  const { template, slots } = templateOf('Lena was told “saved” for product:7 = 12.50 (v3) at 4.20 s');
  assert.equal(template, '{} was told {} for {} = {} ({}) at {} s');
  assert.deepEqual(slots, ['Lena', '“saved”', 'product:7', '12.50', 'v3', '4.20']);
  assert.equal(templateOf('p99').template, 'p99');
});

test('slots keep their order unless the translation numbers them, and are written as the language writes them', () => {
  const german = small({ '{} is told {} after {} s.': 'Nach {2} s erfährt {0} {1}.', saved: 'gespeichert' });
  assert.equal(german('Omar is told “saved” after 1.25 s.'), 'Nach 1,25 s erfährt Omar „gespeichert“.');
  assert.equal(german('0.91 / 1.42 s'), '0,91 / 1,42 s');
});

test('a key may hold what is quoted', () => {
  const german = small({ 'told {}': '{}', 'told “saved”': '„gespeichert“ gemeldet' });
  assert.deepEqual([german('told Mina'), german('told “saved”')], ['Mina', '„gespeichert“ gemeldet']);
});

test('the form of a plural is that of the first amount', () => {
  const polish = translator({ language: 'pl', texts: { '{} rows': { one: '{} wiersz', few: '{} wiersze', many: '{} wierszy', other: '{} wiersza' } } });
  assert.deepEqual(['1 rows', '3 rows', '5 rows'].map((text) => polish(text)), ['1 wiersz', '3 wiersze', '5 wierszy']);
});

test('a text that is not known as a whole is put together from sentences and pieces, or left as it is', () => {
  const missing = new Set();
  const german = translator({ language: 'de', texts: { 'A hit.': 'Ein Hit.', 'A miss.': 'Ein Miss.', on: 'an', Leases: 'Leases' } }, missing);
  assert.equal(german('  A hit. A miss.\n'), '  Ein Hit. Ein Miss.\n');
  assert.equal(german('Leases: on'), 'Leases: an');
  assert.deepEqual([...missing], []);
  assert.equal(german('A hit. Another hit.'), 'A hit. Another hit.');
  assert.equal(german('Leases: maybe'), 'Leases: maybe');
  assert.deepEqual([...missing], ['Another hit.', 'Leases: maybe']);
});

test('an open hole takes any text: one that has to be known, or one that need not be', () => {
  const german = small({ '{+} at {} s': '{} bei {} s', 'Typed: {*}': 'Eingegeben: {}', hit: 'Hit' });
  assert.equal(german('hit at 2.5 s'), 'Hit bei 2,5 s');
  assert.equal(german('Typed: SET a 1'), 'Eingegeben: SET a 1');
  assert.equal(german('unheard of at 2 s'), 'unheard of at 2 s');
  assert.equal(german('Typed: one. Two three.'), 'Typed: one. Two three.', 'a hole is part of a sentence');
});

test('commands and statements are nobody’s language', () => {
  const missing = new Set();
  const german = translator({ language: 'de', texts: {} }, missing);
  for (const text of ['SET product:1 x', 'SELECT * FROM users WHERE id = 3', 'BEGIN …', '12 / 3 ms']) assert.equal(german(text), text);
  assert.deepEqual([...missing], []);
});

test('each translation has the slots of its key', () => {
  const holes = (text) => [...text.matchAll(/\{[*+\d]?\}/g)].length;
  for (const [key, to] of Object.entries(GERMAN.texts)) {
    const forms = typeof to === 'string' ? [to] : Object.values(to);
    for (const form of forms) assert.equal(holes(form), holes(key), `${key}: ${form}`);
    for (const [, place] of forms.join().matchAll(/\{(\d+)\}/g)) assert.ok(Number(place) < holes(key), key);
    assert.equal(templateOf(key.replaceAll(/“[^”]*”/g, '')).slots.length, 0, `a key is a template: ${key}`);
  }
});

const line = (page) => page.locator('.story__line').innerText();
const spoken = (page) => page.locator('html').getAttribute('lang');

pageTest('the language is chosen in the masthead, kept on the device and in links, and taken back', async ({ openPage }) => {
  const page = await openPage('autoplay=0&scenario=write-behind-data-loss&at=13.8');
  const english = await page.locator('main').innerText();
  assert.equal(await spoken(page), 'en');
  await part(page, 'language').selectOption('de');
  await page.waitForFunction(() => document.querySelector('.story__line').textContent.includes('gespeichert'));
  assert.equal(await spoken(page), 'de');
  await page.reload();
  await page.waitForFunction(() => document.querySelector('.story__line')?.textContent.includes('gespeichert'));
  await call(page, 'seek', { at: 14.6 });
  await page.waitForFunction(() => location.search.includes('lang=de'));
  await call(page, 'seek', { at: 13.8 });
  await part(page, 'language').selectOption('en');
  assert.equal(await spoken(page), 'en');
  await page.waitForFunction((text) => document.querySelector('main').innerText === text, english);
});

pageTest('auto is the browser’s language on the whole page, and English in an embed', async ({ openPage }) => {
  const german = await openPage('autoplay=0', { locale: 'de-AT' });
  await german.waitForFunction(() => document.querySelector('.story__line').textContent.startsWith('Der '));
  const french = await openPage('autoplay=0', { locale: 'fr' });
  assert.equal(await spoken(french), 'en');
  const embed = await openPage('autoplay=0&embed=1', { locale: 'de' });
  assert.equal(await spoken(embed), 'en');
  assert.equal(await embed.evaluate(() => window.cachescopeLanguage), undefined, 'nothing is loaded for English');
});

for (const sandbox of [undefined, 'allow-scripts']) {
  pageTest(`an embed speaks German when it is asked to${sandbox ? ', in a sandboxed frame too' : ''}`, async ({ openFramed }) => {
    const { frame } = await openFramed('embed=1&lang=de&autoplay=0&scenario=write-behind-data-loss&at=14.6', { sandbox });
    await frame.waitForFunction(() => document.querySelector('.caption__text').textContent.includes('gespeichert gemeldet'));
    assert.match(await frame.locator('.full-view a').innerText(), /In Cachescope öffnen/);
  });
}

pageTest('what rows hold, code and commands stay as they are', async ({ openPage }) => {
  const page = await openPage('lang=de&autoplay=0&scenario=write-behind-data-loss&at=26');
  await page.waitForFunction(() => document.querySelector('.story__line').textContent.includes('gespeichert'));
  assert.match(await part(page, 'code').innerText(), /The flusher: at each interval/);
  assert.match(await part(page, 'stage').innerText(), /packed/);
  assert.match(await line(page), /^Es heißt „gespeichert“/);
});

for (const width of [320, 390, 768, 1280]) {
  pageTest(`the German page fits a window of ${width} pixels`, async ({ openPage }) => {
    const page = await openPage('lang=de&autoplay=0&scenario=write-behind-data-loss&at=14.6', { viewport: { width, height: 800 } });
    await page.waitForFunction(() => document.querySelector('.story__line').textContent.includes('gespeichert'));
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than its window`);
  });
}

for (const [name, walk] of Object.entries(WALK)) {
  pageTest(`everything has a German text: ${name}`, async ({ openPage }) => {
    const missing = new Set();
    const open = async (query) => {
      const page = await openPage(query.includes('lang=') ? query : `lang=de&${query}`, { locale: 'de' });
      await page.waitForFunction(() => window.cachescopeLanguage?.isShown());
      const close = page.close.bind(page);
      page.close = async () => {
        for (const text of await page.evaluate(() => window.cachescopeLanguage.missing())) missing.add(text);
        await close();
      };
      return page;
    };
    const first = await open('autoplay=0');
    const about = await call(first, 'describe');
    await first.close();
    await walk(open, about);
    assert.deepEqual([...missing].sort(), []);
  }, { timeout: 400_000 });
}
