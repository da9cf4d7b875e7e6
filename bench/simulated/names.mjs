// The names of simulated stores, by their number.
export const PLATFORM = "bench";
export const DOMAIN = "bench.localhost";

const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

/** `s` and ten letters. */
export function idOf(number) {
  let id = "";
  for (let rest = number, at = 0; at < 10; at += 1, rest = Math.floor(rest / 32)) id = LETTERS[rest % 32] + id;
  return `s${id}`;
}
export const slugOf = (number) => `mug-shop-${number}`;
export const hostOf = (number) => `${slugOf(number)}.${DOMAIN}`;
export const uidOf = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
/** The store of a host name. */
export function numberOf(host) {
  const found = /^mug-shop-(\d+)\./.exec(host);
  return found ? Number(found[1]) : undefined;
}
