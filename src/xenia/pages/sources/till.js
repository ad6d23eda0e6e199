// The till beyond what HTML does: lines by keys and scanner, and sales without the service, which are
// kept in this browser and sent once it is back. Each has its number from here: sent twice, it is one.
import { heard, nextSale, payAlone, press, sellAlone, sendsPaid, showAlone } from "./till-alone.js";
import { hearPage } from "./till-clock.js";
import { draft, forgetDraft, noteReserved } from "./till-draft.js";
import { listen } from "./till-keys.js";
import { noteLeft, sends, takeUp } from "./till-left.js";
import { ask, isHere, show } from "./till-net.js";
import { all, one, sale, till } from "./till-page.js";
import { list, send, sendAnew, takeOff, tick } from "./till-queue.js";
import { noReturn, watchReturns } from "./till-returns.js";
import { add, entry, look, restore, tell } from "./till-sale.js";

// ---- what is clicked and changed ---------------------------------------------------------------------
const doneBy = {
  adds: (form) => add(form),
  finds: (form) => look(form),
  removes: (form, button) => {
    button.closest("[data-line]").remove();
    entry(form, "sku").focus();
    look(form);
  },
  clears: (form) => {
    form.elements.identifier.value = "";
    form.elements.identifier.focus();
    look(form);
  },
  fills: (_form, button) => {
    const field = document.getElementById(button.dataset.fills);
    field.value = button.dataset.value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  },
  prints: () => window.print(),
  method: (_form, button) => sellAlone(button.dataset.method),
  nextSale: (_form, button) => button.closest("dialog").close(),
  sendsNow: () => send(),
  renumbers: (_form, button) => sendAnew(button.dataset.renumbers),
  forgets: (_form, button) => takeOff(button.dataset.forgets),
};
const INSTEAD = new Set(["adds", "finds", "removes"]); // of what the button would send
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const known = button && Object.keys(doneBy).find((name) => button.dataset[name] !== undefined);
  if (!known) return;
  if (INSTEAD.has(known)) event.preventDefault();
  doneBy[known](button.closest("form"), button);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("#screen[data-paying] [name=method]");
  if (button) press(button.value);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("#screen[data-sale]");
  if (form && event.target.name && event.target.dataset.part === undefined) look(form);
  const back = event.target.closest("#return");
  if (back) back.dispatchEvent(new Event("return-changed"));
});
// What was wrong with a line is typed anew.
document.addEventListener("input", (event) => {
  if (event.target.dataset.part === undefined) return;
  tell(event.target.closest("form"), null);
});
// Whoever signs in next begins with nothing of another's.
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/till/sign-out") forgetDraft();
});
// Whoever closes the question in another way than by a button has the sale as it was, or the next one.
document.getElementById("offline")?.addEventListener("close", () => {
  if (!one("[data-offline-kept]").classList.contains("hidden")) nextSale();
});
document.addEventListener("till-is-back", () => {
  if (sale()) look(sale());
});

// ---- what the service has said, and what it has not --------------------------------------------------
document.addEventListener("htmx:afterSwap", (event) => {
  // What was said as the page was loaded is of the step before.
  if (event.detail.target?.id === "screen") one("[data-flash]")?.remove();
  noteReserved();
  heard();
  list();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) show(true);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("#screen[data-paying]")) sendsPaid(event.detail.elt);
});
// It is recorded, and never stands there again as if it had to be paid: its receipt may not come any more.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (![502, 503, 504].includes(event.detail.xhr.status)) sends(null);
  if (event.detail.xhr.getResponseHeader("HX-Redirect")?.startsWith("/till/receipts/")) forgetDraft();
});
function cut(event) {
  show(false);
  const from = event.detail.elt;
  const form = from.closest("form");
  if (form) {
    delete form.dataset.sent;
    for (const busy of all("[aria-busy]", form)) busy.removeAttribute("aria-busy");
  }
  if (from.id === "screen") payAlone(from);
  else if (from.id === "glance") showAlone();
  else if (from.id === "back") noReturn();
}
document.addEventListener("htmx:sendError", cut);
document.addEventListener("htmx:timeout", cut);
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([502, 503, 504].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = false;
    cut(event);
  } else if (event.detail.xhr.status === 403) {
    // Somebody has signed in anew since: what was typed is in the draft.
    event.detail.shouldSwap = false;
    window.location.assign("/till/");
  }
});

// ---- the beginning -----------------------------------------------------------------------------------
function begin() {
  window.htmx.config.timeout = 15_000;
  hearPage(till.dataset.now);
  const left = takeUp();
  window.addEventListener("pagehide", noteLeft);
  if (sale() && window.location.pathname === "/till/") restore(sale());
  heard();
  const bought = one("[data-receipt].grid, [data-receipt]:not(bdi)");
  if (bought && draft()?.receipt === bought.dataset.receipt) forgetDraft();
  list();
  if (!isHere()) show(false);
  left.then(send, send);
  setInterval(tick, 4000);
  window.addEventListener("online", () => ask().then(send));
  window.addEventListener("offline", () => show(false));
  navigator.storage?.persist?.();
  navigator.serviceWorker?.register("/till/worker.js", { scope: "/till/" }).then(async () => {
    const ready = await navigator.serviceWorker.ready;
    ready.active?.postMessage("keep");
  }).catch(() => undefined);
}
if (till) {
  listen();
  watchReturns();
  begin();
}
