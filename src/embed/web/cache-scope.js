/*! Cachescope's custom element. It needs nothing but this script, from the folder of the page:

    <script src="https://course.example/cachescope/cache-scope.js" defer></script>
    <cache-scope scenario="write-behind-data-loss" at="12"></cache-scope>

  cache-scope.d.ts has its types, reference.html says what each attribute, method and event means. */
(() => {
  'use strict';

  if (customElements.get('cache-scope')) return;

  const VERSION = 1;
  /** The attributes that the page reads, as parameters of the same names. */
  const PARAMETERS = ['pattern', 'scenario', 'seed', 'at', 'autoplay', 'speed', 'theme', 'lang', 'panels', 'compare', 'lesson', 'experiment', 'run', 'origins'];
  const EVENTS = ['ready', 'state', 'anomaly', 'ended', 'resize'];
  /** How far outside the window a frame begins to load. */
  const NEAR = '400px';
  const ROOM = 720;
  const START_LIMIT_MS = 30_000;
  const PAGE = ownFolder();

  const elements = new Set();
  addEventListener('message', (event) => {
    for (const element of elements) if (element.hears(event)) return;
  });
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) target.load();
    },
    { rootMargin: NEAR },
  );

  function ownFolder() {
    const script = document.currentScript ?? [...document.scripts].find(({ src }) => /\/cache-scope\.js(\?|$)/.test(src));
    return new URL('.', script?.src || document.baseURI).href;
  }

  function sheet() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:host { display: block; margin-block: 1.5em; }
      :host([hidden]) { display: none; }
      div { box-sizing: border-box; border-radius: 10px; background: color-mix(in srgb, currentColor 4%, transparent); }
      iframe { display: block; width: 100%; height: 100%; border: 0; border-radius: 10px; background: transparent; color-scheme: normal; }`);
    return sheet;
  }
  let style;

  class CacheScope extends HTMLElement {
    static observedAttributes = [...PARAMETERS, 'page', 'sandbox', 'label'];

    #box = document.createElement('div');
    #frame = null;
    #isReady = false;
    #state = null;
    #last = 0;
    #calls = new Map();
    #early = [];
    #willReload = false;

    constructor() {
      super();
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [(style ??= sheet())];
      root.append(this.#box);
    }

    /** The state that the frame told last; null before it has started. */
    get state() {
      return this.#state;
    }

    /** Whether the frame has started. */
    get isReady() {
      return this.#isReady;
    }

    connectedCallback() {
      elements.add(this);
      // What the text needs is kept free before the frame says how high it is.
      this.#box.style.height = `${Number(this.getAttribute('height')) || ROOM}px`;
      if (this.getAttribute('loading') === 'eager' || this.#early.length > 0) this.load();
      else near.observe(this);
    }

    disconnectedCallback() {
      elements.delete(this);
      near.unobserve(this);
      this.#drop('The frame was taken out of the page.');
    }

    attributeChangedCallback(_, before, after) {
      if (before === after || !this.#frame || this.#willReload) return;
      this.#willReload = true;
      queueMicrotask(() => {
        this.#willReload = false;
        if (!this.isConnected) return;
        this.#drop('The frame shows another run now.');
        this.load();
      });
    }

    /** Loads the frame now, wherever it is. */
    load() {
      near.unobserve(this);
      if (this.#frame || !this.isConnected) return;
      const frame = document.createElement('iframe');
      frame.title = this.getAttribute('label') ?? `Cachescope: ${this.getAttribute('scenario') ?? this.getAttribute('pattern') ?? 'a simulation'}`;
      frame.src = this.address;
      if (this.hasAttribute('sandbox')) frame.setAttribute('sandbox', this.getAttribute('sandbox') || 'allow-scripts');
      this.#frame = frame;
      this.#box.replaceChildren(frame);
    }

    /** The address of the frame. */
    get address() {
      const address = new URL(this.getAttribute('page') ?? PAGE, document.baseURI);
      address.searchParams.set('embed', '1');
      // Only this page may talk with the frame, unless it says who else.
      if (/^https?:/.test(location.origin)) address.searchParams.set('origins', location.origin);
      for (const name of PARAMETERS) {
        if (this.hasAttribute(name)) address.searchParams.set(name, this.getAttribute(name));
      }
      return address.href;
    }

    /** Asks the frame, which is loaded for it if it is not yet there. */
    call(method, params = {}) {
      return new Promise((resolve, reject) => {
        const id = ++this.#last;
        this.#calls.set(id, { resolve, reject });
        const message = { cachescope: VERSION, id, method, params };
        if (this.#isReady) return this.#post(message);
        this.#early.push(message);
        this.load();
        setTimeout(() => this.#settle(id, { error: { code: 'no-answer', message: 'The frame has not started.' } }), START_LIMIT_MS);
      });
    }

    /** Takes a message if it is from this element's frame. */
    hears({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow) return false;
      if (data?.cachescope !== VERSION || (origin !== this.#origin && origin !== 'null')) return true;
      if (EVENTS.includes(data.event)) this.#tell(data.event, data.data);
      else this.#settle(data.id, data);
      return true;
    }

    get #origin() {
      return new URL(this.#frame.src).origin;
    }

    #post(message) {
      const isSandboxed = this.#frame.hasAttribute('sandbox') && !this.#frame.sandbox.contains('allow-same-origin');
      try {
        this.#frame.contentWindow.postMessage(message, isSandboxed ? '*' : this.#origin);
      } catch ({ message: why }) {
        this.#settle(message.id, { error: { code: 'bad-params', message: why } });
      }
    }

    #settle(id, { result, error }) {
      const call = this.#calls.get(id);
      this.#calls.delete(id);
      if (!call) return;
      if (error) call.reject(Object.assign(new Error(error.message), { code: error.code }));
      else call.resolve(result);
    }

    #tell(name, detail) {
      if (name === 'ready') this.#isReady = true;
      if (name === 'resize') this.#box.style.height = `${detail.height}px`;
      else if (name !== 'anomaly') this.#state = detail;
      if (name === 'ready') for (const message of this.#early.splice(0)) this.#post(message);
      this.dispatchEvent(new CustomEvent(name, { detail }));
    }

    #drop(why) {
      this.#frame = null;
      this.#isReady = false;
      this.#state = null;
      this.#early = [];
      this.#box.replaceChildren();
      for (const id of [...this.#calls.keys()]) this.#settle(id, { error: { code: 'no-answer', message: why } });
    }
  }

  customElements.define('cache-scope', CacheScope);
})();
