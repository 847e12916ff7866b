/** Reads which plan the account has. */
import type { BaseCloudflare } from "cloudflare/client";
import { checkedPage } from "../../cloudflare/read.ts";
import { fetchPage } from "../account/connect.ts";
import type { PlanFrom } from "./report.ts";

/** How the rate plans of Workers begin: `workers_paid`, and those of contracts. */
const WORKERS = "workers_";
const FREE = "workers_free";

export interface PlanRead {
  plan: "free" | "paid";
  planFrom: PlanFrom;
}

/** The plan that was given, or that of the account. A token without `Billing: Read` may not read it: then it is paid. */
export async function planOf(
  given: "free" | "paid" | undefined,
  client: BaseCloudflare,
  account: string,
): Promise<PlanRead> {
  if (given) return { plan: given, planFrom: "given" };
  try {
    const path = `/accounts/${encodeURIComponent(account)}/subscriptions`;
    const { result } = checkedPage(await fetchPage(client, path, {}, {}));
    if (!Array.isArray(result)) return ASSUMED;
    const plans = result.map((one: { rate_plan?: { id?: unknown } } | null) => one?.rate_plan?.id);
    const isPaid = plans.some((id) => String(id).startsWith(WORKERS) && id !== FREE);
    return { plan: isPaid ? "paid" : "free", planFrom: "account" };
  } catch {
    return ASSUMED;
  }
}

/** Who has the free plan gets a number that is too high, and not one that is too low. */
const ASSUMED: PlanRead = { plan: "paid", planFrom: "assumed" };
