/**
 * `alch-blocks check` beside two tools that people would write such rules in, on one corpus: ESLint
 * with typescript-eslint, and ast-grep. Prints JSON.
 *
 * Each run is a process of its own, they take turns, and each must find what is in the corpus. The
 * rules of the others are simpler than ours: they follow no import and know of no collision.
 */
import { cp, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeCorpus } from "./check/corpus.mjs";
import { summary } from "./measure.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const here = join(import.meta.dir, "check");
const modules = join(here, "node_modules");
const node = process.env.NODE ?? "node";

/** The program itself: started by its launcher in JavaScript it takes longer. */
async function astGrep() {
  const scope = join(modules, "@ast-grep");
  const [folder] = (await readdir(scope)).filter((name) => name.startsWith("cli-"));
  if (!folder) throw new Error("ast-grep has no program for this machine");
  return join(scope, folder, process.platform === "win32" ? "ast-grep.exe" : "ast-grep");
}

/** How often each code was found. */
function counted(codes) {
  const count = (wanted) => codes.filter((code) => wanted.includes(code)).length;
  return {
    resources: count(["raw-resource", "raw"]),
    fixed: count(["fixed-name", "fixed"]),
  };
}

async function tools(corpus) {
  const main = join(import.meta.dir, "..", "dist", "cli", "main.js");
  const eslint = join(modules, "eslint", "bin", "eslint.js");
  const blocks = ["check", "--json"];
  const lint = ["--config", join(corpus, "eslint.config.mjs"), "--format", "json", "packages"];
  const scan = ["scan", "--rule", join(here, "rules.yml"), "--json=stream", "packages"];
  const ours = (out) => JSON.parse(out).findings.map(({ code }) => code);
  const theirs = (out) =>
    JSON.parse(out).flatMap(({ messages }) => messages.map(({ messageId }) => messageId));
  const lines = (out) =>
    out
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line).ruleId);
  return {
    "alch-blocks, in Node": { command: [node, main, ...blocks], codes: ours },
    "alch-blocks, in Bun": { command: [process.execPath, main, ...blocks], codes: ours },
    ESLint: { command: [node, eslint, ...lint], codes: theirs },
    "ast-grep": { command: [await astGrep(), ...scan], codes: lines },
  };
}

async function measure({ command, codes }, corpus, made) {
  const started = performance.now();
  const child = Bun.spawn(command, { cwd: corpus, stdout: "pipe", stderr: "pipe" });
  const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()];
  const [out, error] = await Promise.all([...texts, child.exited]);
  const time = performance.now() - started;
  if (![0, 1].includes(child.exitCode)) throw new Error(`${command.join(" ")}: ${error}`);
  const found = counted(codes(out));
  if (found.resources !== made.resources || found.fixed !== made.fixed) {
    throw new Error(`${command.join(" ")} found ${JSON.stringify(found)}`);
  }
  return { time, memory: child.resourceUsage().maxRSS };
}

async function main(corpus) {
  const made = writeCorpus(corpus);
  // ESLint reads nothing outside of the folder that its config is in.
  for (const file of ["eslint.config.mjs", "rule.mjs"])
    await cp(join(here, file), join(corpus, file));
  await symlink(modules, join(corpus, "node_modules"), "junction");
  const all = Object.entries(await tools(corpus));
  const measured = Object.fromEntries(all.map(([name]) => [name, []]));
  // The first round fills the caches of the system, and is not counted.
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, tool] of all) {
      const result = await measure(tool, corpus, made);
      if (round >= 0) measured[name].push(result);
    }
  }
  const results = Object.entries(measured).map(([name, runs]) => ({
    name,
    time: summary(runs.map(({ time }) => time)),
    memory: Math.max(...runs.map(({ memory }) => memory)),
  }));
  console.log(JSON.stringify({ corpus: made, tools: results }));
}

const folder = await mkdtemp(join(tmpdir(), "alch-blocks-corpus-"));
try {
  await main(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
