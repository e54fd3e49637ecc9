// Keeps the page for when there is no network. The build puts VERSION and FILES before this.
//
// A file whose name holds the hash of its content is taken from the cache. All others come from the network where there is one,
// so that an update is seen at once. The caches of other versions are deleted as soon as a new one is whole.

// Other folders of the same host may have a Cachescope of their own.
const PREFIX = `cachescope ${self.registration.scope} `;
const NAME = PREFIX + VERSION;
const HASHED = /-[0-9a-f]{16}[-_.]/;
const PATIENCE_MS = 3_000;
const inScope = (name) => new URL(name, self.registration.scope).href;

self.addEventListener('install', (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(HASHED.test(request.url) ? keptOrFresh(request) : freshOrKept(request));
});

async function keepAll() {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES.map((name) => new Request(inScope(name), { cache: 'no-cache' })));
}

async function forgetOthers() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function kept(request) {
  const { origin, pathname } = new URL(request.url);
  const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
  return (await caches.open(NAME)).match(origin + path);
}

async function keptOrFresh(request) {
  return (await kept(request)) ?? fetch(request);
}

async function freshOrKept(request) {
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
  const fresh = fetch(request).catch(() => null);
  const first = await Promise.race([fresh, late]);
  if (first?.ok) return first;
  return (await kept(request)) ?? first ?? (await fresh) ?? Response.error();
}
