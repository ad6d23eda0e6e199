// Sales that wait for the service: shown to whoever serves, and sent once it is back.
import { money, decimal } from "./till-decimals.js";
import { change, forget, kept, numbered, renumber } from "./till-kept.js";
import { ask, isHere, show } from "./till-net.js";
import { newReceipt, one, till } from "./till-page.js";
import { written } from "./till-clock.js";

const DAY = 86_400_000; // milliseconds

function row(sale, states) {
  const found = document.getElementById("queued").content.cloneNode(true).firstElementChild;
  one("[data-receipt]", found).textContent = sale.receipt;
  one("[data-total]", found).textContent = money(decimal(sale.total), sale.money);
  one("[data-why]", found).textContent = sale.why;
  one("[data-state]", found).textContent = states[sale.state];
  found.dataset.is = sale.state;
  const off = one("[data-forgets]", found);
  off.dataset.forgets = sale.receipt;
  off.hidden = sale.state === "waiting";
  const anew = one("[data-renumbers]", found);
  anew.dataset.renumbers = sale.receipt;
  anew.hidden = !sale.taken;
  return found;
}
export async function list() {
  const here = document.getElementById("waiting");
  if (!here) return;
  const sales = (await kept()).filter((sale) => sale.space === till.dataset.space);
  here.classList.toggle("hidden", sales.length === 0);
  const waiting = sales.filter((sale) => sale.state === "waiting").length;
  one("[data-waiting-count]", here).textContent = String(waiting);
  one("[data-sends-now]", here).hidden = waiting === 0;
  document.getElementById("queue").replaceChildren(...sales.map((sale) => row(sale, here.dataset)));
}

// What the service is told of a sale; what only this browser knows of it is left out.
function told(sale) {
  const { total: _total, money: _money, space: _space, state: _state, why: _why, taken: _taken, ahead, ...said } = sale;
  // Of a sale whose time is not the service's, its clock as it is sent: by that it is set right.
  if (ahead !== null) said.sent = written(Date.now() + (ahead ?? 0));
  return said;
}
async function sendOne(sale) {
  const body = new URLSearchParams({ form: till.dataset.proof, sale: JSON.stringify(told(sale)) });
  const response = await fetch("/till/arrived", { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(15_000) });
  const answer = response.headers.get("content-type")?.startsWith("application/json") ? await response.json() : null;
  const signIn = document.getElementById("sign-in-again");
  if (!answer) {
    // Nobody is signed in any more, or somebody else by now; the sale waits.
    const again = response.type === "opaqueredirect" || [401, 403].includes(response.status);
    signIn?.classList.toggle("hidden", !again);
    return again || response.status < 500;
  }
  signIn?.classList.add("hidden");
  const { state, why } = answer;
  if (state === "booked") await change({ ...sale, state, why: answer.notes.join(" "), bookedAt: Date.now() });
  else if (state === "refused") await change({ ...sale, state, why, taken: answer.taken === true });
  else if (sale.why !== why) await change({ ...sale, why });
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
export async function send() {
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
export async function sendAnew(receipt) {
  await renumber(receipt, (sale) => ({ ...numbered(sale, newReceipt()), state: "waiting", why: "", taken: false }));
  await list();
  await send();
}
export const takeOff = (receipt) => forget(receipt).then(list);
// Now and then: what waits is tried again, and whether the service is back.
export async function tick() {
  const waits = (await kept()).some((sale) => sale.state === "waiting" && sale.space === till.dataset.space);
  if (waits) await send();
  else if (!isHere()) await ask();
}
