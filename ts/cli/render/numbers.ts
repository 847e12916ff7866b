/** Numbers as people read them. Pages in browsers use it, too. */

/** A whole number as `1,234`. Node loads its data of all languages for `toLocaleString`, slowly. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 file`, `2 files`. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}
