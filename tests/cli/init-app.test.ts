/** `init --app`, in folders of all sorts. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cli, Folder, RUNTIMES } from "./cli.ts";

/** A folder of this name, which the app is called after. */
function named(folder: Folder, name: string): string {
  const path = join(folder.path, name);
  mkdirSync(path);
  return path;
}

const FILES = [
  "package.json",
  "alchemy.run.ts",
  "migrations/0001_visits.sql",
  "src/env.ts",
  "src/worker.ts",
  "tsconfig.json",
  ".gitignore",
  "alch-blocks.json",
];

test.each(RUNTIMES)("fills an empty folder, and nothing twice: %s", async (runtime) => {
  using folder = new Folder();
  const path = named(folder, "shop");
  const { code, out, error } = await cli(path, ["init", "--app"], { runtime });
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(out).toStartWith(FILES.map((file) => `created     ${file}\n`).join(""));
  expect(folder.read("shop/alchemy.run.ts")).toContain('Database("shop-db"');
  const { name, type, scripts, engines, dependencies } = JSON.parse(
    folder.read("shop/package.json"),
  );
  expect({ name, type }).toEqual({ name: "shop", type: "module" });
  expect(scripts.deploy).toBe("alchemy deploy");
  expect(engines.node).toBe(">=22.18");
  expect(Object.keys(dependencies)).toEqual(["@alch/blocks", "alchemy"]);
  const again = await cli(path, ["init", "--app"], { runtime });
  expect(again).toMatchObject({ code: 0, out: "everything is there already\n" });
});

test.each(["My App", "_drafts", "app-prod-0356hv2zv"])(
  "in the folder `%s`, which no resource can be called after, it is `my-app`",
  async (name) => {
    using folder = new Folder();
    expect(await cli(named(folder, name), ["init", "--app"])).toMatchObject({ code: 0 });
    expect(folder.read(`${name}/alchemy.run.ts`)).toContain('Database("my-app-db"');
  },
);

describe("what is there", () => {
  test("stays, and gets what is missing", async () => {
    using folder = new Folder();
    folder.write(".gitignore", "node_modules\n*.log");
    folder.write(
      "package.json",
      '{\n\t"name": "mine",\n\t"dependencies": { "alchemy": "0.93.12" }\n}\n',
    );
    expect(await cli(folder.path, ["init", "--app"])).toMatchObject({ code: 0 });
    expect(folder.read(".gitignore")).toBe(
      "node_modules\n*.log\n.alchemy/\n.alchemy-journal/\nmetrics/\n",
    );
    const { name, dependencies } = JSON.parse(folder.read("package.json"));
    expect({ name, alchemy: dependencies.alchemy }).toEqual({ name: "mine", alchemy: "0.93.12" });
    expect(folder.read("package.json")).toContain('\n\t"type": "module"');
  });

  test.each([
    ["alchemy.run.ts", "// mine\n", "it is not what `init` writes"],
    ["package.json", '{ "scripts": { "deploy": "make" } }\n', "its script `deploy` is `make`"],
    ["package.json", '{ "type": "commonjs" }\n', "its `type` is `commonjs`"],
  ])("is not overwritten: %s with %j", async (file, text, why) => {
    using folder = new Folder();
    folder.write(file, text);
    const { code, error } = await cli(folder.path, ["init", "--app"]);
    expect(code).toBe(2);
    expect(error).toContain(why);
    expect(folder.read(file)).toBe(text);
    expect(existsSync(join(folder.path, "src"))).toBe(false);
  });
});

test("parts can come with it", async () => {
  using folder = new Folder();
  const { code, out } = await cli(named(folder, "shop"), ["init", "--app", "previews"]);
  expect(code).toBe(0);
  expect(out).toContain("created     .github/workflows/previews.yml\n");
  const { scripts } = JSON.parse(folder.read("shop/package.json"));
  expect(scripts).toMatchObject({ deploy: "alchemy deploy", "preview:deploy": "alchemy deploy" });
});
