/**
 * Production and a preview, in every form that a program can ask for a hostname: what a request to each
 * host meets after each deploy.
 */
import { expect, test } from "bun:test";
import type { App } from "../../support/program.ts";
import { DESTROY, guarded, HOST, resolve, started, TIME, withBlocks, worker } from "./programs.ts";

const PREVIEW = "app-pr-1.example.com";
const PATH = "api/x";

interface Form {
  /** How the table calls it. */
  form: string;
  /** Whether an option can take the hostname from its owner. */
  moves?: boolean;
  /** Whether it is a block, which takes no `adopt`. */
  block?: boolean;
  source: (adopt: boolean, override: boolean) => string;
}

/** The stage is in the hostname. */
const OWN: Form[] = [
  { form: "Domain", source: () => withBlocks(`await Domain("${HOST}", { worker: api });`) },
  { form: "Route", source: () => withBlocks(`await Route("${HOST}/*", { worker: api });`) },
];

/** Every stage asks for the hostname of production. */
const SAME: Form[] = [
  {
    form: "CustomDomain",
    moves: true,
    source: (adopt, overrideExistingOrigin) =>
      guarded(`${worker()} await raw.CustomDomain("d", { name: "${HOST}", workerName: api.name,
  ...${JSON.stringify({ adopt, overrideExistingOrigin })} });`),
  },
  {
    form: "Worker.domains",
    moves: true,
    source: (adopt, overrideExistingOrigin) => {
      const domain = { domainName: HOST, adopt, overrideExistingOrigin };
      return guarded(worker(`domains: [${JSON.stringify(domain)}],`));
    },
  },
  {
    form: "Route of Alchemy",
    source: (adopt) =>
      guarded(`${worker()} await raw.Route("r", { pattern: "${HOST}/*", script: api,
  adopt: ${adopt} });`),
  },
  {
    form: "Worker.routes",
    source: (adopt) => guarded(worker(`routes: [{ pattern: "${HOST}/*", adopt: ${adopt} }],`)),
  },
  {
    form: "Domain without a stage",
    block: true,
    source: () =>
      withBlocks(`await Domain("site", { name: "${HOST}", stage: false, worker: api });`),
  },
  {
    form: "Route without a stage",
    block: true,
    source: () =>
      withBlocks(`await Route("site", { pattern: "${HOST}/*", stage: false, worker: api });`),
  },
];

/** With `--adopt` Alchemy asks for the subdomain of a Worker that is not there yet, and would wait. */
const QUICK = { subdomainPatienceMs: 20 };
const FLAGS = [[], ["--adopt"]];

/** What a request to a page of each of the two hosts meets. */
function met(app: App): Record<string, string | undefined> {
  const scripts = [HOST, PREVIEW].map((host) =>
    ["", PATH].map((path) => app.account.meet(`https://${host}/${path}`).script),
  );
  expect(scripts.map(([first, second]) => first === second)).toEqual([true, true]);
  return { [HOST]: scripts[0]?.[0], [PREVIEW]: scripts[1]?.[0] };
}

test.each(OWN.flatMap((form) => FLAGS.map((flags) => ({ ...form, flags }))))(
  "$form $flags: each stage has its own, whichever is destroyed first",
  async ({ source, flags }) => {
    for (const [first, second] of [
      ["pr-1", "prod"],
      ["prod", "pr-1"],
    ] as const) {
      await using app = await started(QUICK);
      resolve(app, "*.example.com");
      const program = source(false, false);
      const of: Record<string, string> = { prod: HOST, "pr-1": PREVIEW };
      const expected: Record<string, string | undefined> = {};
      for (const host of Object.values(of)) expected[host] = undefined;
      for (const stage of ["prod", "pr-1"]) {
        await app.deploy(stage, program, { args: flags });
        expected[of[stage] as string] = `api-${stage}`;
        expect(met(app)).toEqual(expected);
      }
      for (const stage of [first, second]) {
        await app.deploy(stage, program, { args: DESTROY });
        expected[of[stage] as string] = undefined;
        expect(met(app)).toEqual(expected);
      }
    }
  },
  TIME,
);

const CASES = SAME.flatMap((form) =>
  (form.block ? [false] : [false, true]).flatMap((adopt) =>
    (form.moves ? [false, true] : [false]).flatMap((override) =>
      FLAGS.map((flags) => ({ ...form, adopt, override, flags })),
    ),
  ),
);

test.each(CASES)(
  "$form, adopt $adopt, override $override, $flags: production keeps its host to its own end",
  async ({ source, adopt, override, flags }) => {
    await using app = await started(QUICK);
    resolve(app, "*.example.com");
    const program = source(adopt, override);
    const production = { [HOST]: "api-prod", [PREVIEW]: undefined };
    await app.deploy("prod", program, { args: flags });
    expect(met(app)).toEqual(production);
    const { code, output } = await app.run("pr-1", program, { args: flags });
    expect(code).not.toBe(0);
    expect(output).toMatch(/code: "(?:hostname|route)-taken"/);
    expect(met(app)).toEqual(production);
    // A redeploy goes on, and the end of what was refused takes nothing along.
    await app.deploy("prod", program, { args: flags });
    await app.run("pr-1", program, { args: DESTROY });
    expect(met(app)).toEqual(production);
    await app.deploy("prod", program, { args: DESTROY });
    expect(met(app)).toEqual({ [HOST]: undefined, [PREVIEW]: undefined });
  },
  TIME,
);
