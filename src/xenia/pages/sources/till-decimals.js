// Quantities and money as exact whole numbers, reckoned as the service does.
const language = document.documentElement.lang;
const DIGITS = 9n;
const bare = (typed) => typed.replace(/\s/g, "").replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
// As the service reads it (till/sale.py), and as it asks for it again (pages/formats.py): a point or a comma may
// stand `between` thousands, unless it is the `mark` of a money whose decimals are three.
export function isUnclear(typed, { between, mark }, decimals) {
  const found = /^[+-]?[1-9]\d{0,2}([.,])(\d{3})(?!\d)/.exec(bare(typed));
  if (found === null || (found[1] === mark && decimals >= 3)) return false;
  return found[1] === between || found[2] === "000";
}
export function decimal(typed) {
  const plain = bare(typed).replace(/[,٫]/g, ".");
  if (!/^\d{1,9}(\.\d{0,9})?$|^\.\d{1,9}$/.test(plain)) return null;
  const [whole, part = ""] = plain.split(".");
  return BigInt(whole || "0") * 10n ** DIGITS + BigInt(part.padEnd(Number(DIGITS), "0"));
}
// The service counts to a thousandth.
export function counted(typed) {
  const found = decimal(typed);
  return found !== null && found > 0n && found % 10n ** (DIGITS - 3n) === 0n ? found : null;
}
export function text(scaled) {
  const digits = String(scaled).padStart(Number(DIGITS) + 1, "0");
  const part = digits.slice(-Number(DIGITS)).replace(/0+$/, "");
  return digits.slice(0, -Number(DIGITS)) + (part ? `.${part}` : "");
}
// What so many cost, half up to the money's decimals: as the service does.
export function amount(quantity, price, decimals) {
  const step = 10n ** (2n * DIGITS - BigInt(decimals));
  const product = quantity * price;
  return ((product + step / 2n) / step) * 10n ** (DIGITS - BigInt(decimals));
}
// With all its decimals: browsers leave out those of a money that has no coins for them (RSD, IQD).
export function money(scaled, currency) {
  const style = { style: "currency", currency }, exact = text(scaled);
  const usual = new Intl.NumberFormat(language, style).resolvedOptions().maximumFractionDigits;
  const digits = Math.max(usual, exact.split(".")[1]?.length ?? 0);
  style.minimumFractionDigits = style.maximumFractionDigits = digits;
  return new Intl.NumberFormat(language, style).format(Number(exact));
}
