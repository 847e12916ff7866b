/** What of the metrics the page shows. */
import { visible } from "../../render/text.ts";
import type { Metrics } from "../report.ts";

export type View = Omit<Metrics, "deployed">;

/** The part of `metrics` that is shown, with nothing in its texts that turns or hides others. */
export function viewOf(metrics: Metrics): View {
  const { version, updatedAt, current, collisionRate, deploysSeen, trend, history } = metrics;
  return shown({ version, updatedAt, current, collisionRate, deploysSeen, trend, history }) as View;
}

function shown(value: unknown): unknown {
  if (typeof value === "string") return value.split("\n").map(visible).join("\n");
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [visible(key), shown(one)]));
}
