// The page in another language than English. Loaded when somebody asks for one; README.md tells how a table is written.
//
// The program's English texts are the keys. They are translated where they enter the document: text nodes and a few
// attributes, now and whenever they change, which the browser tells before it paints. The language is that of <html lang>.

(() => {
  'use strict';

  const NAMES = 'Mina|Omar|Lena|Kofi|Ines|Yuto|Sara|Tomas|Aiko|Nuri|Elif|Ravi';
  const QUOTED = '“[^”]*”|"[^"]*"';
  const KEY = '\\b[a-z][a-z_]*(?::[a-z0-9_]+)+\\b';
  const VERSION = '\\bv\\d+\\b';
  const NUMBER = '(?<![\\p{L}\\p{N}])\\d+(?:[.,]\\d+)*(?:e[+-]?\\d+)?';
  /** What stands for a thing or an amount, and is a slot of a template. */
  const SLOT = [QUOTED, KEY, VERSION, NUMBER, `\\b(?:${NAMES})\\b`].join('|');
  const SLOTS = new RegExp(SLOT, 'gu');
  const HOLES = /\{([*+]?)\}/g;
  const DECIMAL = /^\d+\.\d+$/;
  /** A text of slots, signs, units and single letters alone has nothing to translate. */
  const NEUTRAL = /^(?:\{\}|[^\p{L}]|(?<!\p{L})(?:\p{L}|ms|µs|ns|min|KB|MB|GB|KiB|MiB)(?!\p{L}))*$/u;
  /** A command, a statement: a word in capitals, and no sentence. */
  const CODE = /^[A-Z]{2,}\d*\b(?!.*\b[a-z]+ [a-z]+ [a-z]+\b)/su;
  /** Signs before and after the words, which stay where they are. */
  const FRAME = /^([\s↳→←↑↓·•…–—+✓✗✕○×:,]*)(.*?)([\s·•→:,]*)$/su;
  /** Where a text that is not known as a whole is cut: between sentences, and then at the first joint that leaves known pieces. */
  const SENTENCES = /(?<=[.!?…])\s+(?=[“"\p{Lu}\p{N}])/u;
  const JOINTS = [' · ', ' → ', '; ', ': ', ' – ', ' / ', ', '];
  const ATTRIBUTES = ['aria-label', 'title', 'placeholder', 'aria-valuetext', 'aria-description', 'aria-roledescription', 'alt', 'label'];
  /** What is nobody's language: code, and what somebody typed or the rows hold. A text of its own language keeps it. */
  const LEFT_ALONE =
    '[translate="no"], code, pre, kbd, samp, .mono, script, style, textarea, [contenteditable], [lang]:not(html), ' +
    '.entry__key, .console__ghost, [data-testid="sequence-key"]';
  /** Places of what rows hold, among words: what has no translation is no omission. */
  const OF_ROWS = '.entry__value, .row__value, .row__note, .slip, .packet__flag, .offers, .loss b, .loss s, .caption s';
  /** What is said inside of that to those who listen. */
  const SAID = '[translate="yes"], .visually-hidden';
  const MOST_REMEMBERED = 4_000;

  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

  /** A text's template, with `{}` for each slot, and what the slots hold. */
  function templateOf(text) {
    const slots = [];
    const template = text.replace(SLOTS, (slot) => {
      slots.push(slot);
      return '{}';
    });
    return { template, slots };
  }

  /** A key whose holes `{*}` and `{+}` take any text, as a pattern for whole texts. */
  function openPattern(key) {
    let source = '';
    let last = 0;
    const kinds = [];
    for (const hole of key.matchAll(HOLES)) {
      source += escaped(key.slice(last, hole.index)) + (hole[1] ? '(.+?)' : `(${SLOT})`);
      kinds.push(hole[1]);
      last = hole.index + hole[0].length;
    }
    return { pattern: new RegExp(`^${source}${escaped(key.slice(last))}$`, 'su'), kinds };
  }

  /** What turns texts into those of one language, by its table. `missing` takes the templates that it has not. */
  function translator(table, missing = new Set()) {
    const known = new Map(Object.entries(table.texts));
    const open = [...known]
      .filter(([key]) => /\{[*+]\}/.test(key))
      .map(([key, to]) => ({ ...openPattern(key), to, letters: key.replace(HOLES, '').length }))
      // The one that says most comes first.
      .sort((one, other) => other.letters - one.letters);
    const plural = new Intl.PluralRules(table.language);
    const [leftQuote, rightQuote] = table.quotes ?? '“”';
    let remembered = new Map();

    function number(text) {
      return table.decimal && DECIMAL.test(text) ? text.replace('.', table.decimal) : text;
    }

    /** What a slot holds, as it is written in the language. */
    function slotted(slot) {
      if (slot.startsWith('“')) return leftQuote + (known.get(slot.slice(1, -1)) ?? number(slot.slice(1, -1))) + rightQuote;
      return number(slot);
    }

    /** The form of a translation that fits the first amount: `{ "one": …, "other": … }`. */
    function formOf(to, slots) {
      if (typeof to === 'string') return to;
      const amount = Number(slots.find((slot) => /^\d/.test(slot)) ?? Number.NaN);
      return to[plural.select(amount)] ?? to.other;
    }

    function filled(to, slots, words) {
      let next = 0;
      return formOf(to, slots).replace(/\{(\d*)\}/g, (_, place) => words[place === '' ? next++ : Number(place)] ?? '');
    }

    /** A text by a key without open holes; null if there is none. */
    function exact(text) {
      const { template, slots } = templateOf(text);
      // A key may hold what is quoted, where the words around it depend on that.
      if (text.includes('“')) {
        const own = text.replace(SLOTS, (slot) => (slot.startsWith('“') ? slot : '{}'));
        const others = slots.filter((slot) => !slot.startsWith('“'));
        if (known.has(own)) return filled(known.get(own), others, others.map(slotted));
      }
      if (known.has(template)) return filled(known.get(template), slots, slots.map(slotted));
      return NEUTRAL.test(template) ? text.replace(SLOTS, slotted) : null;
    }

    /** A text by a key with open holes; null if there is none whose pieces are known. */
    function opened(text) {
      for (const { pattern, kinds, to } of open) {
        const found = pattern.exec(text)?.slice(1);
        // A hole is part of a sentence.
        if (!found || found.some((piece) => SENTENCES.test(piece))) continue;
        const pieces = found.map((piece, place) => held(piece, kinds[place]));
        if (!pieces.includes(null)) return filled(to, found, pieces);
      }
      return null;
    }

    function held(piece, kind) {
      if (kind === '') return slotted(piece);
      const found = part(piece, () => {});
      return kind === '+' ? found : (found ?? piece);
    }

    /** A text by its parts, all of which must be known; null if one is not. */
    function part(text, note) {
      const [, before, words, after] = FRAME.exec(text);
      const whole = exact(text);
      if (whole !== null) return whole;
      const inner = exact(words) ?? opened(words);
      if (inner !== null) return before + inner + after;
      if (SENTENCES.test(words)) return framed(words, SENTENCES, note, before, after);
      if (CODE.test(words)) return text;
      if (words.endsWith('.')) {
        const plain = part(words.slice(0, -1), () => {});
        if (plain !== null) return `${before}${plain}.${after}`;
      }
      for (const joint of JOINTS) {
        const joined = words.includes(joint) ? framed(words, joint, () => {}, before, after) : null;
        if (joined !== null) return joined;
      }
      note(templateOf(words).template);
      return null;
    }

    /** What is between joints, each piece by itself; null if one of them is not known. */
    function framed(words, joint, note, before, after) {
      const pieces = words.split(joint).map((piece) => part(piece, note));
      if (pieces.includes(null)) return null;
      return before + pieces.join(typeof joint === 'string' ? joint : ' ') + after;
    }

    /** The text in the language; what is not known stays as it is. */
    return function translate(text, isOfRow = false) {
      const before = remembered.get(text);
      if (before !== undefined) return before;
      const plain = text.replace(/\s+/g, ' ').trim();
      const start = text.slice(0, text.length - text.trimStart().length);
      const end = text.slice(text.trimEnd().length);
      const found = plain === '' ? null : part(plain, (template) => isOfRow || missing.add(template));
      const result = found === null ? text : start + found + end;
      if (found === null && isOfRow) return text;
      if (remembered.size >= MOST_REMEMBERED) remembered = new Map();
      remembered.set(text, result);
      return result;
    };
  }

  /** Keeps a document in a language. `stop` gives it its own texts back. */
  function keep(root, translate) {
    /** Of each text node and attribute that was changed: its own text, and what is shown. */
    const texts = new WeakMap();
    const attributes = new WeakMap();
    const observer = new MutationObserver(follow);

    function isLeftAlone(element) {
      return element?.closest(`${LEFT_ALONE}, ${SAID}`)?.matches(SAID) === false;
    }

    function showText(node) {
      const own = node.data;
      if (texts.get(node)?.shown === own || !/\p{L}|\d\.\d/u.test(own)) return;
      if (isLeftAlone(node.parentElement)) return;
      const shown = translate(own, Boolean(node.parentElement?.closest(OF_ROWS)));
      if (shown === own) return texts.delete(node);
      // A field's value is its text where it has none of its own, and the program knows the English one.
      const field = node.parentElement;
      if (field?.localName === 'option' && !field.hasAttribute('value')) field.value = own;
      texts.set(node, { own, shown });
      node.data = shown;
    }

    function showAttribute(element, name) {
      const own = element.getAttribute(name);
      const before = attributes.get(element) ?? {};
      if (own === null || before[name]?.shown === own || isLeftAlone(element)) return;
      const shown = translate(own);
      if (shown === own) return delete before[name];
      attributes.set(element, { ...before, [name]: { own, shown } });
      element.setAttribute(name, shown);
    }

    function showAll(start) {
      if (start.nodeType === Node.TEXT_NODE) return showText(start);
      if (start.nodeType !== Node.ELEMENT_NODE) return;
      const walker = document.createTreeWalker(start, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
      for (let node = start; node; node = walker.nextNode()) {
        if (node.nodeType === Node.TEXT_NODE) showText(node);
        else for (const name of ATTRIBUTES) if (node.hasAttribute(name)) showAttribute(node, name);
      }
    }

    function follow(records) {
      for (const { type, target, addedNodes, attributeName } of records) {
        if (type === 'characterData') showText(target);
        else if (type === 'attributes') showAttribute(target, attributeName);
        else addedNodes.forEach(showAll);
      }
      // What was written here is not news.
      observer.takeRecords();
    }

    function stop() {
      observer.disconnect();
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
      for (let node = root; node; node = walker.nextNode()) {
        const kept = texts.get(node);
        if (kept?.shown === node.data && kept) node.data = kept.own;
        for (const [name, { own, shown }] of Object.entries(attributes.get(node) ?? {})) {
          if (node.getAttribute(name) === shown) node.setAttribute(name, own);
        }
      }
    }

    showAll(root);
    observer.observe(root, { childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES, subtree: true });
    return stop;
  }

  const tables = new Map();
  let missing = new Set();
  let isReady = false;
  globalThis.cachescopeLanguage = {
    templateOf,
    translator,
    /** The templates that were met and have no translation. */
    missing: () => [...missing].sort(),
    /** Whether the page is in the language that it is asked for. */
    isShown: () => isReady,
    /** Takes a table, for scripts that bring one where no file can be read. */
    take: (table) => tables.get(table.language)?.(table),
  };
  if (typeof document === 'undefined') return;

  const folder = new URL('.', document.currentScript?.src ?? document.baseURI);

  /** A language's table. In a sandboxed frame, whose host may let no other origin read its files, a script brings it. */
  async function tableOf(language) {
    if (self.origin !== 'null') return (await fetch(new URL(`${language}.json`, folder))).json();
    return new Promise((taken, failed) => {
      tables.set(language, taken);
      const script = document.createElement('script');
      script.src = new URL(`${language}-plain.js`, folder);
      script.onerror = failed;
      document.head.append(script);
    });
  }

  let stop = () => {};
  let shown = 'en';
  async function speak() {
    const wanted = document.documentElement.lang;
    if (wanted === shown) return;
    shown = wanted;
    isReady = false;
    stop();
    stop = () => {};
    if (wanted === 'en') return;
    try {
      const table = await tableOf(wanted);
      if (document.documentElement.lang !== wanted) return;
      missing = new Set();
      stop = keep(document.documentElement, translator(table, missing));
      isReady = true;
    } catch (problem) {
      console.warn(`Cachescope could not load the language "${wanted}":`, problem);
    }
  }

  new MutationObserver(speak).observe(document.documentElement, { attributes: true, attributeFilter: ['lang'] });
  speak();
})();
