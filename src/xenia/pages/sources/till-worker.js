// Keeps the till's page and what it loads, so that a till goes on selling where the service is not there.
// KEPT and FONTS are put before this by the service: files whose names have the hash of their content.
const CACHE = "xenia-till";
const PAGE = "/till/";
const RETURNS = "/till/returns"; // which there are none of without the service: the page says so
const PATIENCE = 6000; // milliseconds until a page that does not come is taken from what is kept

async function keepFiles() {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT);
  await Promise.allSettled(FONTS.map(async (font) => (await cache.match(font)) ?? cache.add(font)));
}

// The page without its time: nobody knows how long ago that was, once it is taken from here.
async function keep(cache, response) {
  const text = (await response.text()).replace(/ data-now="[^"]*"/, ' data-now=""');
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  await cache.put(PAGE, new Response(text, { headers }));
}

async function keepPage() {
  const response = await fetch(PAGE, { credentials: "same-origin" });
  if (response.ok && !response.redirected) await keep(await caches.open(CACHE), response);
}

async function dropOld() {
  const cache = await caches.open(CACHE);
  const known = new Set([...KEPT, ...FONTS, PAGE].map((path) => new URL(path, self.location.origin).href));
  for (const request of await cache.keys()) if (!known.has(request.url)) await cache.delete(request);
}

async function page(request) {
  const cache = await caches.open(CACHE);
  const url = new URL(request.url);
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE);
  try {
    const response = await fetch(request, { signal: giveUp.signal });
    if (response.status < 500) {
      if (response.ok && url.pathname === PAGE && url.search === "") await keep(cache, response.clone());
      return response;
    }
    return (await cache.match(PAGE)) && url.pathname === PAGE ? await cache.match(PAGE) : response;
  } catch (error) {
    const kept = await cache.match(PAGE);
    if (!kept) throw error;
    if (url.pathname === PAGE) return kept;
    return Response.redirect(url.pathname.startsWith(RETURNS) ? `${PAGE}?away=return` : PAGE, 302);
  } finally {
    clearTimeout(timer);
  }
}

async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}

self.addEventListener("install", (event) => {
  event.waitUntil(keepFiles().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(dropOld().then(() => self.clients.claim()));
});
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keepPage().catch(() => undefined));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname === "/till/sign-out") {
    event.waitUntil(caches.open(CACHE).then((cache) => cache.delete(PAGE)));
    return;
  }
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(file(request));
});
