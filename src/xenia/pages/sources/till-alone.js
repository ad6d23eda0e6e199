// A sale that is paid without the service: what is to be paid for it, and that it is kept in this browser.
import { now, written } from "./till-clock.js";
import { decimal, money, text } from "./till-decimals.js";
import { forgetDraft } from "./till-draft.js";
import { isKept, keep, numbered } from "./till-kept.js";
import { sends } from "./till-left.js";
import { all, newReceipt, one, sale as onScreen, till } from "./till-page.js";
import { list } from "./till-queue.js";
import { clear, lines, saleOf, total } from "./till-sale.js";

const NOTHING = { of: "", who: null, given: [] };
let last = NOTHING;
const whoOf = (form) => form.elements.identifier.value.trim();
// What the service has said of a member and their lines, as it was asked last.
export function heard() {
  const glance = document.getElementById("glance");
  const form = onScreen();
  if (glance && form) last = { of: saleOf(form), who: whoOf(form), given: JSON.parse(glance.dataset.given) };
}
// What rules took off the same lines was promised, and is given.
function reckoned(form) {
  const given = last.of === saleOf(form) ? last.given : [];
  const off = given.reduce((sum, item) => sum + decimal(item.amount), 0n);
  return { given, toPay: total(form) - off };
}
// What it has said is hidden where it was of another member, of other lines, or with something spent.
export function showAlone() {
  const form = onScreen();
  const glance = document.getElementById("glance");
  if (!form || !glance) return;
  one("#to-pay", glance).textContent = money(reckoned(form).toPay, form.dataset.money);
  for (const part of all("[data-who]", glance)) part.hidden = last.who !== whoOf(form);
  const isStale = last.of !== saleOf(form) || glance.dataset.claims === "yes";
  for (const part of all("[data-then]", glance)) part.hidden = isStale;
}
export function nextSale() {
  const form = onScreen();
  if (!form) {
    window.location.assign("/till/");
    return;
  }
  last = NOTHING;
  clear(form);
}

let paying = null;
let pressed = "";
// By which means somebody was about to pay.
export const press = (method) => (pressed = method);

// It was being paid: what was to be paid stays so, and what was kept for it, too.
const begun = (form) => ({
  receipt: form.elements.receipt.value,
  identifier: form.elements.identifier.value,
  event: JSON.parse(form.elements.event.value),
  reservation: form.elements.reservation.value,
  toPay: decimal(form.dataset.toPay),
  money: form.dataset.money,
});
const plain = (form) => ({
  receipt: form.elements.receipt.value,
  identifier: whoOf(form),
  lines: lines(form),
  ...reckoned(form),
  programme: form.dataset.programme,
  terminal: form.dataset.terminal,
  location: form.dataset.location,
  staff: till.dataset.staff,
  money: form.dataset.money,
});
export function payAlone(form) {
  const dialog = document.getElementById("offline");
  const isBegun = form.dataset.paying !== undefined;
  if (!isBegun && lines(form).length === 0) return;
  paying = isBegun ? begun(form) : plain(form);
  const claims = all("[name=voucher]", form).some((claim) => claim.type !== "checkbox" || claim.checked)
    || all("[name^=spend-]", form).some((claim) => claim.value);
  one("[data-offline-claims]", dialog).classList.toggle("hidden", isBegun || !claims);
  one("[data-offline-total]", dialog).textContent = money(paying.toPay, paying.money);
  one("[data-offline-pay]", dialog).classList.remove("hidden");
  one("[data-offline-kept]", dialog).classList.add("hidden");
  if (isBegun && pressed) sellAlone(pressed);
  if (!dialog.open) dialog.showModal();
}

function waiting({ toPay, money: currency, ...sale }, method) {
  const { at, ahead } = now();
  return {
    ...sale, method, at: written(at), ahead, total: text(toPay), money: currency, space: till.dataset.space,
    state: "waiting", why: "",
  };
}
// The service is told that it is paid.
export const sendsPaid = (form) => sends(pressed && waiting(begun(form), pressed));
export async function sellAlone(method) {
  const dialog = document.getElementById("offline");
  let sale = waiting(paying, method);
  try {
    if (!(await isKept(sale))) {
      sale = numbered(sale, newReceipt());
      await keep(sale);
    }
  } catch {
    const failed = document.getElementById("not-kept");
    failed.textContent = failed.dataset.text;
    failed.classList.remove("hidden");
    dialog.close();
    return;
  } finally {
    sends(null);
  }
  forgetDraft();
  one("[data-offline-receipt]", dialog).textContent = sale.receipt;
  one("[data-offline-pay]", dialog).classList.add("hidden");
  one("[data-offline-kept]", dialog).classList.remove("hidden");
  one("[data-next-sale]", dialog).focus();
  await list();
}
