/** `check`: which stages and which state it looks at, and what it says where there is nothing. */
import { describe, expect, test } from "bun:test";
import { cli, Folder } from "./cli.ts";
import { expectValid } from "./schemas.ts";

const CLEAN = `import alchemy from "alchemy";
import { Database } from "@alch/blocks";
const app = await alchemy("shop");
await Database("shop-db");
await app.finalize();
`;

/** A database of stage `prod` that no program declares. */
function deploy(folder: Folder, store: string): void {
  const row = { status: "created", kind: "cloudflare::D1Database", id: "old", data: {} };
  const output = { id: "1", name: "shop-old-prod" };
  folder.write(`${store}/shop/prod/old.json`, JSON.stringify({ ...row, output }));
}

describe("the state", () => {
  function project(): Folder {
    const folder = new Folder();
    folder.write("apps/shop/alchemy.run.ts", CLEAN);
    return folder;
  }

  test.each(["apps/shop/.alchemy", "apps/.alchemy", ".alchemy"])(
    "is found in %s",
    async (store) => {
      using folder = project();
      deploy(folder, store);
      const ended = await cli(folder.path, ["check"]);
      expect(ended).toMatchObject({ code: 1, error: "" });
      expect(ended.out).toContain("[orphaned-row]");
      expect(ended.out).toEndWith(`\n  compared with the state in \`${store}\`\n`);
      const json = JSON.parse((await cli(folder.path, ["check", "--json"])).out);
      expectValid("check", json);
      expect(json.summary.stores).toEqual([store]);
      const github = await cli(folder.path, ["check", "--format", "github"]);
      expect(github.out).toEndWith(`\ncompared with the state in ${store}\n`);
    },
  );

  test("is not read with `--no-state`", async () => {
    using folder = project();
    deploy(folder, ".alchemy");
    const ended = await cli(folder.path, ["check", "--no-state"]);
    expect(ended).toMatchObject({ code: 0, out: "✓ no findings: 1 declaration in 1 file\n" });
  });

  test("of other projects is not looked for", async () => {
    using folder = project();
    deploy(folder, "apps/other/.alchemy");
    expect((await cli(folder.path, ["check"])).out).not.toContain("state");
  });

  test("may be given several times, and as a pattern", async () => {
    using folder = project();
    deploy(folder, "one/.alchemy");
    folder.write("two/.alchemy/shop/pr-1/x.json", '{"kind":"random::String","id":"x","data":{}}');
    for (const state of [["one/.alchemy", "two/.alchemy"], ["*/.alchemy"]]) {
      const args = state.flatMap((place) => ["--state", place]);
      const { out } = await cli(folder.path, ["check", ...args]);
      expect(out).toContain("[orphaned-row]");
      expect(out).toEndWith("compared with the state in `one/.alchemy`, `two/.alchemy`\n");
    }
  });

  test("is not searched for deletions if single files are given", async () => {
    using folder = project();
    deploy(folder, ".alchemy");
    const file = "apps/shop/alchemy.run.ts";
    const ended = await cli(folder.path, ["check", file]);
    expect(ended.code).toBe(0);
    expect(ended.out).toContain("what a deploy would delete was not looked for");
    const folders = await cli(folder.path, ["check", "apps/shop"]);
    expect(folders.out).toContain("[orphaned-row]");
    const named = await cli(folder.path, ["check", file, "--state", ".alchemy"]);
    expect(named.out).toContain("[orphaned-row]");
  });

  test("that cannot be read is no absent one, and can be left out", async () => {
    using folder = project();
    folder.write(".alchemy/shop/prod/db.json", "{");
    const ended = await cli(folder.path, ["check"]);
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.error).toContain("db.json` cannot be read: it is no JSON");
    expect(ended.error).toContain("`--no-state` leaves it out");
    expect((await cli(folder.path, ["check", "--no-state"])).code).toBe(0);
  });
});

describe("where there is nothing to check, it says why", () => {
  async function checked(files: Readonly<Record<string, string>>, args: readonly string[] = []) {
    using folder = new Folder();
    for (const [name, text] of Object.entries(files)) folder.write(name, text);
    const ended = await cli(folder.path, ["check", ...args]);
    expect(ended).toMatchObject({ code: 0, error: "" });
    return ended.out;
  }

  test("no source", async () => {
    const out = await checked({ "README.md": "" });
    expect(out).toStartWith(
      "! nothing was checked: there is no TypeScript or JavaScript file in `.`\nhelp: ",
    );
  });

  test("no import of Alchemy", async () => {
    const files = { "a/x.ts": "export const a = 1;", "b/y.ts": "// alchemy/cloudflare" };
    expect(await checked(files, ["a", "b"])).toStartWith(
      "! nothing was checked: none of the 2 files in `a`, `b` imports `alchemy/cloudflare`, `alchemy/Cloudflare` or `@alch/blocks`\n",
    );
    expect(await checked({ "x.ts": "" })).toContain("the only file in `.` does not import");
  });

  test("no declaration", async () => {
    const text = 'import { Worker } from "alchemy/cloudflare";\nexport type W = Worker;\n';
    expect(await checked({ "x.ts": text })).toStartWith(
      "! nothing was checked: `x.ts` declares no resource that is known here\n",
    );
    expect(await checked({ "x.ts": text }, ["--format", "github"])).toContain(
      "\n::notice title=alch-blocks::nothing was checked: `x.ts` declares",
    );
  });
});

test("a program that is too large to be followed is not passed over by any command", async () => {
  using folder = new Folder();
  const loops = [..."abcdefghi"].map((name) => `for (const ${name} of [1, 2, 3, 4, 5, 6, 7, 8])`);
  const body = `${loops.join(" ")} await Database("db");`;
  folder.write("alchemy.run.ts", CLEAN.replace('await Database("shop-db");', body));
  for (const args of [["check"], ["plan", "--stage", "prod"], ["migrate"]]) {
    const ended = await cli(folder.path, args);
    expect(ended.error).toContain("the program is too large to be followed to its end");
    expect(ended.code).toBe(2);
  }
});

test("a workflow command has no character that a terminal obeys", async () => {
  using folder = new Folder();
  folder.write(
    "a\u001b[31m.ts",
    'import { D1Database } from "alchemy/cloudflare";\nawait D1Database("db");\n',
  );
  const { out } = await cli(folder.path, ["check", "--format", "github"]);
  expect(out).toContain("::warning file=a");
  expect(out).not.toContain("\u001b");
});

describe("the stages", () => {
  const program = CLEAN.replace("shop-db", "shop-db-pr-7");

  test("are those of `--stage`, several times or as a list", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", program);
    const found = async (...args: string[]) =>
      (await cli(folder.path, ["check", ...args])).out.includes("[double-stage]");
    expect(await found("--stage", "pr-8")).toBe(false);
    expect(await found("--stage", "pr-8", "--stage", "pr-7")).toBe(true);
    expect(await found("--stage", "pr-8, pr-7")).toBe(true);
  });

  test("are those of the config without it, in `plan` too", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", program);
    folder.write("alch-blocks.json", '{ "stages": ["pr-7", "pr-8"] }');
    expect((await cli(folder.path, ["check"])).out).toContain("[double-stage]");
    expect((await cli(folder.path, ["check", "--stage", "pr-8"])).code).toBe(0);
    const planned = JSON.parse((await cli(folder.path, ["plan", "--json"])).out);
    expect(planned.stages.map(({ stage }: { stage: string }) => stage)).toEqual(["pr-7", "pr-8"]);
  });
});
