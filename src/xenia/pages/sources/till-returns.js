// What comes back takes the service: nobody else knows what is left of a receipt. Without it that is said, and
// what was filled in stays.
import { ask, isHere } from "./till-net.js";
import { say, till } from "./till-page.js";

const notice = () => document.getElementById("no-return");

export function noReturn() {
  const shown = notice();
  shown.hidden = false;
  shown.scrollIntoView({ block: "center" });
  say(shown.innerText);
}

const asked = new WeakSet(); // forms of which the service was there a moment ago
async function sent(event) {
  const form = event.target.closest("#return");
  if (!form || asked.delete(form)) return;
  const { submitter } = event;
  event.preventDefault();
  event.stopImmediatePropagation();
  await ask();
  if (!isHere()) {
    noReturn();
    return;
  }
  if (submitter && !submitter.isConnected) return; // something else is to be given back by now
  asked.add(form);
  form.requestSubmit(submitter);
}

export function watchReturns() {
  document.addEventListener("submit", sent, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='/till/returns']");
    if (!link || isHere()) return;
    event.preventDefault();
    noReturn();
  });
  document.addEventListener("till-is-back", () => {
    notice().hidden = true;
  });
  // Where the worker has led here instead; what it keeps has no time in it.
  if (new URLSearchParams(window.location.search).has("away")) {
    window.history.replaceState(window.history.state, "", "/till/");
    if (!till.dataset.now) noReturn();
  }
}
