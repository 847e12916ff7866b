/** What `monitor --cost` says of real deploys and of what they have used: to people, in metrics and on GitHub. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Metrics } from "../../ts/cli/monitor/report.ts";
import { expectValid } from "../cli/schemas.ts";
import { Analytics } from "../cloudflare/analytics.ts";
import { run as look, monitor } from "../monitor/monitor.ts";
import type { App } from "../support/program.ts";
import { cost, deployed, share, useAll } from "./world.ts";

const TIME = 120_000;
const KV = "kvOperationsAdaptiveGroups";

let app: App;

beforeAll(async () => {
  app = await deployed();
  share(app);
}, TIME);

afterAll(() => app?.[Symbol.asyncDispose]());

beforeEach(() => {
  app.account.analytics = new Analytics();
  app.account.plans = ["workers_paid"];
  app.cloudflare.faults.clear();
});

describe("monitor --cost", () => {
  const FILE = "metrics/collision-metrics.json";
  const args = ["--cost", "--fail-on", "never", "--metrics", "metrics"];

  test(
    "has the same sums, and keeps them for the dashboard",
    async () => {
      useAll(app);
      const { report, code } = await monitor(app, args);
      const { report: alone } = await cost(app);
      expect({ code, total: report.cost?.total }).toEqual({ code: 0, total: 51_000_000 });
      expect(report.cost?.owners).toEqual(alone.owners);
      const { out } = await look(app, args);
      expect(out).toContain(
        "\ncost\n  a month costs $51.00: shop / pr-7 $25.38, shop / prod $11.13,",
      );
      await monitor(app, args.slice(1));
      const kept = JSON.parse(readFileSync(join(app.folder, FILE), "utf8")) as Metrics;
      expectValid("metrics", kept);
      expect(kept.history.map((entry) => entry.cost?.total)).toEqual([
        51_000_000,
        51_000_000,
        undefined,
      ]);
      expect(kept.history[0]?.cost?.byOwner).toEqual({
        "shop/pr-7": 25_375_000,
        "shop/prod": 11_125_000,
        shared: 5_000_000,
        unknown: 4_500_000,
      });
    },
    TIME,
  );

  test(
    "adds a table of the stages to the summary of a job",
    async () => {
      useAll(app);
      const summary = join(app.folder, "summary.md");
      rmSync(summary, { force: true });
      const env = { GITHUB_STEP_SUMMARY: summary, GITHUB_ACTIONS: "true" };
      const { code } = await look(app, args, { env });
      const text = readFileSync(summary, "utf8");
      expect(code).toBe(0);
      expect(text).toContain("| `shop / pr-7` | $25.38 | $31.15 | 55.2 % |");
      expect(text).toContain("**A month costs $51.00.**");
      const { id } = app.account;
      expect(text).toContain(`in the account \`${id}\` (\`${id}\`).`);
    },
    TIME,
  );

  test(
    "is not green in a workflow that may not read the usage, and says so",
    async () => {
      app.account.analytics.forbidden = true;
      const summary = join(app.folder, "summary.md");
      rmSync(summary, { force: true });
      const env = { GITHUB_STEP_SUMMARY: summary, GITHUB_ACTIONS: "true" };
      const { code, out, error } = await look(app, args, { env });
      expect(code).toBe(2);
      expect(error).toContain("::error title=alch-blocks could not be read%3A forbidden::");
      expect(out).not.toContain("a month costs");
      const text = readFileSync(summary, "utf8");
      expect(text).toContain("1 thing could not be read.**");
      expect(text).toContain("Account Analytics: Read");
      expect(text).toContain("**The usage could not be read, so nothing is priced.**");
      expect(text).not.toContain("$");
    },
    TIME,
  );

  test(
    "keeps no estimate of which a part is unknown: it would look like a saving",
    async () => {
      useAll(app);
      app.account.analytics.break(KV, "Internal server error");
      const { out, code } = await look(app, args);
      expect(code).toBe(2);
      expect(out).toContain("\ncost\n  a month costs at least $46.00:");
      const kept = JSON.parse(readFileSync(join(app.folder, FILE), "utf8")) as Metrics;
      expectValid("metrics", kept);
      expect(kept.history.at(-1)?.cost).toBeUndefined();
    },
    TIME,
  );

  test(
    "says what of the usage is unknown",
    async () => {
      app.account.analytics.forbidden = true;
      const { code, unknown } = await monitor(app, args);
      expect({ code, unknown }).toEqual({ code: 2, unknown: ["account usage forbidden"] });
      const { code: offline, error } = await look(app, ["--offline", "--cost"]);
      expect({ offline, error }).toEqual({
        offline: 2,
        error: "error: `--cost` needs the account\nhelp: leave out `--offline` or `--cost`\n",
      });
    },
    TIME,
  );
});
