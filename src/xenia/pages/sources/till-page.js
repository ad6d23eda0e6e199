// The page of the till: how its parts are found, and what it says aloud.
export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
// Around every page of whoever has signed in; null on the others.
export const till = document.getElementById("till");
// The sale that is being made; null where it is being paid, or on another page.
export const sale = () => one("#screen[data-sale]");

export function say(text) {
  const where = document.getElementById("said");
  if (where) where.textContent = text;
}

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
// The number of a sale, which nobody else has: sent twice, it is one.
export function newReceipt() {
  const letters = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => LETTERS[byte % 32]);
  return [0, 4, 8].map((at) => letters.slice(at, at + 4).join("")).join("-");
}
