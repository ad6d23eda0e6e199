// Keeps the card in the telephone: from the network where there is one, else as it was seen last.
const CARD = "xenia-card"; // what is of a member, and goes with them
const PARTS = "xenia-parts"; // what is nobody's: styles, scripts, and the page that says so

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(PARTS).then((kept) => kept.add("/my/offline")));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function page(request) {
  const path = new URL(request.url).pathname;
  try {
    const answer = await fetch(request);
    // Nobody is signed in here any more: nothing of them stays.
    if (path === "/my/sign-in") await caches.delete(CARD);
    return answer;
  } catch {
    const known = await caches.match("/my/", { cacheName: CARD });
    if (known && path !== "/my/") return Response.redirect("/my/", 302);
    return known ?? (await caches.match("/my/offline", { cacheName: PARTS })) ?? Response.error();
  }
}

async function part(request) {
  const kept = await caches.match(request, { cacheName: PARTS });
  // Assets have the hash of what is in them in their names.
  if (kept && new URL(request.url).pathname.startsWith("/assets/")) return kept;
  try {
    return await fetch(request);
  } catch {
    return kept ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/assets/") || pathname.startsWith("/my/brand.css")) {
    event.respondWith(part(request));
  }
});
