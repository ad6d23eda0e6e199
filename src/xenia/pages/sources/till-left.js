// A sale that is paid, and whose page is left before the service has answered: it waits like those that were
// made without it. Sent twice, it is one.
import { draft, forgetDraft, reserved } from "./till-draft.js";
import { isKept } from "./till-kept.js";

const LEFT = "xenia-till-left";
let underway = null;

function left() {
  try {
    return JSON.parse(localStorage.getItem(LEFT) ?? "[]");
  } catch {
    return [];
  }
}
// It is sent now, or (null) it is answered, or kept.
export const sends = (sale) => (underway = sale);
export function noteLeft() {
  if (!underway) return;
  try {
    localStorage.setItem(LEFT, JSON.stringify([...left(), underway]));
  } catch {
    // It stands in the draft.
  }
}
// What stood there when a page was left is no more to be paid.
export function takeUp() {
  const sales = left();
  const isHere = (sale) => sale.receipt === draft()?.receipt || sale.reservation === reserved();
  if (sales.some(isHere)) forgetDraft();
  return Promise.all(sales.map(isKept)).then(() => {
    const isOther = (sale) => sales.every((one) => one.receipt !== sale.receipt);
    if (sales.length > 0) localStorage.setItem(LEFT, JSON.stringify(left().filter(isOther)));
  });
}
