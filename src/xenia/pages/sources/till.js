// The till beyond what HTML does: lines by keys and scanner, and sales without the service, which are
// kept in this browser and sent once it is back. Each has its number from here: sent twice, it is one.
import { amount, counted, decimal, money, text } from "./till-decimals.js";
import { change, forget, found, keep, kept, learn, prices, renumber } from "./till-kept.js";

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const till = document.getElementById("till");
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function newReceipt() {
  const letters = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => LETTERS[byte % 32]);
  return [0, 4, 8].map((at) => letters.slice(at, at + 4).join("")).join("-");
}
function say(text) {
  const where = document.getElementById("said");
  if (where) where.textContent = text;
}

// ---- whether the service is there -------------------------------------------------------------------
let isHere = navigator.onLine;
function show(state) {
  const changed = state !== isHere;
  isHere = state;
  const net = document.getElementById("net");
  if (net) {
    net.hidden = isHere;
    one("[data-net-icon]", net).hidden = isHere;
    if (changed || !isHere) one("[data-net-text]", net).textContent = isHere ? "" : net.dataset.away;
  }
  if (changed && isHere) {
    if (net) say(net.dataset.here);
    const form = one("#screen[data-sale]");
    if (form) look(form);
  }
}
async function ask() {
  try {
    const response = await fetch("/till/here", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    show(response.ok);
  } catch {
    show(false);
  }
}

// ---- the sale on the screen --------------------------------------------------------------------------
const DRAFT = "xenia-till-draft";
const RESERVED = "xenia-till-reserved"; // what is kept for a sale whose page was left
let lastGiven = { of: "", given: [], toPay: null };
// What was taken off was for these lines of this member.
const saleOf = (form) => JSON.stringify([form.elements.identifier.value.trim(), lines(form)]);

function lines(form) {
  return all("[data-line]", form).map((line) => ({
    sku: one("[name=sku]", line).value,
    category: one("[name=category]", line).value,
    quantity: one("[name=quantity]", line).value,
    price: one("[name=price]", line).value,
  }));
}
function total(form) {
  const decimals = Number(form.dataset.decimals);
  return lines(form).reduce((sum, line) => sum + amount(decimal(line.quantity), decimal(line.price), decimals), 0n);
}
function look(form) {
  remember(form);
  const none = document.getElementById("no-lines");
  if (none) none.hidden = lines(form).length > 0;
  form.dispatchEvent(new Event("sale-changed"));
}
function remember(form) {
  const draft = { receipt: form.elements.receipt.value, identifier: form.elements.identifier.value, lines: lines(form) };
  sessionStorage.setItem(DRAFT, JSON.stringify(draft));
}
function put(form, line) {
  const row = document.getElementById("empty-line").content.cloneNode(true);
  const { money: currency, decimals } = form.dataset;
  for (const name of ["sku", "category", "quantity", "price"]) one(`[name=${name}]`, row).value = line[name];
  one("[data-said-sku]", row).textContent = line.sku;
  one("[data-said-quantity]", row).textContent = line.quantity;
  one("[data-said-price]", row).textContent = money(decimal(line.price), currency);
  one("[data-said-amount]", row).textContent =
    money(amount(decimal(line.quantity), decimal(line.price), Number(decimals)), currency);
  document.getElementById("lines").append(row);
}
const entry = (form, part) => one(`[data-part=${part}]`, form);
function add(form) {
  const price = decimal(entry(form, "price").value);
  const quantity = counted(entry(form, "quantity").value || "1");
  document.getElementById("wrong-line").hidden = price !== null;
  document.getElementById("wrong-quantity").hidden = quantity !== null;
  if (price === null || quantity === null) {
    entry(form, price === null ? "price" : "quantity").focus();
    return;
  }
  const category = entry(form, "category").value.trim() || "-";
  const sku = entry(form, "sku").value.trim() || category;
  put(form, { sku, category, quantity: text(quantity), price: text(price) });
  learn(sku, category, text(price));
  for (const part of ["sku", "price"]) entry(form, part).value = "";
  entry(form, "quantity").value = "1";
  entry(form, "sku").focus();
  look(form);
}
// What was sold before has its price already.
function recall(form) {
  const known = prices()[entry(form, "sku").value.trim()];
  if (!known) return false;
  const category = entry(form, "category");
  category.value = known[0];
  if (category.value !== known[0]) return false;
  entry(form, "price").value = known[1];
  return true;
}
function begin(form) {
  form.elements.receipt.value = newReceipt();
  form.elements.once.value = crypto.randomUUID();
  form.elements.identifier.value = "";
  for (const line of all("[data-line]", form)) line.remove();
  for (const claim of all("[name=voucher]", form)) claim.checked = false;
  for (const claim of all("[name^=spend-]", form)) claim.value = "";
  lastGiven = { of: "", given: [], toPay: null };
  look(form);
  form.elements.identifier.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const form = button.closest("form");
  const known = button.dataset;
  if (known.adds !== undefined) {
    event.preventDefault();
    add(form);
  } else if (known.finds !== undefined) {
    event.preventDefault();
    look(form);
  } else if (known.removes !== undefined) {
    event.preventDefault();
    button.closest("[data-line]").remove();
    entry(form, "sku").focus();
    look(form);
  } else if (known.clears !== undefined) {
    form.elements.identifier.value = "";
    form.elements.identifier.focus();
    look(form);
  } else if (known.fills !== undefined) {
    const field = document.getElementById(known.fills);
    field.value = known.value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (known.prints !== undefined) window.print();
  else if (known.method !== undefined) sellAlone(known.method);
  else if (known.nextSale !== undefined) {
    button.closest("dialog").close();
    one("#screen[data-sale]") ? begin(one("#screen")) : window.location.assign("/till/");
  } else if (known.sendsNow !== undefined) send();
  else if (known.renumbers !== undefined) sendAnew(known.renumbers);
  else if (known.forgets !== undefined) forget(known.forgets).then(list);
});
// Whoever signs in next begins with nothing of another's.
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/till/sign-out") return;
  for (const key of [DRAFT, RESERVED]) sessionStorage.removeItem(key);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("#screen[data-sale]");
  if (form && event.target.name && event.target.dataset.part === undefined) look(form);
  const back = event.target.closest("#return");
  if (back) back.dispatchEvent(new Event("return-changed"));
});
document.addEventListener("keydown", (event) => {
  const form = one("#screen[data-sale]");
  if (!form) return;
  const keys = { F2: form.elements.identifier, F4: entry(form, "sku") };
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key].focus();
    keys[event.key].select();
  } else if (event.key === "F9") {
    event.preventDefault();
    document.getElementById("pay").click();
  } else if (event.key === "Enter" && event.target.matches("#screen input")) {
    event.preventDefault();
    entered(form, event.target);
  }
});
function entered(form, field) {
  if (field.name === "identifier") {
    look(form);
    entry(form, "sku").focus();
  } else if (field.dataset.part === "sku") {
    if (field.value.trim() !== "" && recall(form)) add(form);
    else if (field.value.trim() !== "") entry(form, "price").focus();
  } else if (field.dataset.part === "price" || field.dataset.part === "quantity") {
    if (entry(form, "price").value.trim() === "") entry(form, "price").focus();
    else add(form);
  } else if (field.dataset.part === "category") entry(form, "price").focus();
  else look(form);
}
// A scanner types quickly, wherever one is, and ends with Enter.
let scanned = "";
let last = 0;
document.addEventListener("keydown", (event) => {
  const form = one("#screen[data-sale]");
  if (!form || event.target.matches("input, textarea, select, button, a, summary") || one("dialog[open]")) return;
  const now = performance.now();
  if (now - last > 80) scanned = "";
  last = now;
  if (event.key.length === 1) scanned += event.key;
  else if (event.key === "Enter" && scanned.length > 3) {
    const field = form.elements.identifier.value ? entry(form, "sku") : form.elements.identifier;
    field.value = scanned;
    scanned = "";
    entered(form, field);
  }
});

// ---- what the service has said, and what it has not ---------------------------------------------------
function heard() {
  const glance = document.getElementById("glance");
  const form = one("#screen[data-sale]");
  if (!glance || !form) return;
  lastGiven = { of: saleOf(form), given: JSON.parse(glance.dataset.given), toPay: glance.dataset.toPay };
}
document.addEventListener("htmx:afterSwap", () => {
  const reserved = one("#screen[data-paying] [name=reservation]")?.value;
  if (reserved) sessionStorage.setItem(RESERVED, reserved);
  else if (one("#screen[data-sale]")) sessionStorage.removeItem(RESERVED);
  heard();
  list();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) show(true);
});
function cut(event) {
  show(false);
  const form = event.detail.elt.closest("form");
  if (form) {
    delete form.dataset.sent;
    for (const busy of all("[aria-busy]", form)) busy.removeAttribute("aria-busy");
  }
  const from = event.detail.elt;
  if (from.id === "screen") payAlone(from);
  else if (from.id === "glance") alone();
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
// What is to be paid without the service: what rules took off the same lines was promised, and is given.
function reckoned(form) {
  const known = lastGiven.of === saleOf(form) ? lastGiven.given : [];
  const off = known.reduce((sum, item) => sum + decimal(item.amount), 0n);
  return { given: known, toPay: total(form) - off };
}
function alone() {
  const form = one("#screen[data-sale]");
  const shown = document.getElementById("to-pay");
  if (form && shown) shown.textContent = money(reckoned(form).toPay, form.dataset.money);
}
let paying = null;
let pressed = "";
document.addEventListener("click", (event) => {
  const button = event.target.closest("#screen[data-paying] [name=method]");
  if (button) pressed = button.value;
});
function payAlone(form) {
  const dialog = document.getElementById("offline");
  if (form.dataset.paying !== undefined) {
    // It was being paid: what was to be paid stays so, and what was kept for it, too.
    paying = {
      receipt: form.elements.receipt.value,
      identifier: form.elements.identifier.value,
      event: JSON.parse(form.elements.event.value),
      reservation: form.elements.reservation.value,
      toPay: decimal(form.dataset.toPay),
      money: form.dataset.money,
    };
  } else {
    if (lines(form).length === 0) return;
    const { given, toPay } = reckoned(form);
    paying = {
      receipt: form.elements.receipt.value,
      identifier: form.elements.identifier.value.trim(),
      lines: lines(form),
      given,
      programme: form.dataset.programme,
      terminal: form.dataset.terminal,
      location: form.dataset.location,
      staff: till.dataset.staff,
      toPay,
      money: form.dataset.money,
    };
  }
  const claims = all("[name=voucher]:checked, [name^=spend-]", form).some((claim) => claim.type === "checkbox" || claim.value);
  one("[data-offline-claims]", dialog).classList.toggle("hidden", form.dataset.paying !== undefined || !claims);
  one("[data-offline-total]", dialog).textContent = money(paying.toPay, paying.money);
  one("[data-offline-pay]", dialog).classList.remove("hidden");
  one("[data-offline-kept]", dialog).classList.add("hidden");
  if (form.dataset.paying !== undefined && pressed) sellAlone(pressed);
  if (!dialog.open) dialog.showModal();
}
const isSame = (row, sale) => ["identifier", "lines", "event", "programme"]
  .every((part) => JSON.stringify(row?.[part]) === JSON.stringify(sale[part]));
function numbered(sale, receipt) {
  const event = sale.event && { ...sale.event, id: receipt, receipt };
  return { ...sale, receipt, ...(event ? { event } : {}) };
}
async function sendAnew(receipt) {
  await renumber(receipt, (sale) => ({ ...numbered(sale, newReceipt()), state: "waiting", why: "", taken: false }));
  await list();
  await send();
}
async function sellAlone(method) {
  const dialog = document.getElementById("offline");
  let { toPay, money: currency, ...sale } = paying;
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const row = () => ({
    ...sale, method, at: now, total: text(toPay), money: currency, space: till.dataset.space, state: "waiting", why: "",
  });
  try {
    await keep(row()).catch(async (error) => {
      if (error?.name !== "ConstraintError") throw error;
      if (isSame(await found(sale.receipt), sale)) return; // it is kept already
      sale = numbered(sale, newReceipt());
      await keep(row());
    });
  } catch {
    const failed = document.getElementById("not-kept");
    failed.textContent = failed.dataset.text;
    failed.classList.remove("hidden");
    dialog.close();
    return;
  }
  sessionStorage.removeItem(DRAFT);
  sessionStorage.removeItem(RESERVED);
  one("[data-offline-receipt]", dialog).textContent = sale.receipt;
  one("[data-offline-pay]", dialog).classList.add("hidden");
  one("[data-offline-kept]", dialog).classList.remove("hidden");
  one("[data-next-sale]", dialog).focus();
  await list();
}
// Whoever closes the question in another way than by a button has the sale as it was, or the next one.
document.getElementById("offline")?.addEventListener("close", () => {
  const form = one("#screen[data-sale]");
  const done = !one("[data-offline-kept]").classList.contains("hidden");
  if (done && form) begin(form);
  else if (done) window.location.assign("/till/");
});

// ---- sending what waits ------------------------------------------------------------------------------
const DAY = 86_400_000;
async function list() {
  const here = document.getElementById("waiting");
  if (!here) return;
  const sales = (await kept()).filter((sale) => sale.space === till.dataset.space);
  here.classList.toggle("hidden", sales.length === 0);
  one("[data-waiting-count]", here).textContent = String(sales.filter((sale) => sale.state === "waiting").length);
  const queue = document.getElementById("queue");
  queue.replaceChildren(...sales.map((sale) => {
    const row = document.getElementById("queued").content.cloneNode(true).firstElementChild;
    one("[data-receipt]", row).textContent = sale.receipt;
    one("[data-total]", row).textContent = money(decimal(sale.total), sale.money);
    one("[data-why]", row).textContent = sale.why;
    one("[data-state]", row).textContent = here.dataset[sale.state];
    row.dataset.is = sale.state;
    const off = one("[data-forgets]", row);
    off.dataset.forgets = sale.receipt;
    off.hidden = sale.state === "waiting";
    const anew = one("[data-renumbers]", row);
    anew.dataset.renumbers = sale.receipt;
    anew.hidden = !sale.taken;
    return row;
  }));
}
async function sendOne(sale) {
  const { total: _total, money: _money, space: _space, state: _state, why: _why, taken: _taken, ...said } = sale;
  said.sent = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const body = new URLSearchParams({ form: till.dataset.proof, sale: JSON.stringify(said) });
  const response = await fetch("/till/arrived", { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(15_000) });
  const told = response.headers.get("content-type")?.startsWith("application/json") ? await response.json() : null;
  if (!told) {
    // Nobody is signed in any more, or somebody else by now; the sale waits.
    const again = response.type === "opaqueredirect" || [401, 403].includes(response.status);
    document.getElementById("sign-in-again")?.classList.toggle("hidden", !again);
    return again || response.status < 500;
  }
  document.getElementById("sign-in-again")?.classList.add("hidden");
  if (told.state === "booked") await change({ ...sale, state: "booked", why: told.notes.join(" "), bookedAt: Date.now() });
  else if (told.state === "refused") await change({ ...sale, state: "refused", why: told.why, taken: told.taken === true });
  else if (sale.why !== told.why) await change({ ...sale, why: told.why });
  return true;
}
async function sendAll() {
  for (const sale of await kept()) {
    if (sale.state === "booked" && Date.now() - sale.bookedAt > DAY) await forget(sale.receipt);
    if (sale.state !== "waiting" || sale.space !== till.dataset.space) continue;
    try {
      const there = await sendOne(sale);
      show(there);
      if (!there) break;
    } catch {
      show(false);
      break;
    }
  }
  await list();
}
let sending = false;
async function send() {
  if (sending || !till) return;
  sending = true;
  try {
    // One window at a time; the service would book each once all the same.
    if (navigator.locks) await navigator.locks.request("xenia-till", { ifAvailable: true }, (lock) => (lock ? sendAll() : undefined));
    else await sendAll();
  } finally {
    sending = false;
  }
}
async function tick() {
  const waits = (await kept()).some((sale) => sale.state === "waiting" && sale.space === till.dataset.space);
  if (waits) await send();
  else if (!isHere) await ask();
}

// ---- the beginning ------------------------------------------------------------------------------------
function restore(form) {
  const asked = new URLSearchParams(window.location.search);
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
  const reserved = sessionStorage.getItem(RESERVED);
  if (reserved) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "reservation", value: reserved });
    form.append(field);
  }
  if (asked.has("line") || asked.has("receipt")) return;
  // The page may be one that was kept: its numbers belong to nobody else.
  form.elements.receipt.value = draft?.receipt ?? newReceipt();
  form.elements.once.value = crypto.randomUUID();
  if (!draft || form.elements.identifier.value === "" && draft.identifier === "" && draft.lines.length === 0) return;
  if (form.elements.identifier.value === "") form.elements.identifier.value = draft.identifier;
  for (const line of draft.lines) put(form, line);
  look(form);
}
if (till) {
  window.htmx.config.timeout = 15_000;
  const form = one("#screen[data-sale]");
  if (form && window.location.pathname === "/till/") restore(form);
  heard();
  const bought = one("[data-receipt].grid, [data-receipt]:not(bdi)");
  if (bought && JSON.parse(sessionStorage.getItem(DRAFT) ?? "null")?.receipt === bought.dataset.receipt) {
    sessionStorage.removeItem(DRAFT);
    sessionStorage.removeItem(RESERVED);
  }
  list();
  if (!isHere) show(false);
  send();
  setInterval(tick, 4000);
  window.addEventListener("online", () => ask().then(send));
  window.addEventListener("offline", () => show(false));
  navigator.storage?.persist?.();
  navigator.serviceWorker?.register("/till/worker.js", { scope: "/till/" }).then(async () => {
    const ready = await navigator.serviceWorker.ready;
    ready.active?.postMessage("keep");
  }).catch(() => undefined);
}
