// What a till keeps in its browser: sales that wait for the service, and prices that it has seen.
const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open("xenia-till", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("sales", { keyPath: "receipt" });
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
opened.catch(() => undefined);
async function stored(mode, work) {
  const database = await opened;
  return new Promise((resolve, reject) => {
    // Strict: it is on the disk before anybody is told that it is kept.
    const transaction = database.transaction("sales", mode, { durability: "strict" });
    const request = work(transaction.objectStore("sales"));
    transaction.oncomplete = () => resolve(request.result);
    // Of a request that fails the transaction has no error yet.
    transaction.onerror = (event) => reject(event.target.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
// `add`: what has a number already is never written over.
export const keep = (sale) => stored("readwrite", (sales) => sales.add(sale));
export const change = (sale) => stored("readwrite", (sales) => sales.put(sale));
const found = (receipt) => stored("readonly", (sales) => sales.get(receipt));
const isSame = (row, sale) => ["identifier", "lines", "event", "programme"]
  .every((part) => JSON.stringify(row?.[part]) === JSON.stringify(sale[part]));
// Whether it is kept, or is already; not where another has its number.
export const isKept = (sale) => keep(sale).then(() => true, async (error) => {
  if (error?.name !== "ConstraintError") throw error;
  return isSame(await found(sale.receipt), sale);
});
// A sale under another number, in all that says it.
export function numbered(sale, receipt) {
  const event = sale.event && { ...sale.event, id: receipt, receipt };
  return { ...sale, receipt, ...(event ? { event } : {}) };
}
// Under another number, and no more under the old one: both or neither.
export const renumber = (receipt, anew) => stored("readwrite", (sales) => {
  const request = sales.get(receipt);
  request.onsuccess = () => {
    if (!request.result?.taken) return; // asked twice, or in another window
    sales.add(anew(request.result));
    sales.delete(receipt);
  };
  return request;
});
export const forget = (receipt) => stored("readwrite", (sales) => sales.delete(receipt));
export const kept = async () =>
  (await stored("readonly", (sales) => sales.getAll())).sort((a, b) => a.at.localeCompare(b.at));

// By space and programme: what has the same number elsewhere is another thing, perhaps in another money.
const PRICES = "xenia-till-prices";
const MOST_PRICES = 3000;
export function prices(shop) {
  try {
    return JSON.parse(localStorage.getItem(`${PRICES}/${shop}`) ?? "{}");
  } catch {
    return {};
  }
}
export function learn(shop, sku, category, price) {
  const known = prices(shop);
  delete known[sku];
  known[sku] = [category, price];
  const names = Object.keys(known);
  if (names.length > MOST_PRICES) delete known[names[0]];
  try {
    localStorage.setItem(`${PRICES}/${shop}`, JSON.stringify(known));
  } catch {
    // It is only quicker with it.
  }
}
