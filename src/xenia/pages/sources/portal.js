// What members' pages do on a telephone: keep the card, and say when there is no connection.
const card = location.pathname === "/my/";
const CARD = "xenia-card";
const PARTS = "xenia-parts";

// Whoever signs in next on this telephone finds nothing of whoever was here before.
if (document.querySelector("[data-forgets]") && "caches" in window) caches.delete(CARD);

async function keep() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/my/worker.js", { scope: "/my/" });
  if (!card || !navigator.onLine) return;
  await navigator.serviceWorker.ready;
  const parts = performance
    .getEntriesByType("resource")
    .map((one) => new URL(one.name))
    .filter((one) => one.origin === location.origin)
    .filter((one) => one.pathname.startsWith("/assets/") || one.pathname === "/my/brand.css")
    .map((one) => one.pathname + one.search);
  await caches.open(PARTS).then((kept) => kept.addAll([...new Set(parts)]));
  const page = await fetch(location.href, { headers: { accept: "text/html" } });
  if (page.ok && !page.redirected && new URL(page.url).pathname === "/my/") {
    await caches.open(CARD).then((kept) => kept.put("/my/", page));
    const said = document.querySelector("[data-kept]");
    if (said) said.hidden = false;
  }
}

async function connected() {
  const said = document.querySelector("[data-offline]");
  if (!said) return;
  let away = !navigator.onLine;
  if (!away) {
    try {
      await fetch("/my/worker.js", { method: "GET", cache: "no-store" });
    } catch {
      away = true;
    }
  }
  said.hidden = !away;
}

window.addEventListener("online", connected);
window.addEventListener("offline", connected);
window.addEventListener("load", () => {
  connected();
  keep().catch(() => {
    // Not kept: it works with a connection only, as before.
  });
});
