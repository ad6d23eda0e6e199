// The sale on the screen: its lines, and how they are typed.
import { amount, counted, decimal, isUnclear, money, text } from "./till-decimals.js";
import { draft, remember, reserved } from "./till-draft.js";
import { learn, prices } from "./till-kept.js";
import { all, newReceipt, one, till } from "./till-page.js";

export function lines(form) {
  return all("[data-line]", form).map((line) => ({
    sku: one("[name=sku]", line).value,
    category: one("[name=category]", line).value,
    quantity: one("[name=quantity]", line).value,
    price: one("[name=price]", line).value,
  }));
}
export function total(form) {
  const decimals = Number(form.dataset.decimals);
  return lines(form).reduce((sum, line) => sum + amount(decimal(line.quantity), decimal(line.price), decimals), 0n);
}
// What was taken off was for these lines of this member.
export const saleOf = (form) => JSON.stringify([form.elements.identifier.value.trim(), lines(form)]);
export const entry = (form, part) => one(`[data-part=${part}]`, form);
// In whose money its prices are.
const shopOf = (form) => `${till.dataset.space}/${form.dataset.programme}`;

// It has changed: the service is asked what comes of it.
export function look(form) {
  const { receipt, identifier } = form.elements;
  remember({ shop: shopOf(form), receipt: receipt.value, identifier: identifier.value, lines: lines(form) });
  const none = document.getElementById("no-lines");
  if (none) none.hidden = lines(form).length > 0;
  form.dispatchEvent(new Event("sale-changed"));
}
function put(form, line) {
  const row = document.getElementById("empty-line").content.cloneNode(true);
  const { money: currency, decimals } = form.dataset;
  for (const name of ["sku", "category", "quantity", "price"]) one(`[name=${name}]`, row).value = line[name];
  one("[data-said-sku]", row).textContent = line.sku;
  const category = one("[data-said-category]", row);
  category.hidden = line.category === "-";
  one("bdi", category).textContent = line.category;
  one("[data-said-quantity]", row).textContent = line.quantity;
  one("[data-said-price]", row).textContent = money(decimal(line.price), currency);
  one("[data-said-amount]", row).textContent =
    money(amount(decimal(line.quantity), decimal(line.price), Number(decimals)), currency);
  document.getElementById("lines").append(row);
}
// What is wrong with what is typed of a line, and at which field; null: nothing, any more.
const WRONG = { "wrong-line": "price", "wrong-thousands": "price", "wrong-quantity": "quantity" };
export function tell(form, wrong) {
  for (const [id, part] of Object.entries(WRONG)) {
    document.getElementById(id).hidden = id !== wrong;
    const field = entry(form, part);
    if (field.getAttribute("aria-describedby") !== id) continue;
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  if (!wrong) return;
  const field = entry(form, WRONG[wrong]);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", wrong);
  field.focus();
}
export function add(form) {
  const price = decimal(entry(form, "price").value);
  const quantity = counted(entry(form, "quantity").value || "1");
  let wrong = null;
  if (isUnclear(entry(form, "price").value, till.dataset, Number(form.dataset.decimals))) wrong = "wrong-thousands";
  else if (price === null) wrong = "wrong-line";
  else if (quantity === null) wrong = "wrong-quantity";
  tell(form, wrong);
  if (wrong) return;
  const category = entry(form, "category").value.trim() || "-";
  const sku = entry(form, "sku").value.trim() || category;
  put(form, { sku, category, quantity: text(quantity), price: text(price) });
  learn(shopOf(form), sku, category, text(price));
  for (const part of ["sku", "price"]) entry(form, part).value = "";
  entry(form, "quantity").value = "1";
  entry(form, "sku").focus();
  look(form);
}
// What was sold before has its price already.
function recall(form) {
  const known = prices(shopOf(form))[entry(form, "sku").value.trim()];
  if (!known) return false;
  const category = entry(form, "category");
  category.value = known[0];
  if (category.value !== known[0]) return false;
  entry(form, "price").value = known[1].replace(".", till.dataset.mark); // as it is read again
  return true;
}
// Enter was pressed in a field, or a scanner has filled it.
export function entered(form, field) {
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
// The next one, with nothing of the last in it.
export function clear(form) {
  form.elements.receipt.value = newReceipt();
  form.elements.once.value = crypto.randomUUID();
  form.elements.identifier.value = "";
  for (const line of all("[data-line]", form)) line.remove();
  for (const claim of all("[name=voucher]", form)) claim.checked = false;
  for (const claim of all("[name^=spend-]", form)) claim.value = "";
  look(form);
  form.elements.identifier.focus();
}
// The one that stood there before the page was loaded again.
export function restore(form) {
  const asked = new URLSearchParams(window.location.search);
  const left = reserved();
  if (left) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "reservation", value: left });
    form.append(field);
  }
  if (asked.has("line") || asked.has("receipt")) return;
  const kept = draft();
  // What was typed for another programme has other prices.
  const before = (kept?.shop ?? shopOf(form)) === shopOf(form) ? kept : null;
  // The page may be one that was kept: its numbers belong to nobody else.
  form.elements.receipt.value = before?.receipt ?? newReceipt();
  form.elements.once.value = crypto.randomUUID();
  if (!before || form.elements.identifier.value === "" && before.identifier === "" && before.lines.length === 0) return;
  if (form.elements.identifier.value === "") form.elements.identifier.value = before.identifier;
  for (const line of before.lines) put(form, line);
  look(form);
}
