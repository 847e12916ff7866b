/** Numbers and times as the page writes them. */
import { age } from "../../../render/age.ts";
import { grouped } from "../../../render/numbers.ts";

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

/** How long before `at` something was, roughly. The page is read later than it is written. */
export function ago(then: string | null, at: string): string {
  const milliseconds = Date.parse(at) - Date.parse(then ?? "");
  return Number.isNaN(milliseconds) ? "—" : age(milliseconds);
}

export { grouped as number };
