/** Which stages `check` compares, and what it reports about programs that it cannot read. */
import { describe, expect, test } from "bun:test";
import { cli, Folder } from "./cli.ts";

const program = (body: string) =>
  `import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
import { Database, Queue } from "@alch/blocks";
const app = await alchemy("shop");
${body}
await app.finalize();
`;

/** Code and message of each finding but `raw-resource`. */
async function findings(folder: Folder, ...args: string[]) {
  const { out } = await cli(folder.path, ["check", "--json", ...args]);
  const all: { code: string; message: string }[] = JSON.parse(out).findings;
  return all.filter(({ code }) => code !== "raw-resource").map(({ message }) => message);
}

describe("stages", () => {
  const SHARED = program(
    `await D1Database("db", { name: app.stage === "prod" ? "x" : "x-shared" });`,
  );
  const message = (stages: string) =>
    `the database \`x-shared\` has one name in the stages ${stages}: they collide`;

  test("the usual ones, if nobody says which there are", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", SHARED);
    const usual = "`dev`, `preview`, `staging`, `production` and `pr-1`";
    expect(await findings(folder)).toEqual([message(usual)]);
  });

  test("those that are given", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", SHARED);
    const two = ["--stage", "eu", "--stage", "us"];
    expect(await findings(folder, ...two)).toEqual([message("`eu` and `us`")]);
    expect(await findings(folder, "--stage", "prod", "--stage", "us")).toEqual([]);
  });

  test("those of the config, which `--stage` replaces", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", SHARED);
    folder.write("alch-blocks.json", JSON.stringify({ stages: ["prod", "eu", "us"] }));
    expect(await findings(folder)).toEqual([message("`eu` and `us`")]);
    expect(await findings(folder, "--stage", "prod")).toEqual([]);
  });

  test("those of the state", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", SHARED);
    const row = { kind: "cloudflare::Worker", id: "x", fqn: "x", seq: 0, status: "created" };
    for (const stage of ["prod", "eu"]) {
      folder.write(`.alchemy/shop/${stage}/x.json`, JSON.stringify(row));
    }
    expect(await findings(folder, "--state", ".alchemy")).toEqual([]);
    folder.write(".alchemy/shop/us/x.json", JSON.stringify(row));
    expect(await findings(folder, "--state", ".alchemy")).toEqual([message("`eu` and `us`")]);
  });
});

test("the example of the documentation has no finding", async () => {
  using folder = new Folder();
  folder.write(
    "alchemy.run.ts",
    program(`await Queue("jobs", { dlq: "jobs-dead" });\nawait Queue("jobs-dead");`),
  );
  for (const stage of [[], ["--stage", "prod"]]) {
    const ended = await cli(folder.path, ["check", ...stage]);
    expect(ended).toMatchObject({ code: 0, error: "" });
  }
});

describe("a program for Alchemy 2", () => {
  const SOURCE = `import * as Alchemy from "alchemy";
import * as Cloudflare from "@alchemy.run/cloudflare";
import * as Effect from "effect/Effect";
export default Alchemy.Stack("shop", { state: Cloudflare.state() }, Effect.gen(function* () {
  yield* Cloudflare.D1.Database("db", { name: "shop" });
  yield* Cloudflare.R2.Bucket("files");
}));
`;

  test("is judged: a fixed name, and no guard", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", SOURCE);
    const { code, out, error } = await cli(folder.path, ["check", "--json"]);
    const codes = JSON.parse(out).findings.map((one: { code: string }) => one.code);
    const expected = ["unguarded", "raw-resource", "adopt-fixed", "raw-resource"];
    expect({ code, error, codes }).toEqual({ code: 1, error: "", codes: expected });
  });

  test("has names, unless only the state knows them", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", SOURCE);
    const { code, out, error } = await cli(folder.path, ["plan", "--stage", "prod"]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toContain(
      "bucket files: Alchemy 2 gives it a random suffix, which only the state knows",
    );
    expect(out).toMatch(/database +db +– +shop +4/);
  });

  test("is rewritten as far as its text allows", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", SOURCE);
    const given = ["migrate", "--owner-stage", "prod", "--write"];
    const { code, out, error } = await cli(folder.path, given);
    // The stages that do not own the name would be refused.
    expect({ code, error }).toEqual({ code: 1, error: "" });
    expect(out).toContain("random suffix, which only the state knows");
    expect(out).toContain("rewrote 1 resource and the state of 1 stack in 1 file; 1 left alone");
    const written = folder.read("alchemy.run.ts");
    expect(written).toContain('import { Database, guarded } from "@alch/blocks/v2";');
    expect(written).toContain("{ state: guarded(Cloudflare.state()) }");
    expect(written).toContain('Database("db", { name: "shop", pin: { prod: "shop" } })');
    const again = await cli(folder.path, given);
    expect(again.out).toContain("nothing to rewrite");
  });
});

describe("the command `stages`", () => {
  const ask = async (folder: Folder) => {
    const { code, out } = await cli(folder.path, ["stages", "--offline"]);
    return { code, out };
  };

  test("says so if it finds no store, which is no empty one", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", program(""));
    expect(await ask(folder)).toEqual({
      code: 0,
      out: "there is no state here\nhelp: name the store that deploys have with `--state` or `--state-store`\n",
    });
  });
});
