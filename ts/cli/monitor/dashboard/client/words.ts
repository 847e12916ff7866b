/** Numbers, times and words as the page writes them. */
import type { Severity } from "../../report.ts";

export function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 finding`, `2 findings`. */
export function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** From millionths; what is not nothing is not written as nothing. */
export function dollars(amount: number): string {
  if (amount > 0 && amount < 10_000) return "< $0.01";
  return (amount / 1e6).toLocaleString("en-US", { style: "currency", currency: "USD" });
}

/** A part from 0 to 1 as per cent; what is not nothing is not written as nothing. */
export function percent(part: number): string {
  if (part > 0 && part < 0.001) return "< 0.1 %";
  return `${(part * 100).toLocaleString("en-US", { maximumFractionDigits: 1 })} %`;
}

/** A time, in UTC; as it is where it is none. */
export function time(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long before `at` something was, roughly. The page is read later than it is written. */
export function ago(then: string | null, at: string): string {
  const milliseconds = Date.parse(at) - Date.parse(then ?? "");
  if (Number.isNaN(milliseconds)) return "—";
  if (milliseconds < HOUR) return `${number(Math.max(Math.floor(milliseconds / MINUTE), 0))} min`;
  if (milliseconds < 2 * DAY) return `${number(Math.floor(milliseconds / HOUR))} h`;
  return `${number(Math.floor(milliseconds / DAY))} days`;
}

export const SEVERITY_NOUNS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "note",
};
