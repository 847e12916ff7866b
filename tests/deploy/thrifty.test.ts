/** What Workers cost in previews, on real deploys: `thrifty` sends it, and protected stages have all. */
import { expect, test } from "bun:test";
import { App, program, SCRIPT } from "../support/program.ts";

const TIME = 60_000;

const FULL = {
  crons: ["*/5 * * * *"],
  limits: { cpu_ms: 200, subrequests: 10 },
  observability: { logs: { invocationLogs: false }, traces: { headSamplingRate: 0.01 } },
};

const CHEAP = {
  crons: [],
  limits: { cpu_ms: 50, subrequests: 10 },
  observability: {
    enabled: true,
    head_sampling_rate: 0.1,
    logs: { invocation_logs: false, head_sampling_rate: 0.1 },
    traces: { head_sampling_rate: 0.01 },
  },
};

const SAME = {
  crons: ["*/5 * * * *"],
  limits: { cpu_ms: 200, subrequests: 10 },
  observability: {
    enabled: true,
    logs: { invocation_logs: false },
    traces: { head_sampling_rate: 0.01 },
  },
};

/** A Worker called `api-<stage>` with options, an expression. */
const worker = (options: string, before = "") =>
  program(`${before}
    await raw.Worker("api", { name: \`api-\${stage}\`, script: ${JSON.stringify(SCRIPT)}, ...${options} });
  `);

const thrifty = (overrides: object, props: object = FULL, before = "") =>
  worker(`blocks.thrifty(${JSON.stringify(props)}, ${JSON.stringify(overrides)})`, before);

/** What the account has of the Worker of a stage. */
function deployed(app: App, stage: string) {
  const script = app.account.scripts.get(`api-${stage}`);
  const { limits, observability } = script.live.metadata;
  return {
    crons: script.schedules.map((one) => (one as { cron: string }).cron),
    limits,
    observability,
  };
}

test(
  "a preview is cheap, and a protected stage is as it is written",
  async () => {
    await using app = await App.start();
    const overrides = {
      crons: { staging: "same", dev: ["0 0 * * *"] },
      limits: { constructor: { cpu_ms: 7 } },
      observability: "same",
    };
    const mixed = { ...SAME, limits: CHEAP.limits };
    const protects = 'createBlocks({ protect: ["live"] });';
    const cases: [stage: string, source: string, expected: object][] = [
      ["pr-1", thrifty({}), CHEAP],
      ["prod", thrifty({}), SAME],
      ["live", thrifty({}, FULL, protects), SAME],
      ["staging", thrifty(overrides), mixed],
      ["dev", thrifty(overrides), { ...mixed, crons: ["0 0 * * *"] }],
      ["constructor", thrifty({ limits: overrides.limits }), { ...CHEAP, limits: { cpu_ms: 7 } }],
      ["production", thrifty({ crons: { production: [] } }), { ...SAME, crons: [] }],
      [
        "pr-2",
        thrifty({}, { limits: { cpu_ms: 10 } }),
        {
          crons: [],
          limits: { cpu_ms: 10 },
          observability: { enabled: true, head_sampling_rate: 0.1 },
        },
      ],
    ];
    for (const [stage, source, expected] of cases) {
      await app.deploy(stage, source);
      expect([stage, deployed(app, stage)]).toEqual([stage, expected] as never);
    }
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test(
  "a Worker that was deployed with cron triggers loses them, which it does not if they are left out",
  async () => {
    await using app = await App.start();
    await app.deploy("pr-1", worker(JSON.stringify(FULL)));
    await app.deploy("pr-1", worker(JSON.stringify({ limits: FULL.limits })));
    expect(deployed(app, "pr-1").crons).toEqual(FULL.crons);
    await app.deploy("pr-1", thrifty({}, {}));
    expect(deployed(app, "pr-1").crons).toEqual([]);
  },
  TIME,
);

test(
  "a stage that may be production is refused, and there is no stage without an app",
  async () => {
    await using app = await App.start();
    await app.refused("Prod", "stage-case", thrifty({}));
    const early = `import { thrifty } from "@alch/blocks";\nthrifty({ crons: [] });`;
    const { code, output } = await app.run("pr-1", early);
    expect(code).not.toBe(0);
    expect(output).toContain("Not running within an Alchemy Scope");
    expect(app.changesSince(0)).toEqual([]);
  },
  TIME,
);
