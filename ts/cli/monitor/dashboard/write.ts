/** Puts the dashboard beside the metrics. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Problem, reasonOf } from "../../problem.ts";
import { putWhole } from "../../write.ts";
import type { Metrics } from "../report.ts";
import { renderDashboard } from "./page.ts";

const FILE = "dashboard.html";

/** Writes it whole: whoever has it open reads the old one or the new one. */
export async function writeDashboard(folder: string, metrics: Metrics): Promise<void> {
  const path = join(folder, FILE);
  try {
    await mkdir(folder, { recursive: true });
    await putWhole(path, renderDashboard(metrics));
  } catch (error) {
    const message = `\`${path}\` cannot be written: ${reasonOf(error)}`;
    throw new Problem(message, "see whether the folder may be written to");
  }
}
