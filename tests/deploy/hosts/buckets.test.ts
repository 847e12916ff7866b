/** A hostname that an R2 bucket has: nothing takes it from the bucket. */
import { expect, test } from "bun:test";
import type { App } from "../../support/program.ts";
import { DESTROY, guarded, HOST, started, TIME, withBlocks, worker } from "./programs.ts";

const served = (app: App) =>
  [...app.account.buckets.all.values()].flatMap(({ name, domains }) =>
    [...domains.keys()].map((host) => `${host} ${name}`),
  );

test.each([
  [
    "`Domain`",
    withBlocks(`await Domain("d", { name: "${HOST}", stage: false, worker: api });`),
    "",
  ],
  ["the domains of a Worker", guarded(worker(`domains: ["${HOST}"],`)), ""],
  [
    "`Domain`, in another jurisdiction",
    withBlocks(`await Domain("d", { name: "${HOST}", stage: false, worker: api });`),
    'jurisdiction: "eu",',
  ],
])(
  "%s cannot have the hostname of production's bucket",
  async (_, program, options) => {
    await using app = await started();
    const bucket = `const files = await raw.R2Bucket("files", {
  name: \`files-\${stage}\`, ${options} domains: "${HOST}" });`;
    await app.deploy("prod", guarded(bucket));
    const before = served(app);
    expect(before).toEqual([`${HOST} files-prod`]);
    for (const args of [[], ["--adopt"]]) {
      const output = await app.refused("pr-1", "hostname-taken", program, { args });
      expect(output).toContain(`the hostname \`${HOST}\` belongs to the R2 bucket \`files-prod\``);
    }
    await app.run("pr-1", program, { args: DESTROY });
    expect(served(app)).toEqual(before);
    await app.deploy("prod", guarded(bucket), { args: DESTROY });
    await app.deploy("pr-1", program);
    expect(app.account.meet(`https://${HOST}/`).script).toBe("api-pr-1");
  },
  TIME,
);

test(
  "a bucket that may not be asked is still not lost",
  async () => {
    await using app = await started();
    await app.deploy(
      "prod",
      guarded(`await raw.R2Bucket("files", { name: "files", domains: "${HOST}" });`),
    );
    app.cloudflare.faults.add({ method: "GET", path: "r2/buckets", kind: "403", count: 99 });
    const domain = withBlocks(`await Domain("d", {
  name: "${HOST}", stage: false, worker: api });`);
    const output = await app.refused("pr-1", "hostname-taken", domain);
    expect(output).toContain("belongs to an R2 bucket");
  },
  TIME,
);

test(
  "a bucket takes no hostname from another stage's bucket, nor from a Worker",
  async () => {
    await using app = await started();
    const bucket = guarded(`await raw.R2Bucket("files", {
  name: \`files-\${stage}\`, adopt: true, domains: "${HOST}" });`);
    await app.deploy("prod", bucket);
    for (const args of [[], ["--adopt"]]) {
      expect((await app.run("pr-1", bucket, { args })).code).not.toBe(0);
      expect(served(app)).toEqual([`${HOST} files-prod`]);
    }
    await app.run("pr-1", bucket, { args: DESTROY });
    expect(served(app)).toEqual([`${HOST} files-prod`]);
    await app.deploy("prod", bucket, { args: DESTROY });
    await app.deploy("live", guarded(worker(`domains: ["${HOST}"],`)));
    expect((await app.run("pr-2", bucket, { args: ["--adopt"] })).code).not.toBe(0);
    expect(app.account.meet(`https://${HOST}/`).script).toBe("api-live");
  },
  TIME,
);
