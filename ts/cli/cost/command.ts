/** `cost`: what each stage costs. */
import type { Answer } from "../commands/answer.ts";
import { type CollectOptions, collectAll, partsOf } from "../monitor/collect/all.ts";
import { HOST } from "../monitor/report.ts";
import { Problem } from "../problem.ts";
import { costText } from "../render/cost.ts";
import { jsonOf } from "../render/text.ts";
import { costOf } from "./collect.ts";
import type { Amount, CostReport } from "./report.ts";

export interface CostOptions extends CollectOptions {
  /** How many days are looked at. */
  days: number;
  plan?: "free" | "paid" | undefined;
  failOver?: Amount | undefined;
  without?: string[] | undefined;
  json?: boolean | undefined;
  color: boolean;
}

export async function cost(
  paths: readonly string[],
  options: CostOptions,
  folder: string,
): Promise<Answer> {
  const { days, plan, failOver, color } = options;
  const without = partsOf(options.without ?? []);
  // Hostnames say nothing about usage.
  const all = await collectAll(paths, options, folder, new Set([...without, HOST]));
  const found = await costOf(all, { days, plan, without });
  if (found === undefined) {
    const [first] = all.unknown.filter(({ source }) => source === "account");
    throw new Problem(first?.message ?? "the account cannot be read", first?.help, first?.code);
  }
  const report: CostReport = { ...found, unknown: [...all.unknown, ...found.unknown] };
  const isOver = failOver !== undefined && report.total > failOver;
  return {
    output: options.json ? jsonOf(report) : costText(report, { failOver, without, color }),
    troubles: [],
    code: report.unknown.length > 0 ? 2 : isOver ? 1 : 0,
  };
}
