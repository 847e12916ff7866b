/**
 * Previews per pull request, word by word: from an empty repository to swept stages. The files of the page are
 * written, its commands are run, and where the page says that a workflow runs, the steps of that workflow run.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { type Cloudflare, startCloudflare } from "../cloudflare/index.ts";
import { GitHub, REPOSITORY_ID, TOKEN } from "../github/server.ts";
import { pack, type Tarball } from "../package/project.ts";
import { command } from "../package/runtimes.ts";
import { codeIn, root, sectionsIn, textOf } from "./markdown.ts";

const PAGE = "docs/previews.md";
const INSTALL = "npm install alchemy @alch/blocks";
const CLOSED = { state: "closed", closed_at: "2026-01-02T03:04:05Z" } as const;
/** The state of all stages is kept there. */
const STORE = ["DurableObjectNamespace Store", "Worker alchemy-state-service"];

let temporary: string;
let folder: string;
let tarball: Tarball;
let cloudflare: Cloudflare;
let github: GitHub;

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), "alch-blocks-previews-"));
  folder = join(temporary, "shop");
  mkdirSync(folder);
  tarball = await pack(temporary);
  cloudflare = await startCloudflare({ subdomainPatienceMs: 2000 });
  github = new GitHub();
}, 120_000);

afterAll(async () => {
  await cloudflare?.close();
  await github?.[Symbol.asyncDispose]();
  if (temporary) rmSync(temporary, { recursive: true, force: true });
});

/** What the page has the reader set, as secrets and in the terminal. */
const secrets = (): Record<string, string> => ({
  CLOUDFLARE_API_TOKEN: cloudflare.env.CLOUDFLARE_API_TOKEN ?? "",
  CLOUDFLARE_SWEEP_TOKEN: cloudflare.env.CLOUDFLARE_API_TOKEN ?? "",
  CLOUDFLARE_ACCOUNT_ID: cloudflare.account.id,
  ALCHEMY_STATE_TOKEN: "state-token",
  ALCHEMY_PASSWORD: "",
});

/** Runs the lines of a script, and gives what they print. */
async function shell(script: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const [node = ""] = command("Node 22", "");
  const rerouted = join(root, "tests", "cloudflare", "workers-dev.ts");
  const child = Bun.spawn(["bash", "-eo", "pipefail"], {
    cwd: folder,
    env: {
      PATH: [dirname(node), join(root, "node_modules", ".bin"), process.env.PATH].join(":"),
      HOME: temporary,
      npm_config_offline: "true",
      npm_config_cache: process.env.npm_config_cache ?? join(process.env.HOME ?? "", ".npm"),
      ALCHEMY_TELEMETRY_DISABLED: "1",
      NO_COLOR: "1",
      CLOUDFLARE_BASE_URL: cloudflare.env.CLOUDFLARE_BASE_URL ?? "",
      NODE_OPTIONS: `--no-warnings --import ${rerouted}`,
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: github.repository,
      GITHUB_REPOSITORY_ID: `${REPOSITORY_ID}`,
      ...env,
    },
    stdin: new Blob([script]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`\`${script}\` ended with ${code}:\n${out}${error}`);
  return out;
}

/** Installs the tarball in place of what the registry has; Alchemy is this project's. */
async function install(): Promise<void> {
  const flags = "--offline --legacy-peer-deps --ignore-scripts --no-audit --no-fund";
  await shell(`npm install ${flags} "${tarball.path}"`, { NODE_OPTIONS: "" });
  const target = join(folder, "node_modules", "alchemy");
  symlinkSync(join(root, "node_modules", "alchemy"), target, "junction");
  // Bun has no option in its environment for what it loads first.
  const rerouted = join(root, "tests", "cloudflare", "workers-dev.ts");
  writeFileSync(join(folder, "bunfig.toml"), `preload = [${JSON.stringify(rerouted)}]\n`);
}

/** Writes the files of a section, and runs its commands as a reader does. */
async function follow(section: string): Promise<string> {
  let out = "";
  for (const { language, text, file } of codeIn(section)) {
    if (file !== undefined) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    } else if (language === "sh") {
      // A reader has one shell for all of them.
      expect(text).not.toMatch(/^cd /m);
      const [before = "", after] = text.split(`${INSTALL}\n`);
      const env = { ...secrets(), GITHUB_TOKEN: TOKEN };
      out += await shell(before, env);
      if (after === undefined) continue;
      await install();
      out += await shell(after, env);
    } else expect(["text", "yaml"]).toContain(language);
  }
  return out;
}

interface Step {
  id?: string;
  run?: string;
  env?: Record<string, string>;
}

/** Runs the scripts of a job of a workflow in the project, for a pull request. */
async function job(workflow: string, name: string, pull: number): Promise<void> {
  const text = readFileSync(join(folder, ".github", "workflows", `${workflow}.yml`), "utf8");
  const { env: all, jobs } = parse(text) as {
    env: Record<string, string>;
    jobs: Record<string, { steps: Step[] }>;
  };
  const given: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(secrets()).map(([key, value]) => [`secrets.${key}`, value]),
    ),
    "github.token": TOKEN,
    "github.event.pull_request.number": `${pull}`,
    "github.event_name == 'schedule' || inputs.delete": "true",
  };
  const filled = (env: Record<string, string> = {}) => {
    const values = Object.entries(env).map(([key, value]) => {
      const fill = (_: string, expression: string) => given[expression] ?? `no ${expression}`;
      return [key, `${value}`.replaceAll(/\$\{\{ (.*?) \}\}/g, fill)];
    });
    return Object.fromEntries(values) as Record<string, string>;
  };
  for (const { id, run, env } of jobs[name]?.steps ?? []) {
    // The packages are there: another install would take the place of this project's Alchemy.
    if (run === undefined || id === "install") continue;
    await shell(run, { ...filled(all), ...filled(env), CI: "true" });
  }
}

const held = () =>
  cloudflare.account
    .state()
    .map(({ kind, name }) => `${kind} ${name}`)
    .filter((one) => !STORE.includes(one))
    .sort();

const stage = (number: number) => [
  `D1Database shop-db-pr-${number}`,
  `Worker shop-api-pr-${number}`,
];

/** What happens in each section besides what it tells the reader to do. */
const SECTIONS: Readonly<Record<string, (section: string) => Promise<void>>> = {
  "Previews per pull request": async (section) => {
    // Those of a project that is there already: they are run below.
    const [{ text = "" } = {}] = codeIn(section);
    const rest = sectionsIn(textOf(PAGE)).slice(1).join("");
    for (const line of text.trim().split("\n")) {
      expect(rest).toContain(line.replace("install --save-dev", "install alchemy"));
    }
  },
  "1. Write the app": async (section) => void (await follow(section)),
  "2. Add the workflows": async (section) => {
    await follow(section);
    for (const [, file = ""] of section.matchAll(/^\| `(\.github\S+)`/gm)) {
      expect(readFileSync(join(folder, file), "utf8")).toContain("npm run ");
    }
    const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    for (const name of ["preview:deploy", "preview:urls", "preview:destroy", "stages:sweep"]) {
      expect(scripts[name]).toBeString();
      expect(section).toContain(`\`${name}\``);
    }
  },
  "3. Set the secrets": async (section) => {
    const told = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name = ""]) => name);
    const files = ["previews", "sweep-stages"].map((name) => {
      return readFileSync(join(folder, ".github", "workflows", `${name}.yml`), "utf8");
    });
    const used = [...files.join().matchAll(/secrets\.(\w+)/g)].map(([, name = ""]) => name);
    expect(told.sort()).toEqual([...new Set(used)].sort());
    expect(told).toEqual(Object.keys(secrets()).sort());
  },
  "4. Open a pull request": async (section) => {
    for (let at = 0; at < 8; at++) github.plant({ pull_request: {} });
    for (const number of [7, 8]) {
      github.pulls.set(number, { state: "open", closed_at: null });
      await job("previews", "deploy", number);
      expect(github.commentsOf(number)).toEqual([expect.stringContaining("workers.dev")]);
    }
    expect(section).toContain("`shop-db-pr-7`");
    expect(held()).toEqual([...stage(7), ...stage(8)].sort());
    await job("previews", "deploy", 7);
    expect(github.commentsOf(7)).toHaveLength(1);
    expect(await follow(section)).toContain("https://shop-api-pr-7.");
  },
  "5. Close it": async (section) => {
    await follow(section);
    await expect(job("previews", "destroy", 7)).rejects.toThrow("is not known to be closed");
    expect(held()).toEqual([...stage(7), ...stage(8)].sort());
    github.pulls.set(7, CLOSED);
    await job("previews", "destroy", 7);
    expect(held()).toEqual(stage(8));
    expect(github.commentsOf(7)).toHaveLength(1);
    // A first deploy that fails makes nothing, and closing its pull request is no failure.
    github.plant({ pull_request: {} });
    github.pulls.set(9, { state: "open", closed_at: null });
    cloudflare.faults.add({ kind: "403", method: "POST", path: /d1\/database$/, count: 9 });
    await expect(job("previews", "deploy", 9)).rejects.toThrow("preview:deploy");
    cloudflare.faults.clear();
    github.pulls.set(9, CLOSED);
    await job("previews", "destroy", 9);
    await job("previews", "destroy", 9);
    expect(held()).toEqual(stage(8));
    expect(github.commentsOf(9)).toEqual([]);
  },
  "6. Sweep what is left": async (section) => {
    github.pulls.set(8, CLOSED);
    // The `Date` of an answer has whole seconds, so a new resource seems to be from the future.
    await Bun.sleep(1100);
    // What the schedule does on the same day.
    await job("sweep-stages", "sweep", 0);
    expect(held()).toEqual(stage(8));
    const out = await follow(section);
    expect(out).toContain("mark");
    expect(held()).toEqual([]);
    // The next day finds nothing.
    await job("sweep-stages", "sweep", 0);
  },
  "One line instead of the files": async (section) => {
    const [{ text = "" } = {}] = codeIn(section);
    const [, { with: inputs }] = parse(text.replaceAll(/uses: <.*/g, "uses: x"));
    const action = parse(textOf("action.yml"));
    for (const name of Object.keys(inputs)) expect(Object.keys(action.inputs)).toContain(name);
  },
  Next: async () => {},
};

test("previews work, from an empty repository to swept stages", async () => {
  const sections = sectionsIn(textOf(PAGE));
  const titles = sections.map((section) => /^#+ (.+)$/m.exec(section)?.[1] ?? "");
  expect(titles).toEqual(Object.keys(SECTIONS));
  for (const [at, section] of sections.entries()) await SECTIONS[titles[at] ?? ""]?.(section);
  expect(cloudflare.unhandled).toEqual([]);
  expect(github.misuse).toEqual([]);
}, 300_000);
