// Keeps the card in the telephone: from the network where there is one, else as it was seen last.
const KEPT = "xenia-card";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function page(request) {
  try {
    const answer = await fetch(request);
    // Nobody is signed in here any more: nothing of them stays.
    if (new URL(request.url).pathname === "/my/sign-in") await caches.delete(KEPT);
    return answer;
  } catch {
    const kept = await caches.open(KEPT);
    const known = await kept.match("/my/");
    if (known && new URL(request.url).pathname !== "/my/") return Response.redirect("/my/", 302);
    return known ?? (await kept.match("/my/offline")) ?? Response.error();
  }
}

async function part(request) {
  const kept = await caches.open(KEPT);
  try {
    return (new URL(request.url).pathname.startsWith("/assets/") && (await kept.match(request))) || (await fetch(request));
  } catch {
    return (await kept.match(request)) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/assets/") || (url.pathname.startsWith("/my/") && url.pathname !== "/my/worker.js")) event.respondWith(part(request));
});
