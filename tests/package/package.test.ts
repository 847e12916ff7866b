// The package as its users get it: packed, installed in empty projects, run in each runtime.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { alchemy2Folder } from "../../scripts/alchemy2.mjs";
import { ALCHEMY, ALCHEMY_2 } from "../../ts/generated/versions.ts";
import {
  answer,
  beside,
  complaint,
  linkAll,
  pack,
  place,
  project,
  root,
  run,
  type Tarball,
} from "./project.ts";
import { command, type Runtime, runtimes } from "./runtimes.ts";

const { version, exports, bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const nodes = runtimes.filter((name) => name.startsWith("Node"));

let temporary: string;
let tarball: Tarball;
/** Has the package alone. */
let bare: string;
/** Has Alchemy too. */
let full: string;

beforeAll(async () => {
  // Outside of the project, whose `node_modules` has Alchemy for all folders below.
  temporary = mkdtempSync(join(tmpdir(), "alch-blocks-package-"));
  tarball = await pack(temporary);
  bare = await project(join(temporary, "bare"), tarball);
  full = await project(join(temporary, "full"), tarball, true);
}, 600_000);

afterAll(() => {
  if (temporary) rmSync(temporary, { recursive: true, force: true });
});

const refusal = (code: string) => ({
  name: "BlockError",
  code,
  own: true,
  error: true,
  stack: true,
});

/** What `programs/core.mjs` prints wherever it runs. */
const CORE = {
  version,
  calls: [{ id: "my-app-db", options: { name: "my-app-db-pr-7", delete: false } }],
  samePromise: true,
  passedThrough: true,
  worker: "api-pr-123",
  hashed: expect.stringMatching(/^cache-feature-x-0[a-z2-7]{8}$/),
  invalid: refusal("base-invalid"),
  duplicate: refusal("duplicate-name"),
  oneError: true,
};

describe("the tarball", () => {
  const read = (file: string) =>
    readFileSync(join(bare, "node_modules", "@alch", "blocks", file), "utf8");

  test("has what is built and what must be read, and nothing else", () => {
    const top = ["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];
    const plain = [...top, "SECURITY.md", "package.json"];
    const pages = readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`);
    const commands = ["check", "cost", "migrate", "monitor", "plan", "to-v2"];
    const names = [...commands, "config", "destroy", "metrics", "stages", "state", "sweep"];
    const schemas = names.map((name) => `schemas/${name}.json`);
    const cli = ["LICENSES.txt", "cli.wasm"].map((name) => `dist-cli/${name}`);
    const built = tarball.files.filter((file) => /^dist(-cli)?\/[\w/-]+\.(js|d\.ts)$/.test(file));
    const wanted = [...plain, ...pages, ...schemas, ...cli, ...built];
    expect(tarball.files.toSorted()).toEqual(wanted.toSorted());
  });

  test("has no trace of the machine that made it", () => {
    for (const file of tarball.files.filter((name) => name.startsWith("dist"))) {
      expect({ file, at: read(file).indexOf(join(homedir(), ".cargo")) }).toEqual({ file, at: -1 });
    }
  });

  test("has every file that `exports` names", () => {
    const targets = Object.values(exports).flatMap((entry) =>
      typeof entry === "string" ? [entry] : Object.values(entry as Record<string, string>),
    );
    targets.push(bin["alch-blocks"]);
    for (const target of targets.filter((one) => !one.includes("*")))
      expect(tarball.files).toContain(target.replace("./", ""));
  });

  test("has the core once, as text in one file", () => {
    const scripts = tarball.files.filter((file) => file.endsWith(".js"));
    expect(scripts.filter((file) => read(file).includes("AGFzbQ"))).toHaveLength(1);
  });

  test("does not tell where it was built", () => {
    for (const file of tarball.files) expect(read(file)).not.toContain(root);
  });

  test("is of one version with the crate", () => {
    const cargo = readFileSync(join(root, "Cargo.toml"), "utf8");
    expect(cargo.match(/^version = "(.+)"$/m)?.[1]).toBe(version);
    expect(JSON.parse(read("package.json")).version).toBe(version);
  });

  test("has types that need nothing else", async () => {
    const program = place("consumer.ts", bare);
    const checks = ["--noEmit", "--strict", "--skipLibCheck", "false", "--types", ""];
    for (const module of ["nodenext", "preserve"]) {
      const args = [...checks, "--target", "es2022", "--module", module, "--ignoreConfig"];
      await run("tsc", [...args, program], bare);
    }
  });
});

describe("without Alchemy", () => {
  test.each(runtimes)("the core runs in %s", (name) => {
    const program = place("core.mjs", bare);
    expect(answer(command(name, program), bare)).toEqual(CORE);
  });

  test.each([...nodes, "Bun" as const])("`require` gives the same core in %s", (name) => {
    const program = place("require.cjs", bare);
    expect(answer(command(name, program), bare)).toEqual({
      version,
      made: "jobs-pr-7",
      refusals: [
        { code: "base-invalid", own: true },
        { code: "duplicate-name", own: true },
      ],
      oneError: true,
    });
  });
});

/** What `programs/first-call.mjs` prints. */
const FIRST = { beforeTheCall: 0, failed: "", started: 1, name: "my-app-db-pr-7" };

describe("the core is started by the first call", () => {
  test.each(runtimes)("in %s", (name) => {
    const program = command(name, place("first-call.mjs", bare));
    expect(answer([...program, "@alch/blocks/core"], bare)).toEqual(FIRST);
    const again = answer([...program, "@alch/blocks/core", "fails"], bare);
    expect(again).toEqual({ ...FIRST, failed: "no instance", started: 2 });
  });

  test("and throws at each call if the runtime compiles no WebAssembly", () => {
    const program = place("no-instance.mjs", bare);
    const wrong = { error: "CompileError", message: "refused" };
    expect(answer(command("Node 24", program), bare)).toEqual([wrong, wrong]);
  });
});

test("an app that is gone leaves nothing to the next", () => {
  const seen = answer(command("Node 24", place("collected.mjs", full)), full);
  expect(seen).toEqual({ first: "option-invalid", others: ["shared-pr-7"], kept: 51 });
});

describe("the command line, with nothing else installed", () => {
  const wanted = { version: 1, findings: [], summary: { files: 1, declarations: 1, findings: 0 } };

  beforeAll(() => {
    mkdirSync(join(bare, "app"));
    const program = `import { Database } from "@alch/blocks";\nawait Database("shop-db");\n`;
    writeFileSync(join(bare, "app", "alchemy.run.ts"), program);
  });

  test.each(runtimes.filter((name) => name !== "Deno"))("in %s", (name) => {
    const main = join(bare, "node_modules", "@alch", "blocks", bin["alch-blocks"]);
    expect(answer([...command(name, main), "check", "app", "--json"], bare)).toEqual(wanted);
  });

  test("by npx and bunx", () => {
    const args = ["check", "app", "--json"];
    const bunx = [process.execPath, "x", "--no-install", "alch-blocks"];
    for (const start of [["npx", "--offline", "@alch/blocks"], bunx]) {
      expect(answer([...start, ...args], bare)).toEqual(wanted);
    }
  });

  test("is in no file that a program imports", () => {
    const files = readdirSync(join(bare, "node_modules", "@alch", "blocks", "dist"));
    for (const file of files.filter((name) => name.endsWith(".js"))) {
      const text = readFileSync(
        join(bare, "node_modules", "@alch", "blocks", "dist", file),
        "utf8",
      );
      expect(text).not.toContain("analyzer");
    }
  });
});

describe("bundled, with no package beside it", () => {
  let alone: string;
  beforeAll(() => {
    alone = join(temporary, "alone");
    mkdirSync(alone);
  });

  test.each([
    ["esm", "mjs"],
    ["cjs", "cjs"],
  ] as const)("by esbuild as %s, in Node", async (format, extension) => {
    const outfile = join(alone, `esbuild.${extension}`);
    const entryPoints = [place("core.mjs", bare)];
    await build({ entryPoints, outfile, format, bundle: true, platform: "node", minify: true });
    for (const name of nodes) expect(answer(command(name, outfile), alone)).toEqual(CORE);
  });

  test("by Bun, in Node", async () => {
    const outfile = join(alone, "bun.mjs");
    const args = ["build", "--target=node", `--outfile=${outfile}`, place("core.mjs", bare)];
    await run(process.execPath, args, bare);
    for (const name of nodes) expect(answer(command(name, outfile), alone)).toEqual(CORE);
  });

  test("by Bun, as an executable", async () => {
    const outfile = join(alone, "program");
    const args = ["build", "--compile", `--outfile=${outfile}`, place("core.mjs", bare)];
    await run(process.execPath, args, bare);
    expect(answer([outfile], alone)).toEqual(CORE);
  });
});

describe("with Alchemy", () => {
  test.each(runtimes)("all entries are one in %s", (name) => {
    const program = place("alchemy.mjs", full);
    expect(answer(command(name, program, "--allow-all"), full)).toEqual({
      version,
      database: { type: "d1", name: "db-pr-7" },
      flow: { workflowName: "Signup-pr-7", className: "Signup" },
      stage: "pr-7",
      refused: { code: "duplicate-name", own: true },
      oneError: true,
    });
  });

  test.each(runtimes)("no import starts the core in %s", (name) => {
    const started = command(name, place("first-call.mjs", full), "--allow-all");
    expect(answer([...started, "@alch/blocks"], full)).toEqual(FIRST);
  });
});

const EFFECT = "4.0.0-rc.115";

/** Projects that have one Alchemy: where the real one is, and what is imported with it. */
const ALONE = {
  "Alchemy 0.x": [{ alchemy: ALCHEMY.at(-1) ?? "" }, root, "@alch/blocks"],
  "Alchemy 2": [
    { alchemy: ALCHEMY_2.at(-1) ?? "", effect: EFFECT },
    alchemy2Folder,
    "@alch/blocks/v2",
  ],
} as const;

describe("npm installs it beside one Alchemy", () => {
  const projectOf = (what: string) => join(temporary, what.replaceAll(/[^\w]/g, "-"));

  test.each(Object.keys(ALONE) as (keyof typeof ALONE)[])(
    "%s, and it loads",
    async (what) => {
      const [versions, from, entry] = ALONE[what];
      await beside(projectOf(what), tarball, versions);
      linkAll(projectOf(what), Object.keys(versions), from);
      writeFileSync(
        join(projectOf(what), "load.mjs"),
        `const { Database } = await import("${entry}");\nconsole.log(JSON.stringify(typeof Database));`,
      );
      expect(answer(command("Node 24", "load.mjs"), projectOf(what))).toBe("function");
    },
    120_000,
  );

  test("in the oldest version that is known", async () => {
    await beside(projectOf("oldest"), tarball, { alchemy: ALCHEMY[0] ?? "" });
  }, 120_000);

  test.each(["0.80.1", "0.88.0", "0.95.0", "2.0.0-beta.80"])(
    "but not %s",
    async (alchemy) => {
      const installed = beside(projectOf(alchemy), tarball, { alchemy });
      expect(String(await installed.catch((error) => error.stderr))).toContain("ERESOLVE");
    },
    120_000,
  );
});

/** A name that each entry refuses at once. */
const INVALID = {
  code: "base-invalid",
  message: "`No Such Queue` cannot be the base name of a `Queue`",
  help: "rename it, for example to `no-such-queue`",
};

/** What `programs/uncaught.mjs` is refused for. */
const REFUSALS = {
  naming: INVALID,
  block: INVALID,
  core: INVALID,
  guard: {
    code: "would-replace",
    message: "the database `db` is deployed as `old-db`",
    help: 'add `pin: { "pr-7": "old-db" }` to keep it, or `onRename: "replace"` to let it go',
  },
  orphan: {
    code: "would-delete-class",
    message: "the Durable Object `room` is no longer bound",
    help: 'bind it again, or write `createBlocks({ release: ["room"] })`',
  },
};

/** Where the stack of a printed error goes through, the top first: file and line. */
function framesOf(printed: string): string[] {
  const frames = printed.matchAll(/^ +at .*?([^/\\ (]+):(\d+):\d+\)?/gm);
  return [...frames].map(([, file, line]) => `${file}:${line}`);
}

/** The line of a program that has a mark in it, as a frame says it and as it is written. */
function marked(program: string, mark: string) {
  const lines = readFileSync(program, "utf8").split("\n");
  const at = lines.findIndex((line) => line.endsWith(`// here: ${mark}`));
  return { frame: `${basename(program)}:${at + 1}`, text: lines[at]?.trim() ?? "" };
}

/** Asserts that a refusal is printed whole, once, and without a line of ours. */
function expectWhole(printed: string, { code, message, help }: (typeof REFUSALS)["guard"]) {
  // Bun prints properties as JSON.
  const text = printed.replaceAll('\\"', '"');
  const page = `node_modules/@alch/blocks/docs/troubleshooting.md#${code}`;
  for (const part of [`BlockError: ${message}`, help, page]) {
    expect({ part, times: text.split(part).length - 1, text }).toEqual({ part, times: 1, text });
  }
  expect(text).toMatch(new RegExp(`code: ['"]?${code}\\b`));
  expect(text).not.toContain("blocks/dist");
  expect(text).not.toContain("node-do-not-add-exception-line");
}

describe("a refusal starts at the user's own line", () => {
  const start = (name: Runtime, program: string) => command(name, program, "--allow-all");
  const acts = ["naming", "block", "core", "guard"] as const;

  describe.each(runtimes)("in %s", (name) => {
    test.each(acts)("%s", (act) => {
      const program = place("uncaught.mjs", full);
      const printed = complaint([...start(name, program), act], full, 1);
      expectWhole(printed, REFUSALS[act]);
      const { frame, text } = marked(program, act);
      expect(framesOf(printed)[0]).toBe(frame);
      // Deno shows no source beside a stack that it has not made.
      if (name !== "Deno") expect(printed.slice(0, printed.indexOf("BlockError"))).toContain(text);
    });

    test("if it is logged", () => {
      const program = place("uncaught.mjs", full);
      const printed = complaint([...start(name, program), "guard", "logged"], full, 0);
      expectWhole(printed, REFUSALS.guard);
      expect(framesOf(printed)[0]).toBe(marked(program, "guard").frame);
    });

    test("and has Alchemy's above it if no block was called for it", () => {
      const program = place("uncaught.mjs", full);
      const printed = complaint([...start(name, program), "orphan"], full, 1);
      expectWhole(printed, REFUSALS.orphan);
      expect(framesOf(printed)).toContain(marked(program, "orphan").frame);
    });
  });

  test.each(nodes)("outside of a promise, in %s", (name) => {
    const program = place("uncaught.cjs", bare);
    const printed = complaint(command(name, program), bare, 1);
    expectWhole(printed, REFUSALS.naming);
    expect(framesOf(printed)[0]).toBe(marked(program, "naming").frame);
  });
});
