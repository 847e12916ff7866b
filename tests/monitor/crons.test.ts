/** The cron triggers of all stages, which the monitor counts by the states. */
import { expect, test } from "bun:test";
import { expectValid } from "../cli/schemas.ts";
import { App, program, SCRIPT } from "../support/program.ts";
import { monitor } from "./monitor.ts";

const TIME = 120_000;

const crons = (of: string, wrap = "") =>
  program(`await raw.Worker("api", ${wrap}({
    name: \`api-\${stage}\`, script: ${JSON.stringify(SCRIPT)}, crons: ${of},
  }));`);

test(
  "cron triggers are counted without a call, and reported from 80 % on",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", crons('["0 * * * *", "5 * * * *"]'));
    await app.deploy("pr-1", crons('["0 * * * *", "0 * * * *"]'));
    await app.deploy("pr-2", crons('["0 * * * *"]', "blocks.thrifty"));
    const quota = async (plan: string) => {
      const from = app.cloudflare.log.length;
      const { found, report } = await monitor(app, ["--plan", plan]);
      expectValid("monitor", report);
      expect(
        app.cloudflare.log.slice(from).filter(({ path }) => path.includes("schedules")),
      ).toEqual([]);
      const of = report.summary.quotas.filter(({ kind }) => kind === "cron");
      return { found: found.filter((one) => one.includes("quota")), of };
    };
    expect(await quota("paid")).toEqual({ found: [], of: [{ kind: "cron", used: 3, limit: 250 }] });
    expect(await quota("free")).toEqual({ found: [], of: [{ kind: "cron", used: 3, limit: 5 }] });
    await app.deploy("pr-3", crons('["0 * * * *"]'));
    expect(await quota("free")).toEqual({
      found: ["warning quota cron "],
      of: [{ kind: "cron", used: 4, limit: 5 }],
    });
  },
  TIME,
);
