/** Runs the monitor as its users do, on what real deploys have left. */
import { expect } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MonitorReport } from "../../ts/cli/monitor/report.ts";
import { cli, type Ended, type How } from "../cli/cli.ts";
import { expectValid } from "../cli/schemas.ts";
import type { App } from "../support/program.ts";

export interface Monitored extends Ended {
  report: MonitorReport;
  /** Of each finding its severity, code, kind and name. */
  found: string[];
  /** Of all that is unknown its source, kind and code. */
  unknown: string[];
}

/** Where it is run, and against which account. */
type At = Pick<App, "folder" | "cloudflare">;

/** What no output, file or error may have in it. */
export const TOKEN = "stand-in-token";

/** Runs it in the app's folder, with the credentials of its account. */
export async function monitor(
  app: At,
  args: readonly string[] = [],
  how: How = {},
): Promise<Monitored> {
  const ended = await run(app, [...args, "--json"], how);
  if (ended.out === "") throw new Error(`the monitor printed nothing: ${ended.error}`);
  const report = JSON.parse(ended.out) as MonitorReport;
  expectValid("monitor", report);
  const found = report.findings.map((one) =>
    [one.severity, one.code, one.kind, one.name].join(" "),
  );
  const unknown = report.unknown.map(({ source, kind, code }) => `${source} ${kind} ${code}`);
  return { ...ended, report, found, unknown };
}

/** The same, as it is for people. */
export async function run(app: At, args: readonly string[], how: How = {}): Promise<Ended> {
  const env = { ...app.cloudflare.env, ...how.env };
  const ended = await cli(app.folder, ["monitor", ...args], { runtime: "Bun", ...how, env });
  for (const text of [ended.out, ended.error]) expect(text).not.toContain(TOKEN);
  expect(app.cloudflare.unhandled).toEqual([]);
  return ended;
}

/** All files below `folder` that have `text` in them. */
export function filesWith(folder: string, text: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name));
  return paths.filter((path) => readFileSync(path, "utf8").includes(text));
}
