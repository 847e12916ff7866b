/** What may be said on the command line, the config, and how the command ends. */
import { describe, expect, test } from "bun:test";
import { cli, expectFile, Folder, PROGRAM, RUNTIMES } from "./cli.ts";

const CLEAN = `import { Database } from "@alch/blocks";\nawait Database("shop-db");\n`;

describe("help", () => {
  const all = [
    [["--help"], "help.txt"],
    [["check", "--help"], "check.txt"],
    [["plan", "-h"], "plan.txt"],
    [["help", "migrate"], "migrate.txt"],
    [["monitor", "--help"], "monitor.txt"],
    [["cost", "--help"], "cost.txt"],
    [["stages", "--help"], "stages.txt"],
    [["destroy", "--help"], "destroy.txt"],
    [["sweep", "--help"], "sweep.txt"],
    [["urls", "--help"], "urls.txt"],
    [["state", "--help"], "state.txt"],
    [["state", "disarm", "--help"], "disarm.txt"],
    [["init", "--help"], "init.txt"],
    [["completion", "--help"], "completion.txt"],
  ] as const;

  test.each(all)("%p", async (args, file) => {
    using folder = new Folder();
    for (const runtime of RUNTIMES) {
      const ended = await cli(folder.path, args, { runtime });
      expectFile("help", file, ended.out);
      expect(ended).toMatchObject({ code: 0, error: "" });
    }
  });

  test("no line of it is longer than a terminal is wide", async () => {
    using folder = new Folder();
    for (const [args] of all) {
      const { out } = await cli(folder.path, args);
      for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  test("the version is the package's", async () => {
    using folder = new Folder();
    const { default: manifest } = await import("../../package.json");
    expect((await cli(folder.path, ["--version"])).out).toBe(`${manifest.version}\n`);
  });

  test("without a command, it goes to where errors go", async () => {
    using folder = new Folder();
    const ended = await cli(folder.path, []);
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.error).toStartWith("Usage: npx @alch/blocks");
  });
});

describe("what cannot be run ends with 2 and says why", () => {
  const refused: [string[], string][] = [
    [["chekc"], "error: unknown command `chekc`\nhelp: did you mean `check`?"],
    [["help", "chekc"], "error: unknown command `chekc`\nhelp: did you mean `check`?"],
    [["chekc", "--help"], "error: unknown command `chekc`"],
    [["state", "disram"], "error: unknown command `disram`"],
    [
      ["check", "--fix"],
      "error: unknown option `--fix`\nhelp: see `npx @alch/blocks check --help`",
    ],
    [["check", "--stages", "a"], "error: unknown option `--stages`\nhelp: did you mean `--stage`?"],
    [["--fix"], "error: unknown option `--fix`\nhelp: see `npx @alch/blocks --help`"],
    [["check", "--stage"], "error: `--stage <stage>` needs a value"],
    [["check", "--stage="], "error: `--stage` is given without a value"],
    [["check", "--stage", "prod,"], "error: `--stage` is given without a value"],
    [["migrate", "--owner-stage", "a", "--owner-stage", "b"], "`--owner-stage` is given more than"],
    [["check", "--format", "xml"], "error: `--format` cannot be `xml`\nhelp: use one of `pretty`"],
    [["check", "--format", "sarfi"], "help: did you mean `sarif`? use one of `pretty`"],
    [
      ["check", "--fail-on", "warn"],
      "error: `--fail-on` cannot be `warn`\nhelp: did you mean `warning`? use one of `error`",
    ],
    [
      ["check", "--json", "--format", "sarif"],
      "error: `--format <format>` cannot be used with `--json`",
    ],
    [["check", "--no-state", "--state-store", "a"], "`--no-state` cannot be used with `--state-st"],
    [["check", "--no-state", "--state", "nowhere"], "error: there is no folder `nowhere`"],
    [["check", "nowhere"], "error: there is no file or folder `nowhere`"],
    [["check", "./alchemy.rn.ts"], "`./alchemy.rn.ts`\nhelp: did you mean `./alchemy.run.ts`?"],
    [["check", "--state", "alchemy.run.tss"], "help: did you mean `alchemy.run.ts`? give the"],
    [["migrate", "--state-store", "alchemy.run.t"], "help: did you mean `alchemy.run.ts`?"],
    [["init", "previws"], "error: `init` has no part `previws`\nhelp: did you mean `previews`?"],
    [["monitor", "--without", "databse"], "help: did you mean `database`? use one of"],
    [["monitor", "--offline", "--fail-on", "orphn"], "help: did you mean `orphan`? use one of"],
    [["check", "no/**/where.ts"], "error: there is no file or folder `no/**/where.ts`"],
    [["plan"], "error: `plan` needs a stage"],
    [["migrate", "--write", "--dry-run"], "error: `--dry-run` cannot be used with `--write`"],
    [["init", "apps"], "error: `init` has no part `apps`"],
    [["cost", "--since", "31d"], "error: `--since` cannot be `31d`\nhelp: use `1d` to `30d`"],
    [["cost", "--since", "2w"], "error: `--since` cannot be `2w`"],
    [["cost", "--fail-over", "$5"], "error: `--fail-over` cannot be `$5`\nhelp: use a number"],
    [["cost", "--without", "logs"], "error: `--without` cannot be `logs`\nhelp: use one of"],
    [["monitor", "--plan", "big"], "error: `--plan` cannot be `big`"],
    [
      ["urls", "--stage", "a"],
      "error: there is no state here\ncode: state-missing\nhelp: name the",
    ],
    [["urls", "--stage", "a", "--state", "nowhere"], "error: there is no folder `nowhere`"],
    [["migrate", "--state", "nowhere"], "error: there is no folder `nowhere`"],
  ];

  test.each(refused)("%p", async (args, message) => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", CLEAN);
    const ended = await cli(folder.path, args);
    expect(ended.error).toContain(message);
    expect(ended).toMatchObject({ code: 2, out: "" });
  });
});

describe("the config", () => {
  test("severities, what is off, paths and what to ignore", async () => {
    using folder = new Folder();
    for (const name of ["a", "b/deep", "c"]) folder.write(`${name}/alchemy.run.ts`, PROGRAM);
    const rules = { "raw-resource": "off", "fixed-name": "info", "duplicate-name": "off" };
    folder.write(
      "alch-blocks.json",
      JSON.stringify({ paths: ["a", "b"], ignore: ["deep"], rules }),
    );
    const ended = await cli(folder.path, ["check", "--json"]);
    const { findings, summary } = JSON.parse(ended.out);
    const told = findings.map((one: Record<string, string>) => [one.file, one.code, one.severity]);
    expect(told).toEqual([["a/alchemy.run.ts", "fixed-name", "info"]]);
    expect(summary.files).toBe(1);
    expect(ended.code).toBe(0);
  });

  test("a section of package.json, found from below", async () => {
    using folder = new Folder();
    const rules = { "raw-resource": "off", "fixed-name": "off" };
    folder.write("package.json", JSON.stringify({ "alch-blocks": { rules } }));
    folder.write("sub/alchemy.run.ts", PROGRAM);
    expect(await cli(`${folder.path}/sub`, ["check"])).toMatchObject({ code: 0, error: "" });
  });

  const wrong: [string, string][] = [
    [
      `{"rules":{"fixed-nam":"off"}}`,
      "`rules` has the unknown key `fixed-nam`: did you mean `fixed-name`?",
    ],
    [`{"stges":["a"]}`, "it has the unknown key `stges`: did you mean `stages`?"],
    [`{"rules":{"fixed-name":"loud"}}`, "must be one of `off`, `info`, `warning`, `error`"],
    [`{"path":["a"]}`, "it has the unknown key `path`"],
    [`{"paths":"a"}`, "`paths` must be a list"],
    ["[]", "it must be an object"],
    [`{"stages":["prod","prod"]}`, "`stages` has one item twice"],
    [`{"paths":[""]}`, "`paths.0` must not be empty"],
    ['{\n  "paths": ["a"],\n}', "alch-blocks.json:3:1` is no JSON"],
  ];

  test.each(wrong)("%s is refused", async (text, message) => {
    using folder = new Folder();
    folder.write("alch-blocks.json", text);
    const ended = await cli(folder.path, ["check"]);
    expect(ended.error).toContain(message);
    expect(ended).toMatchObject({ code: 2, out: "" });
  });

  test.each([
    "check",
    "plan --stage a",
    "migrate",
    "monitor --offline",
    "cost",
    "state disarm",
    "init",
  ])("one that is broken ends `%s`", async (command) => {
    using folder = new Folder();
    folder.write("alch-blocks.json", "{");
    folder.write("package.json", "{}");
    const ended = await cli(folder.path, command.split(" "));
    expect(ended.error).toContain("alch-blocks.json:1:2` is no JSON");
    expect(ended.error).toContain("help: repair it first");
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(folder.read("package.json")).toBe("{}");
  });

  test("two of them are refused", async () => {
    using folder = new Folder();
    folder.write("alch-blocks.json", "{}");
    folder.write("package.json", `{"alch-blocks":{}}`);
    expect((await cli(folder.path, ["check"])).code).toBe(2);
  });
});

describe("a stage or an app that nothing has", () => {
  const row = { id: "db", kind: "cloudflare::D1Database", fqn: "db", seq: 1, status: "created" };
  const output = { id: "1", name: "shop-db-prod" };

  function withProd(): Folder {
    const folder = new Folder();
    folder.write("alchemy.run.ts", CLEAN);
    const deployed = { ...row, data: {}, output, props: {}, scope: "shop/prod" };
    folder.write(".alchemy/shop/prod/db.json", JSON.stringify(deployed));
    return folder;
  }

  const hint = "warning: no stage `prdo` is known: did you mean `prod`?\n";

  test.each([
    "check --stage prdo",
    "stages --offline --stage prdo",
    "urls --stage prdo",
    "state disarm --stage prdo",
  ])("is asked for: %s", async (args) => {
    using folder = withProd();
    expect((await cli(folder.path, args.split(" "))).error).toBe(hint);
  });

  test("is asked for by `plan`, where the config knows stages", async () => {
    using folder = withProd();
    folder.write("alch-blocks.json", '{ "stages": ["prod"] }');
    expect((await cli(folder.path, ["plan", "--stage", "prdo"])).error).toBe(hint);
  });

  test("is refused by `destroy`", async () => {
    using folder = withProd();
    const destroy = (...args: string[]) => cli(folder.path, ["destroy", "--account", "x", ...args]);
    expect((await destroy("--stage", "prdo")).error).toContain("help: did you mean `prod`? see");
    const { error } = await destroy("--stage", "prod", "--app", "shpo");
    expect(error).toContain("has no stage `prod` of `shpo`");
    expect(error).toContain("help: did you mean `shop`? see");
  });

  test("may be a new one", async () => {
    using folder = withProd();
    for (const stage of ["pr-1", "prod2", "feature"]) {
      expect((await cli(folder.path, ["check", "--stage", stage])).error).toBe("");
    }
  });
});

test("`--fail-on` says from which severity on it ends with 1", async () => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", PROGRAM);
  const codes = async (severity: string, args: string[][]) => {
    const rules = { "raw-resource": "off", "fixed-name": severity };
    folder.write("alch-blocks.json", JSON.stringify({ rules }));
    const ended = await Promise.all(args.map((more) => cli(folder.path, ["check", ...more])));
    return ended.map(({ code }) => code);
  };
  const all = ["error", "warning", "info", "never"].map((severity) => ["--fail-on", severity]);
  expect(await codes("error", [[], ...all])).toEqual([1, 1, 1, 1, 0]);
  expect(await codes("warning", [[], ...all])).toEqual([1, 0, 1, 1, 0]);
  expect(await codes("info", [[], ...all])).toEqual([0, 0, 0, 1, 0]);
});

test("colours are for terminals, and for those who ask", async () => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", PROGRAM);
  const coloured = async (args: string[], env = {}) =>
    (await cli(folder.path, ["check", ...args], { env })).out.includes("\u001b[");
  expect(await coloured([])).toBe(false);
  expect(await coloured(["--color"])).toBe(true);
  expect(await coloured([], { FORCE_COLOR: "1" })).toBe(true);
  expect(await coloured([], { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
  expect(await coloured(["--no-color"], { FORCE_COLOR: "1" })).toBe(false);
});
