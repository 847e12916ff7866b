/** Which files are read, and that no file crashes or stops it. */
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { cli, Folder, PROGRAM, RUNTIMES } from "./cli.ts";

/** The files with findings, and how many were looked at. */
async function found(folder: string, ...args: string[]) {
  const { out, code, error } = await cli(folder, ["check", "--json", ...args]);
  const { findings, summary } = JSON.parse(out);
  const files = new Set(findings.map(({ file }: { file: string }) => file));
  return { files: [...files], scanned: summary.files, code, error };
}

describe("what is left out", () => {
  test("what others wrote, what is built, and what .gitignore says", async () => {
    using folder = new Folder();
    const names = [
      "node_modules/x",
      "dist",
      ".alchemy",
      ".git",
      "out",
      "a/out",
      "a/kept",
      "b/gone",
      "b/kept",
      "a/node_modules/y",
    ];
    for (const name of names) folder.write(`${name}/alchemy.run.ts`, PROGRAM);
    folder.write(".gitignore", "/out\ngone/\n*.gen.ts\n!kept.gen.ts\n");
    folder.write("b/.gitignore", "!gone\n");
    folder.write("a/.gitignore", "out\n");
    folder.write("x.gen.ts", PROGRAM);
    folder.write("kept.gen.ts", PROGRAM);
    folder.write("types.d.ts", PROGRAM);
    const kept = ["a/kept/alchemy.run.ts", "b/gone/alchemy.run.ts", "b/kept/alchemy.run.ts"];
    expect(await found(folder.path)).toMatchObject({ files: [...kept, "kept.gen.ts"], scanned: 4 });
  });

  test("a .gitignore above holds within a repository, but not for what is asked for", async () => {
    using folder = new Folder();
    mkdirSync(join(folder.path, ".git"));
    folder.write(".gitignore", "skipped\nall\n");
    folder.write("apps/skipped/alchemy.run.ts", PROGRAM);
    folder.write("apps/alchemy.run.ts", PROGRAM);
    folder.write("all/alchemy.run.ts", PROGRAM);
    const apps = join(folder.path, "apps");
    expect((await found(apps)).files).toEqual(["alchemy.run.ts"]);
    expect((await found(folder.path, "all")).files).toEqual(["all/alchemy.run.ts"]);
    const one = "apps/skipped/alchemy.run.ts";
    expect((await found(folder.path, one)).files).toEqual([one]);
  });
});

test("patterns, and names with brackets", async () => {
  using folder = new Folder();
  for (const name of ["apps/a/x.ts", "apps/b/y.mts", "libs/z.ts", "[id]/r.ts"]) {
    folder.write(name, PROGRAM);
  }
  expect((await found(folder.path, "apps/*/x.ts")).files).toEqual(["apps/a/x.ts"]);
  expect((await found(folder.path, "apps/*")).files).toEqual(["apps/a/x.ts", "apps/b/y.mts"]);
  expect((await found(folder.path, "[id]")).files).toEqual(["[id]/r.ts"]);
});

test("local imports are followed, to where they lie and from there", async () => {
  using folder = new Folder();
  folder.write(
    "lib/make.ts",
    `import { D1Database as DB } from "alchemy/cloudflare";
export const make = (name: string) => DB(name, { name });\n`,
  );
  folder.write("lib/index.ts", `export * from "./make.js";\n`);
  folder.write("app/names.ts", `export const NAME = "legacy";\n`);
  folder.write(
    "app/main.ts",
    `import { make } from "../lib";\nimport { NAME } from "./names";
await make(NAME);\n`,
  );
  const { out } = await cli(folder.path, ["check", "--json"]);
  const { findings } = JSON.parse(out);
  expect(findings.find(({ code }: { code: string }) => code === "fixed-name").name).toBe("legacy");
  const main = await cli(folder.path, ["plan", "app/main.ts", "--stage", "prod", "--json"]);
  expect(JSON.parse(main.out).stages[0].resources[0].physicalName).toBe("legacy");
});

test("packages of a workspace and `paths` are followed", async () => {
  using folder = new Folder();
  folder.write(
    "packages/infra/package.json",
    `{"name":"@acme/infra","exports":{".":"./src/main.ts"}}`,
  );
  folder.write("packages/infra/src/main.ts", `export const NAME = "by-package";\n`);
  folder.write(
    "tsconfig.json",
    `{ // comments\n "compilerOptions": { "paths": { "@/*": ["./lib/*"], } } }`,
  );
  folder.write("lib/names.ts", `export const OTHER = "by-paths";\n`);
  folder.write(
    "alchemy.run.ts",
    `import { D1Database } from "alchemy/cloudflare";
import { NAME } from "@acme/infra";\nimport { OTHER } from "@/names";
await D1Database("a", { name: NAME });\nawait D1Database("b", { name: OTHER });\n`,
  );
  mkdirSync(join(folder.path, "node_modules", "@acme"), { recursive: true });
  symlinkSync(join(folder.path, "packages/infra"), join(folder.path, "node_modules/@acme/infra"));
  const { out } = await cli(folder.path, ["plan", "--stage", "prod", "--json"]);
  const names = JSON.parse(out).stages[0].resources.map(
    ({ physicalName }: { physicalName: string }) => physicalName,
  );
  expect(names).toEqual(["by-package", "by-paths"]);
});

test("imports that lead nowhere are no trouble", async () => {
  using folder = new Folder();
  folder.write("data.json", "{}");
  mkdirSync(join(folder.path, "dist"));
  symlinkSync("self", join(folder.path, "dist", "self"));
  const modules = [
    "./data.json",
    "./data.json/x",
    "./dist/self",
    "./gone",
    "..",
    "./\\0",
    "nowhere/x",
  ];
  const imports = modules.map((module, at) => `import m${at} from "${module}";\n`);
  folder.write("alchemy.run.ts", imports.join("") + PROGRAM);
  expect(await found(folder.path)).toMatchObject({ files: ["alchemy.run.ts"], error: "", code: 1 });
});

describe("what cannot be read: a message, 2, and the rest is looked at", () => {
  /** Writes what is bad, and says how the message goes on. */
  const bad: Record<string, (folder: Folder) => string> = {
    "invalid UTF-8": (folder) => {
      folder.write("bad.ts", new Uint8Array([0x61, 0xff, 0xfe, 0x62]));
      return "`bad.ts` cannot be read: it is no valid UTF-8";
    },
    "10 MB": (folder) => {
      folder.write("bad.ts", "a".repeat(10_000_000));
      return "`bad.ts` cannot be read: it is 10.0 MB, and the limit is 10 MB";
    },
    "a link to nowhere": (folder) => {
      symlinkSync("nowhere", join(folder.path, "bad.ts"));
      return "`bad.ts` cannot be read: it does not exist";
    },
    "a link to itself": (folder) => {
      symlinkSync("bad.ts", join(folder.path, "bad.ts"));
      return "`bad.ts` cannot be read: its symbolic links go round in circles";
    },
    "a loop of folders": (folder) => {
      mkdirSync(join(folder.path, "a/b"), { recursive: true });
      symlinkSync("../..", join(folder.path, "a/b/loop"));
      return "`a/b/loop` cannot be read: it is a symbolic link to one of its parent folders";
    },
    "deep nesting": (folder) => {
      const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
      folder.write("bad.ts", `import "alchemy/cloudflare";\nexport default ${deep};\n`);
      return "`bad.ts` cannot be read: the program is nested too deeply";
    },
  };

  test.each(Object.keys(bad))("%s", async (name) => {
    for (const runtime of RUNTIMES) {
      using folder = new Folder();
      folder.write("alchemy.run.ts", PROGRAM);
      const message = bad[name]?.(folder) ?? "";
      const ended = await cli(folder.path, ["check"], { runtime });
      expect(ended.error).toContain(message);
      expect(ended.out).toContain("[fixed-name]");
      expect(ended.code).toBe(2);
      for (const args of [["plan", "--stage", "prod"], ["migrate"]]) {
        const other = await cli(folder.path, args, { runtime });
        expect(other.error).toContain("cannot be read");
        expect(other.code).toBe(2);
      }
    }
  });

  test.skipIf(process.getuid?.() === 0)("a file and a folder that may not be read", async () => {
    using folder = new Folder();
    chmodSync(folder.write("bad.ts", PROGRAM), 0);
    folder.write("closed/alchemy.run.ts", PROGRAM);
    chmodSync(join(folder.path, "closed"), 0);
    const ended = await cli(folder.path, ["check"]);
    chmodSync(join(folder.path, "closed"), 0o700);
    expect(ended.error).toContain("`bad.ts` cannot be read: it may not be read");
    expect(ended.error).toContain("`closed` cannot be read: it may not be read");
    expect(ended.code).toBe(2);
  });

  // Its owner and root may open it, and still cannot read what no page is mapped for.
  test.skipIf(!existsSync("/proc/self/mem"))("a file that fails while it is read", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", PROGRAM);
    symlinkSync("/proc/self/mem", join(folder.path, "bad.ts"));
    const ended = await cli(folder.path, ["check"]);
    expect(ended.error).toContain("`bad.ts` cannot be read: ");
    expect(ended.out).toContain("[fixed-name]");
    expect(ended.code).toBe(2);
  });

  test("a pipe is no source", async () => {
    using folder = new Folder();
    Bun.spawnSync(["mkfifo", join(folder.path, "pipe.ts")]);
    expect((await cli(folder.path, ["check"])).code).toBe(0);
    expect(await cli(folder.path, ["check", "pipe.ts"])).toMatchObject({ code: 2, out: "" });
  });

  test("code scanning gets a notice that the result is incomplete", async () => {
    using folder = new Folder();
    folder.write("bad.ts", new Uint8Array([0xff]));
    const { out, code } = await cli(folder.path, ["check", "--format", "sarif"]);
    expect(JSON.parse(out).runs[0].invocations[0].executionSuccessful).toBe(false);
    expect(code).toBe(2);
  });
});

test("linked folders and files are looked at once", async () => {
  using folder = new Folder();
  folder.write("real/alchemy.run.ts", PROGRAM);
  mkdirSync(join(folder.path, "app"));
  for (const name of ["one", "two"]) symlinkSync("../real", join(folder.path, "app", name));
  symlinkSync("../real/alchemy.run.ts", join(folder.path, "app", "file.ts"));
  const inside = join(folder.path, "app");
  expect(await found(folder.path)).toMatchObject({ files: ["real/alchemy.run.ts"], scanned: 1 });
  expect(await found(inside)).toMatchObject({ scanned: 1, code: 1, error: "" });
});

test("many files are parsed in threads, to the same end", async () => {
  using folder = new Folder();
  const padding = `// ${"x".repeat(10_000)}\n`.repeat(5);
  for (let at = 0; at < 100; at++) {
    folder.write(`${at}/alchemy.run.ts`, padding + PROGRAM.replace("fixed", `fixed-${at}`));
  }
  for (const runtime of RUNTIMES) {
    const { out, code } = await cli(folder.path, ["check", "--json"], { runtime });
    expect(JSON.parse(out).summary).toMatchObject({ files: 100, declarations: 100 });
    expect(code).toBe(1);
  }
});

test("whoever stops reading stops it quietly", async () => {
  using folder = new Folder();
  for (let at = 0; at < 300; at++) folder.write(`${at}.ts`, PROGRAM.replace("fixed", `f${at}`));
  const main = join(import.meta.dir, "../../dist-cli/main.js");
  const { stderr } = Bun.spawnSync(["sh", "-c", `node ${main} check | head -n 1`], {
    cwd: folder.path,
  });
  expect(stderr.toString()).toBe("");
});
