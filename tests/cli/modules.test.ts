/** Which file an import means: each program takes the name of its database from another file. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { cli, Folder } from "./cli.ts";

/** A program whose database is called what `module` exports. */
function program(module: string, id = "db"): string {
  return `import { D1Database } from "alchemy/cloudflare";
import { NAME } from "${module}";
await D1Database("${id}", { name: NAME });
`;
}

const named = (name: string) => `export const NAME = "${name}";\n`;

const TSCONFIG = (paths: object, more: object = {}) =>
  JSON.stringify({ ...more, compilerOptions: { paths } });

/** What `tsconfig.json` calls the folder of the configuration that extends. */
const CONFIG = ["$", "{configDir}"].join("");

type Files = Readonly<Record<string, string>>;

function folderWith(files: Files): Folder {
  const folder = new Folder();
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
  return folder;
}

function link(folder: Folder, target: string, name: string): void {
  const place = join(folder.path, name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(folder.path, target), place);
}

/** The physical names by file; that of an undecided one is null. */
async function names(folder: Folder, ...paths: string[]): Promise<Record<string, string | null>> {
  const args = ["plan", "--stage", "prod", "--json", ...paths];
  const { out, error } = await cli(folder.path, args);
  expect(error).toBe("");
  const [{ resources }] = JSON.parse(out).stages;
  return Object.fromEntries(
    resources.map(({ file, physicalName }: { file: string; physicalName: string | null }) => [
      file,
      physicalName,
    ]),
  );
}

const RUN = "alchemy.run.ts";

/** Programs of which `alchemy.run.ts` gets its name from the file that says `right`. */
const PROGRAMS: Record<string, Files> = {
  "the longest pattern of `paths` wins": {
    [RUN]: program("@/db/name"),
    "tsconfig.json": TSCONFIG({ "@/*": ["./any/*"], "@/db/*": ["./special/*"] }),
    "any/db/name.ts": named("wrong"),
    "special/name.ts": named("right"),
  },
  "a pattern without `*` wins over one with it": {
    [RUN]: program("@db"),
    "tsconfig.json": TSCONFIG({ "*": ["./any/*"], "@db": ["./special.ts"] }),
    "any/@db.ts": named("wrong"),
    "special.ts": named("right"),
  },
  "the second target of a pattern, if the first is not there": {
    [RUN]: program("@/name"),
    "tsconfig.json": TSCONFIG({ "@/*": ["./gone/*", "./lib/*"] }),
    "lib/name.ts": named("right"),
  },
  "`baseUrl` alone": {
    [RUN]: program("names/db"),
    "tsconfig.json": `{ "compilerOptions": { "baseUrl": "./src" } }`,
    "src/names/db.ts": named("right"),
  },
  "`paths` below a `baseUrl`": {
    [RUN]: program("@/db"),
    "tsconfig.json": `{ "compilerOptions": { "baseUrl": "src", "paths": { "@/*": ["names/*"] } } }`,
    "src/names/db.ts": named("right"),
  },
  "`jsconfig.json`, with comments and a comma too many": {
    [RUN]: program("@/db"),
    "jsconfig.json": `\ufeff{ // ours\n "compilerOptions": { "paths": { "@/*": ["./lib/*"], } } }`,
    "lib/db.ts": named("right"),
  },
  "`extends` of a file next to it: its `paths` are relative to it": {
    [RUN]: program("@/db"),
    "tsconfig.json": `{ "extends": "./config/base" }`,
    "config/base.json": TSCONFIG({ "@/*": ["../lib/*"] }),
    "lib/db.ts": named("right"),
  },
  "`extends` of a package": {
    [RUN]: program("@/db"),
    "tsconfig.json": `{ "extends": "@acme/tsconfig/app.json" }`,
    "node_modules/@acme/tsconfig/package.json": `{ "name": "@acme/tsconfig" }`,
    "node_modules/@acme/tsconfig/app.json": TSCONFIG({ "@/*": [`${CONFIG}/lib/*`] }),
    "lib/db.ts": named("right"),
  },
  "`extends` of several: the last has the say": {
    [RUN]: program("@/db"),
    "tsconfig.json": `{ "extends": ["./one.json", "./two.json"] }`,
    "one.json": TSCONFIG({ "@/*": ["./wrong/*"] }),
    "two.json": TSCONFIG({ "@/*": ["./lib/*"] }),
    "wrong/db.ts": named("wrong"),
    "lib/db.ts": named("right"),
  },
  "`extends` of what is not installed": {
    [RUN]: program("@/db"),
    "tsconfig.json": TSCONFIG(
      { "@/*": ["./lib/*"] },
      { extends: "@tsconfig/node22/tsconfig.json" },
    ),
    "lib/db.ts": named("right"),
  },
  "`extends` that goes round": {
    [RUN]: program("@/db"),
    "tsconfig.json": TSCONFIG({ "@/*": ["./lib/*"] }, { extends: "./other.json" }),
    "other.json": `{ "extends": "./tsconfig.json" }`,
    "lib/db.ts": named("right"),
  },
  "`imports` of the package": {
    [RUN]: program("#names/db.js"),
    "package.json": `{ "name": "app", "imports": { "#names/*": "./lib/*" } }`,
    "lib/db.ts": named("right"),
  },
  "a package by its own name": {
    [RUN]: program("app/names"),
    "package.json": `{ "name": "app", "exports": { "./names": "./lib/db.ts" } }`,
    "lib/db.ts": named("right"),
  },
  "`.js` that means `.ts`": { [RUN]: program("./name.js"), "name.ts": named("right") },
  "`.js` next to a folder of that name": {
    [RUN]: program("./name.js"),
    "name.ts": named("right"),
    "name/index.ts": named("wrong"),
  },
  "`.mjs` that means `.mts`": { [RUN]: program("./name.mjs"), "name.mts": named("right") },
  "`.jsx` that means `.tsx`": { [RUN]: program("./name.jsx"), "name.tsx": named("right") },
  "`.js` that is JavaScript": { [RUN]: program("./name.js"), "name.js": named("right") },
  "a folder with an index": { [RUN]: program("./names"), "names/index.ts": named("right") },
  "the folder itself": { "a/alchemy.run.ts": program("."), "a/index.ts": named("right") },
  "a folder with a `package.json`": {
    [RUN]: program("./names"),
    "names/package.json": `{ "main": "./src/main.ts" }`,
    "names/src/main.ts": named("right"),
  },
};

describe("the file that is meant", () => {
  test.each(Object.keys(PROGRAMS))("%s", async (what) => {
    using folder = folderWith(PROGRAMS[what] ?? {});
    expect(Object.values(await names(folder))).toEqual(["right"]);
  });
});

/** Packages `@acme/names`, whose entry `right` is what an app without an installation gets. */
const PACKAGES: Record<string, Files> = {
  "a text as `exports`": {
    "package.json": `{ "name": "@acme/names", "exports": "./lib/main.ts" }`,
    "lib/main.ts": named("right"),
  },
  "conditions, in the order of the package": {
    "package.json": `{ "name": "@acme/names", "exports": { ".": {
      "worker": "./lib/wrong.ts", "import": "./lib/main.ts", "default": "./lib/wrong.ts" } } }`,
    "lib/main.ts": named("right"),
    "lib/wrong.ts": named("wrong"),
  },
  "types that are declarations are not the source": {
    "package.json": `{ "name": "@acme/names", "exports": { ".": {
      "types": "./lib/main.d.ts", "default": "./lib/main.js" } } }`,
    "lib/main.d.ts": "export declare const NAME: string;\n",
    "lib/main.js": named("right"),
  },
  "sources for TypeScript, and JavaScript that is not built yet": {
    "package.json": `{ "name": "@acme/names", "exports": { ".": {
      "types": "./source/main.ts", "default": "./dist/main.js" } } }`,
    "source/main.ts": named("right"),
  },
  "JavaScript that is built, with its source": {
    "package.json": `{ "name": "@acme/names", "exports": "./dist/index.js" }`,
    "dist/index.js": named("right"),
    "src/index.ts": named("right"),
  },
  "JavaScript that is not built yet": {
    "package.json": `{ "name": "@acme/names", "main": "./dist/index.js" }`,
    "src/index.ts": named("right"),
  },
  "`main`, without `exports`": {
    "package.json": `{ "name": "@acme/names", "main": "./lib/main" }`,
    "lib/main.ts": named("right"),
  },
  "an index, and nothing else": {
    "package.json": `{ "name": "@acme/names" }`,
    "index.ts": named("right"),
  },
};

const within = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

describe("a package of the workspace, which is not installed", () => {
  test.each(Object.keys(PACKAGES))("%s", async (what) => {
    using folder = folderWith({
      "package.json": `{ "workspaces": ["packages/*"] }`,
      ...within("packages/names", PACKAGES[what] ?? {}),
      "apps/shop/alchemy.run.ts": program("@acme/names"),
    });
    expect(await names(folder)).toEqual({ "apps/shop/alchemy.run.ts": "right" });
  });

  const ROOTS: Record<string, Files> = {
    "npm, Bun": { "package.json": `{ "workspaces": ["./packages/**", "!packages/old/*"] }` },
    Yarn: { "package.json": `{ "workspaces": { "packages": ["packages/new/"] } }` },
    "npm, with settings for pnpm": {
      "pnpm-workspace.yaml": "onlyBuiltDependencies: [esbuild]\n",
      "package.json": `{ "workspaces": ["packages/new"] }`,
    },
    "a broken file for pnpm, and npm": {
      "pnpm-workspace.yaml": "packages: [\n",
      "package.json": `{ "workspaces": ["packages/new"] }`,
    },
    pnpm: { "pnpm-workspace.yaml": "packages:\n  - 'packages/*' # ours\n  - '!packages/old'\n" },
  };

  test.each(Object.keys(ROOTS))("as %s lists it", async (manager) => {
    using folder = folderWith({
      ...ROOTS[manager],
      "packages/new/package.json": `{ "name": "@acme/names" }`,
      "packages/new/deep/index.ts": named("right"),
      "packages/none/package.json": "{ not JSON",
      "packages/old/package.json": `{ "name": "@acme/old" }`,
      "packages/old/index.ts": named("old"),
      "apps/shop/alchemy.run.ts": program("@acme/names/deep"),
      "apps/none/alchemy.run.ts": program("@acme/old"),
    });
    // Only npm's pattern would leave out what is below, and not the package itself.
    const old = manager === "npm, Bun" ? "old" : null;
    expect(await names(folder)).toEqual({
      "apps/shop/alchemy.run.ts": "right",
      "apps/none/alchemy.run.ts": old,
    });
  });

  test("as the configuration that another one extends", async () => {
    using folder = folderWith({
      "pnpm-workspace.yaml": "packages: ['config', 'apps/*']\n",
      "config/package.json": `{ "name": "@acme/config" }`,
      "config/base.json": TSCONFIG({ "~/*": [`${CONFIG}/src/*`] }),
      "apps/shop/package.json": `{ "name": "shop" }`,
      "apps/shop/tsconfig.json": `{ "extends": ["@acme/config/base.json"] }`,
      "apps/shop/src/db.ts": named("right"),
      "apps/shop/alchemy.run.ts": program("~/db"),
    });
    expect(await names(folder)).toEqual({ "apps/shop/alchemy.run.ts": "right" });
  });
});

describe("what is installed", () => {
  test("a package that is linked is followed, and what others wrote is not", async () => {
    using folder = folderWith({
      "libs/names/package.json": `{ "name": "@acme/names", "exports": "./main.ts" }`,
      "libs/names/main.ts": `export { NAME } from "./deep/name.js";\n`,
      "libs/names/deep/name.ts": named("right"),
      "node_modules/.pnpm/theirs/package.json": `{ "name": "theirs", "exports": "./main.ts" }`,
      "node_modules/.pnpm/theirs/main.ts": named("wrong"),
      "node_modules/others/package.json": `{ "name": "others", "main": "main.js" }`,
      "node_modules/others/main.js": named("wrong"),
      "a.ts": program("@acme/names"),
      "b.ts": program("theirs"),
      "c.ts": program("others"),
    });
    link(folder, "libs/names", "node_modules/@acme/names");
    link(folder, "node_modules/.pnpm/theirs", "node_modules/theirs");
    expect(await names(folder)).toEqual({ "a.ts": "right", "b.ts": null, "c.ts": null });
  });

  test("the nearest one is meant", async () => {
    using folder = folderWith({
      "package.json": `{ "workspaces": ["packages/*"] }`,
      "packages/names/package.json": `{ "name": "names" }`,
      "packages/names/index.ts": named("workspace"),
      "forks/names/package.json": `{ "name": "names" }`,
      "forks/names/index.ts": named("fork"),
      "apps/one/package.json": "{}",
      "apps/one/alchemy.run.ts": program("names"),
      "apps/two/package.json": "{}",
      "apps/two/alchemy.run.ts": program("names"),
    });
    link(folder, "forks/names", "apps/two/node_modules/names");
    expect(await names(folder)).toEqual({
      "apps/one/alchemy.run.ts": "workspace",
      "apps/two/alchemy.run.ts": "fork",
    });
  });
});

test("two apps give one alias to different files", async () => {
  const app = (name: string): Files => ({
    "tsconfig.json": TSCONFIG({ "@/*": ["./src/*"] }),
    "src/names.ts": named(name),
    "alchemy.run.ts": program("@/names"),
  });
  using folder = folderWith({ ...within("apps/a", app("one")), ...within("apps/b", app("two")) });
  expect(await names(folder)).toEqual({
    "apps/a/alchemy.run.ts": "one",
    "apps/b/alchemy.run.ts": "two",
  });
});

test("imports that go round end, and are followed through", async () => {
  using folder = folderWith({
    "tsconfig.json": TSCONFIG({ "@/*": ["./*"] }),
    [RUN]: program("@/a"),
    "a.ts": `export { NAME } from "./b.js";\nexport const A = 1;\n`,
    "b.ts": `import { A } from "@/a";\nexport const NAME = "right";\nexport const B = A;\n`,
  });
  expect(await names(folder)).toEqual({ [RUN]: "right" });
});

test("a file that is reached through a link is the same file", async () => {
  using folder = folderWith({
    "common/names.ts": named("right"),
    "real/names.ts": `export { NAME } from "../common/names.js";\n`,
    "real/alchemy.run.ts": program("../common/names.js"),
    "app/other.ts": program("./infra/names"),
  });
  link(folder, "real", "app/infra");
  const app = join(folder.path, "app");
  expect(await names(folder)).toEqual({ "real/alchemy.run.ts": "right", "app/other.ts": "right" });
  const { out } = await cli(app, ["plan", "--stage", "prod", "--json"]);
  const found = JSON.parse(out).stages[0].resources;
  expect(found.map(({ physicalName }: { physicalName: string }) => physicalName)).toEqual([
    "right",
    "right",
  ]);
});

test("who calls a helper is found through aliases, packages and relative imports", async () => {
  using folder = folderWith({
    "package.json": `{ "workspaces": ["packages/*"] }`,
    "tsconfig.json": TSCONFIG({ "~helper": ["./packages/make/main.ts"] }),
    "packages/make/package.json": `{ "name": "make", "exports": "./main.ts" }`,
    "packages/make/main.ts": `import { D1Database } from "alchemy/cloudflare";
export const make = (id: string) => D1Database(id, { name: id });
`,
    "a.ts": `import { make } from "make";\nawait make("by-package");\n`,
    "b.ts": `import { make } from "~helper";\nawait make("by-alias");\n`,
    "c.ts": `import { make } from "./packages/make/main.js";\nawait make("by-path");\n`,
    "d.ts": `import { make } from "./packages/make/other";\nawait make("by-nothing");\n`,
  });
  const { out } = await cli(folder.path, ["plan", "--stage", "prod", "--json"]);
  const planned: { id: string }[] = JSON.parse(out).stages[0].resources;
  expect(planned.map(({ id }) => id).sort()).toEqual(["by-alias", "by-package", "by-path"]);
});

describe("a copy of Alchemy's sources", () => {
  const files: Files = {
    "package.json": `{ "workspaces": ["vendor/*"] }`,
    "vendor/alchemy/package.json": `{ "name": "alchemy", "exports": { "./cloudflare": "./src/d1.ts" } }`,
    "vendor/alchemy/src/d1.ts": `import { D1Database } from "./database.ts";
import { Queue } from "alchemy/cloudflare";
await Queue("theirs", { name: "theirs" });
`,
    "vendor/alchemy/src/database.ts": `import { D1Database as D } from "alchemy/cloudflare";
export const D1Database = D;
await D("own", { name: "own" });
`,
    [RUN]: `import { NAME } from "./vendor/alchemy/src/name.ts";\n${program("./name.ts")}`,
    "vendor/alchemy/src/name.ts": named("theirs"),
    "name.ts": named("right"),
  };

  test("is no part of the program", async () => {
    using folder = folderWith({ ...files, [RUN]: program("./name.ts") });
    expect(await names(folder)).toEqual({ [RUN]: "right" });
    using linked = folderWith({ ...files, [RUN]: program("./vendor/alchemy/src/name.ts") });
    expect(await names(linked)).toEqual({ [RUN]: null });
  });

  test("is not a program of that name, which uses Alchemy", async () => {
    using folder = folderWith({
      "infra/package.json": `{ "name": "alchemy", "devDependencies": { "alchemy": "0.94.0" } }`,
      "infra/alchemy.run.ts": program("../name.ts"),
      "name.ts": named("right"),
    });
    expect(await names(folder)).toEqual({ "infra/alchemy.run.ts": "right" });
  });

  test("is looked at if it is asked for", async () => {
    using folder = folderWith(files);
    expect(await names(folder, "vendor/alchemy")).toEqual({
      "vendor/alchemy/src/d1.ts": "theirs",
      "vendor/alchemy/src/database.ts": "own",
    });
  });
});

test("patterns of a workspace that take years are left out", async () => {
  using folder = folderWith({
    "package.json": JSON.stringify({ workspaces: [`${"*a".repeat(12)}b`, "lib"] }),
    [`${"a".repeat(200)}/package.json`]: "{}",
    "lib/package.json": JSON.stringify({ name: "lib" }),
    "lib/index.ts": named("right"),
    [RUN]: program("lib"),
  });
  expect(await names(folder)).toEqual({ [RUN]: "right" });
});

describe("a workspace leads to nothing outside of it", () => {
  const WORKSPACES: Record<string, Files> = {
    "by its patterns": {
      "in/package.json": JSON.stringify({ workspaces: ["../lib", "../../../../**"] }),
      "lib/package.json": JSON.stringify({ name: "lib" }),
    },
    "by the name of a package": {
      "in/package.json": JSON.stringify({ workspaces: ["packages/*"] }),
      "in/packages/lib/package.json": JSON.stringify({ name: "../../../../../lib" }),
    },
  };
  for (const [what, files] of Object.entries(WORKSPACES)) {
    test(what, async () => {
      using folder = folderWith({
        ...files,
        [`in/${RUN}`]: program("lib"),
        "lib/index.ts": named("wrong"),
      });
      expect(await names(folder, "in")).toEqual({ [`in/${RUN}`]: null });
    });
  }
});
