// The sale by keys and by a scanner alone.
import { one, sale } from "./till-page.js";
import { entered, entry } from "./till-sale.js";

function pressed(event) {
  const form = sale();
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
}
// A scanner types quickly, wherever one is, and ends with Enter.
const QUICK = 80; // milliseconds between two letters
const WRITES = "input:not([type=checkbox]), textarea, select"; // there they stand already
let scanned = "";
let last = 0;
function typed(event) {
  const form = sale();
  if (!form || event.target.matches(WRITES) || one("dialog[open]")) return;
  const now = performance.now();
  if (now - last > QUICK) scanned = "";
  last = now;
  if (event.key.length === 1) scanned += event.key;
  else if (event.key === "Enter" && scanned.trim().length > 3) {
    event.preventDefault(); // nothing else is pressed by it
    const field = form.elements.identifier.value ? entry(form, "sku") : form.elements.identifier;
    field.value = scanned;
    scanned = "";
    entered(form, field);
  }
}
export function listen() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("keydown", typed);
}
