// Whether the service is there. `till-is-back` is told to the document as it comes back.
import { hear } from "./till-clock.js";
import { one, say, till } from "./till-page.js";

// A page without its time is one that was kept: the service was away, whatever the network is.
let here = navigator.onLine && Boolean(till?.dataset.now);
export const isHere = () => here;

export function show(state) {
  const changed = state !== here;
  here = state;
  const net = document.getElementById("net");
  if (net) {
    net.hidden = here;
    one("[data-net-icon]", net).hidden = here;
    if (changed || !here) one("[data-net-text]", net).textContent = here ? "" : net.dataset.away;
  }
  if (changed && here) {
    if (net) say(net.dataset.here);
    document.dispatchEvent(new Event("till-is-back"));
  }
}

export async function ask() {
  try {
    const asked = performance.now();
    const response = await fetch("/till/here", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    const told = response.ok ? await response.json() : {};
    hear(told.now, (asked + performance.now()) / 2);
    show(response.ok);
  } catch {
    show(false);
  }
}
