/** `init`, in projects of all sorts. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { cli, Folder, MAIN, RUNTIMES } from "./cli.ts";

const WORKFLOW = ".github/workflows/monitor-collisions.yml";
const OWN = readFileSync(join(import.meta.dir, "..", "..", WORKFLOW), "utf8");
const MANIFEST = '{\n  "name": "shop"\n}\n';
const ADDED =
  '{\n  "name": "shop",\n  "scripts": {\n    "monitor:collisions": "alch-blocks monitor --metrics metrics"\n  }\n}\n';

function project(manifest = MANIFEST): Folder {
  const folder = new Folder();
  mkdirSync(join(folder.path, ".git"));
  folder.write("package.json", manifest);
  return folder;
}

/** All files, with their texts. */
function files(folder: Folder): Record<string, string> {
  const names = readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.path.length + 1));
  return Object.fromEntries(names.sort().map((name) => [name, folder.read(name)]));
}

test.each(RUNTIMES)("writes three files, and none of them twice: %s", async (runtime) => {
  using folder = project();
  const first = await cli(folder.path, ["init"], { runtime });
  expect(first).toMatchObject({ code: 0, error: "" });
  expect(first.out).toStartWith(
    `created     ${WORKFLOW}\nchanged     package.json\ncreated     alch-blocks.json\n`,
  );
  const written = files(folder);
  expect(written).toEqual({
    [WORKFLOW]: OWN,
    "alch-blocks.json": '{\n  "$schema": "./node_modules/@alch/blocks/schemas/config.json"\n}\n',
    "package.json": ADDED,
  });
  const second = await cli(folder.path, ["init"], { runtime });
  expect(second).toMatchObject({ code: 0, out: "everything is there already\n" });
  expect(files(folder)).toEqual(written);
});

describe("package.json keeps its form", () => {
  const script = '"monitor:collisions": "alch-blocks monitor --metrics metrics"';
  test.each([
    [
      "tabs",
      '{\n\t"scripts": {\n\t\t"a": "b"\n\t}\n}\n',
      `{\n\t"scripts": {\n\t\t"a": "b",\n\t\t${script}\n\t}\n}\n`,
    ],
    [
      "four blanks, no line break at the end",
      '{\n    "z": 1,\n    "scripts": {\n        "b": "",\n        "a": ""\n    },\n    "a": 2\n}',
      `{\n    "z": 1,\n    "scripts": {\n        "b": "",\n        "a": "",\n        ${script}\n    },\n    "a": 2\n}`,
    ],
    [
      "line breaks of Windows",
      '{\r\n  "scripts": {\r\n    "a": "b"\r\n  }\r\n}\r\n',
      `{\r\n  "scripts": {\r\n    "a": "b",\r\n    ${script}\r\n  }\r\n}\r\n`,
    ],
    ["a mark at the beginning", `\ufeff${MANIFEST}`, `\ufeff${ADDED}`],
    [
      "numbers and escapes as they were written",
      '{\n  "a": 1.0,\n  "b": "\\u00e4",\n  "scripts": {}\n}\n',
      `{\n  "a": 1.0,\n  "b": "\\u00e4",\n  "scripts": {\n    ${script}\n  }\n}\n`,
    ],
  ])("%s", async (_, before, after) => {
    using folder = project(before);
    expect(await cli(folder.path, ["init"])).toMatchObject({ code: 0, error: "" });
    expect(folder.read("package.json")).toBe(after);
  });

  test("a link stays a link", async () => {
    using folder = project();
    folder.write("real.json", MANIFEST);
    rmSync(join(folder.path, "package.json"));
    symlinkSync("real.json", join(folder.path, "package.json"));
    await cli(folder.path, ["init"]);
    expect(folder.read("real.json")).toBe(ADDED);
  });
});

describe("--cost", () => {
  const scriptIn = (folder: Folder) =>
    JSON.parse(folder.read("package.json")).scripts["monitor:collisions"];
  const PRICED = "alch-blocks monitor --metrics metrics --cost";

  test("has the monitor say what stages cost, names the permission, and stays", async () => {
    using folder = project();
    const { code, out } = await cli(folder.path, ["init", "monitor", "--cost"]);
    expect(code).toBe(0);
    expect(scriptIn(folder)).toBe(PRICED);
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      "give the monitor a token that only reads, with the permission Account Analytics: Read",
    );
    expect(await cli(folder.path, ["init"])).toMatchObject({
      ...{ code: 0, out: "everything is there already\n" },
    });
    expect(scriptIn(folder)).toBe(PRICED);
    // Who has it is not told how to get it.
    rmSync(join(folder.path, WORKFLOW));
    const again = await cli(folder.path, ["init"]);
    expect(again.out).not.toContain("init monitor --cost");
    expect(again.out).toContain("Account Analytics: Read for the cost");
  });

  test("is offered, and not taken by itself", async () => {
    using folder = project();
    const { out } = await cli(folder.path, ["init"]);
    expect(out.replaceAll(/\s+/g, " ")).toContain("run npx @alch/blocks init monitor --cost");
    expect(scriptIn(folder)).not.toContain("--cost");
    // The script is what init itself has written, but may be used as it is.
    const again = await cli(folder.path, ["init", "--cost"]);
    expect(again.error).toContain("its script `monitor:collisions` is");
    expect((await cli(folder.path, ["init", "--cost", "--yes"])).code).toBe(0);
    expect(scriptIn(folder)).toBe(PRICED);
  });

  test.each([[["previews", "--cost"]], [["--app", "--cost"]]])(
    "needs the monitor: %p",
    async (args) => {
      using folder = project();
      const { code, error } = await cli(folder.path, ["init", ...args]);
      expect({ code, error }).toEqual({
        code: 2,
        error:
          "error: `--cost` needs the part `monitor`\nhelp: add `monitor`, or leave out `--cost`\n",
      });
      expect(folder.read("package.json")).toBe(MANIFEST);
    },
  );
});

describe("what is in the way", () => {
  const other = "name: mine\n";
  function taken(): Folder {
    const folder = project('{ "scripts": { "monitor:collisions": "mine" } }');
    folder.write(WORKFLOW, other);
    return folder;
  }

  test("without a terminal: nothing is written, and why is said", async () => {
    using folder = taken();
    const before = files(folder);
    const { code, error, out } = await cli(folder.path, ["init"]);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(error).toBe(`error: 2 files are in the way, and there is no terminal to ask at:
  \`${WORKFLOW}\`: it is not what \`init\` writes
  \`package.json\`: its script \`monitor:collisions\` is \`mine\`
help: nothing was written: give \`--yes\` to overwrite them
`);
    expect(files(folder)).toEqual(before);
  });

  test("`--yes` overwrites", async () => {
    using folder = taken();
    expect(await cli(folder.path, ["init", "--yes"])).toMatchObject({ code: 0, error: "" });
    expect(folder.read(WORKFLOW)).toBe(OWN);
    expect(JSON.parse(folder.read("package.json")).scripts["monitor:collisions"]).toBe(
      "alch-blocks monitor --metrics metrics",
    );
  });

  /** Answers each question at a terminal with the next of `answers`. */
  async function answering(folder: Folder, answers: readonly string[], parts = ["monitor"]) {
    const left = [...answers];
    let seen = "";
    const child = Bun.spawn([process.execPath, MAIN, "init", ...parts], {
      cwd: folder.path,
      env: { PATH: process.env.PATH ?? "", TERM: "dumb" },
      terminal: {
        data(terminal, bytes) {
          const text = new TextDecoder().decode(bytes);
          seen += text;
          if (/\[y\/N\]|\[Y\/n\]/.test(text)) terminal.write(left.shift() ?? "\x03");
        },
      },
    });
    const code = await child.exited;
    return { code, seen };
  }

  test("at a terminal it asks for each file", async () => {
    using folder = taken();
    const { code, seen } = await answering(folder, ["n\r", "y\r"]);
    expect(seen).toContain(`overwrite \`${WORKFLOW}\`? it is not what \`init\` writes [y/N]`);
    expect(seen).toContain(`left alone  ${WORKFLOW}`);
    expect(code).toBe(0);
    expect(folder.read(WORKFLOW)).toBe(other);
    expect(folder.read("package.json")).toContain("alch-blocks monitor --metrics metrics");
  });

  test.each([["Enter", ["\r", "\r"]]])("%s is no", async (_, answers) => {
    using folder = taken();
    const before = files(folder);
    expect(await answering(folder, answers)).toMatchObject({ code: 0 });
    expect(files(folder)).toEqual({ ...before, "alch-blocks.json": expect.any(String) });
  });

  test.each([
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
  ])("%s ends it, with nothing written", async (_, key) => {
    using folder = taken();
    const before = files(folder);
    const { code, seen } = await answering(folder, ["y\r", key]);
    expect(seen).toContain("nothing was changed");
    expect(code).toBe(2);
    expect(files(folder)).toEqual(before);
  });

  test("at a terminal it asks which parts, and Enter is yes", async () => {
    using folder = project();
    const { code, seen } = await answering(folder, ["n\r", "\r", "\r"], []);
    expect(seen).toContain("set up previews: deploy a stage for each pull request");
    expect(code).toBe(0);
    expect(Object.keys(files(folder))).toEqual([
      ".github/workflows/previews.yml",
      ".github/workflows/sweep-stages.yml",
      "alch-blocks.json",
      "package.json",
    ]);
  });

  test("a config of either form is left alone", async () => {
    using file = project();
    file.write("alch-blocks.json", '{ "ignore": ["x"] }');
    await cli(file.path, ["init", "--yes"]);
    expect(file.read("alch-blocks.json")).toBe('{ "ignore": ["x"] }');
    using section = project('{ "alch-blocks": {} }');
    await cli(section.path, ["init", "--yes"]);
    expect(Object.keys(files(section))).not.toContain("alch-blocks.json");
  });
});

describe("the workflow fits the project", () => {
  async function written(folder: Folder, within = ".") {
    const { code, out } = await cli(join(folder.path, within), ["init"]);
    expect(code).toBe(0);
    const workflow = parse(folder.read(WORKFLOW));
    return { workflow, steps: workflow.jobs.monitor.steps, out };
  }
  const installs = (steps: { id?: string; run?: string }[]) =>
    steps.find(({ id }) => id === "install")?.run;

  test.each([
    ["package-lock.json", "npm ci"],
    ["pnpm-lock.yaml", "corepack enable\npnpm install --frozen-lockfile\n"],
    ["yarn.lock", "corepack enable\nyarn install --immutable\n"],
    ["bun.lock", "npm install --global bun@1\nbun install --frozen-lockfile\n"],
  ])("%s", async (lock, run) => {
    using folder = project();
    folder.write(lock, "");
    expect(installs((await written(folder)).steps)).toBe(run);
  });

  test("the names of the workflows that deploy, whatever they are", async () => {
    using folder = project();
    const run = "\njobs:\n  a:\n    steps:\n      - run: bun alchemy.run.ts --stage prod\n";
    folder.write(".github/workflows/ship.yml", `name: 'Ship: "it" #1 @x %0A'${run}`);
    folder.write(".github/workflows/deploy.yaml", "on: push\n");
    folder.write(".github/workflows/test.yml", "name: Test\non: push\n");
    folder.write(".github/workflows/broken.yml", `a: [${run}`);
    const { workflow, out } = await written(folder);
    expect(workflow.on.workflow_run.workflows).toEqual([
      ".github/workflows/broken.yml",
      ".github/workflows/deploy.yaml",
      'Ship: "it" #1 @x %0A',
    ]);
    expect(out).toContain("every day and after");
    // What was written is what a second run would write.
    expect((await cli(folder.path, ["init"])).out).toBe("everything is there already\n");
  });

  test("a package of a workspace: the workflow is the repository's", async () => {
    using folder = project();
    folder.write("pnpm-lock.yaml", "");
    folder.write("apps/it's: a #shop/package.json", MANIFEST);
    const { workflow, steps } = await written(folder, "apps/it's: a #shop");
    expect(workflow.env.PROJECT).toBe("apps/it's: a #shop");
    expect(installs(steps)).toContain("pnpm");
    expect(folder.read("apps/it's: a #shop/package.json")).toBe(ADDED);
  });

  test("all else stays as it is in this project's own, comments too", async () => {
    using folder = project();
    folder.write("bun.lock", "");
    await written(folder);
    const lines = folder.read(WORKFLOW).split("\n");
    const missing = OWN.split("\n").filter((line) => !lines.includes(line));
    expect(missing).toEqual(["        run: npm ci"]);
  });
});

describe("parts", () => {
  test("previews: the workflow, installed as the project is, and its scripts", async () => {
    using folder = project();
    folder.write("bun.lock", "");
    expect(await cli(folder.path, ["init", "previews"])).toMatchObject({ code: 0, error: "" });
    const { jobs } = parse(folder.read(".github/workflows/previews.yml"));
    for (const { steps } of [jobs.deploy, jobs.destroy]) {
      const install = steps.find(({ id }: { id?: string }) => id === "install");
      expect(install.run).toContain("bun install --frozen-lockfile");
    }
    expect(JSON.parse(folder.read("package.json")).scripts).toEqual({
      "preview:deploy": "alchemy deploy",
      "preview:urls": "alch-blocks urls",
      "preview:destroy": "alch-blocks destroy --yes --if-exists --unfinished",
    });
    // A second part adds to it.
    expect(await cli(folder.path, ["init", "sweep"])).toMatchObject({ code: 0, error: "" });
    expect(Object.keys(files(folder))).toContain(".github/workflows/sweep-stages.yml");
    expect((await cli(folder.path, ["init", "previews", "sweep"])).out).toStartWith("everything");
  });

  test.each(["2.0.0-beta.79", "^2.0.0", "0.94.0", "^0.94.0", ">=0.81", 2])(
    "Alchemy %p: only version 2 has to be told that nobody answers",
    async (alchemy) => {
      using folder = project(JSON.stringify({ devDependencies: { alchemy } }));
      expect((await cli(folder.path, ["init", "previews"])).code).toBe(0);
      const isNew = /^\^?2\./.test(`${alchemy}`);
      const { scripts } = JSON.parse(folder.read("package.json"));
      expect(scripts["preview:deploy"]).toBe(isNew ? "alchemy deploy --yes" : "alchemy deploy");
    },
  );

  test("GitLab: one file, to which a second part adds", async () => {
    using folder = project();
    folder.write(".gitlab-ci.yml", "");
    const first = await cli(folder.path, ["init", "previews"]);
    expect(first).toMatchObject({ code: 0, error: "" });
    expect(first.out).toContain("include: [{ local: .gitlab/alch-blocks.yml }]");
    const jobs = () => Object.keys(parse(folder.read(".gitlab/alch-blocks.yml")));
    expect(jobs()).toEqual(["variables", ".alch-blocks", "deploy preview", "destroy preview"]);
    expect(await cli(folder.path, ["init", "sweep", "--yes"])).toMatchObject({ code: 0 });
    expect(jobs().slice(2)).toEqual(["deploy preview", "destroy preview", "sweep stages"]);
  });

  test("an unknown one", async () => {
    using folder = project();
    const { code, error } = await cli(folder.path, ["init", "preview"]);
    expect(code).toBe(2);
    expect(error).toContain("`init` has no part `preview`");
    expect(error).toContain("use one of `monitor`, `previews`, `sweep`");
  });
});

describe("where it cannot run", () => {
  test.each([
    ["no project", undefined, "there is no `package.json`"],
    ["no JSON", "{", "package.json:1:2` is no JSON"],
    ["a list", "[]", "is no `package.json` that npm can read"],
    ["scripts that are none", '{ "scripts": "x" }', "is no `package.json` that npm can read"],
    ["comments", '{ // x\n "a": 1 }', "package.json:1:3` is no JSON"],
  ])("%s", async (_, manifest, message) => {
    using folder = new Folder();
    if (manifest !== undefined) folder.write("package.json", manifest);
    const before = files(folder);
    const { code, error } = await cli(folder.path, ["init"]);
    expect(code).toBe(2);
    expect(error).toContain(message);
    expect(files(folder)).toEqual(before);
  });

  test("a path", async () => {
    using folder = project();
    expect(await cli(folder.path, ["init", "apps"])).toMatchObject({ code: 2 });
  });
});
