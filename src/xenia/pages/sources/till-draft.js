// What this tab remembers of a sale, so that loading the page again loses nothing of it.
import { one } from "./till-page.js";

const DRAFT = "xenia-till-draft";
const RESERVED = "xenia-till-reserved"; // what is kept for a sale whose page was left

export const draft = () => JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
export const remember = (sale) => sessionStorage.setItem(DRAFT, JSON.stringify(sale));
export function forgetDraft() {
  for (const key of [DRAFT, RESERVED]) sessionStorage.removeItem(key);
}
export const reserved = () => sessionStorage.getItem(RESERVED);
// What is kept for the sale that stands there now: told when it is left for another page.
export function noteReserved() {
  const found = one("#screen[data-paying] [name=reservation]")?.value;
  if (found) sessionStorage.setItem(RESERVED, found);
  else if (one("#screen[data-sale]")) sessionStorage.removeItem(RESERVED);
}
