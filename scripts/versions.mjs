// Tests the package with the versions of Alchemy that it is for: `npm run versions` with the newest patch
// of each minor version of 0.x and the newest betas of 2 that the registry has, `npm run versions --
// 0.84.0 …` with some. Each is installed in a folder of its own in `.tools/versions/`, which stays. What
// passed is recorded in `tests/versions/results.json`, from which `npm run generate` makes a table of
// `docs/versions.md`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alchemy2Folder } from "./alchemy2.mjs";
import { build } from "./build.mjs";
import { capture, root, run, step } from "./run.mjs";
import { runAll } from "./suites.mjs";

/** Older versions are not tested. */
const FIRST_MINOR = 81;
const FIRST_BETA = 77;
const BETAS = 3;

const RESULTS = join(root, "tests", "versions", "results.json");

/** What is deployed with a version; the slowest machine sets the limit. */
const LIMITS = ["--timeout=1200000", "--max-concurrency=4"];
const TESTS = ["./tests/versions/alchemy.ts"];
const TESTS2 = ["loss", "blocks", "evaluate"].map((name) => `./tests/deploy2/${name}.test.ts`);

await build({ quick: true });

const isTwo = (version) => version.startsWith("2.");

/** The versions that the registry has and that are to be tested. */
function newest() {
  const versions = JSON.parse(capture("npm", ["view", "alchemy", "versions", "--json"]));
  const patches = new Map();
  for (const version of versions) {
    const [, minor, patch] = /^0\.(\d+)\.(\d+)$/.exec(version)?.map(Number) ?? [];
    if (minor < FIRST_MINOR || !(patch >= (patches.get(minor) ?? 0))) continue;
    patches.set(minor, patch);
  }
  const minors = [...patches].sort(([a], [b]) => a - b);
  const betas = versions.flatMap((version) => /^2\.0\.0-beta\.(\d+)$/.exec(version)?.[1] ?? []);
  const last = betas
    .map(Number)
    .filter((beta) => beta >= FIRST_BETA)
    .sort((a, b) => a - b);
  return [
    ...minors.map(([minor, patch]) => `0.${minor}.${patch}`),
    ...last.slice(-BETAS).map((beta) => `2.0.0-beta.${beta}`),
  ];
}

const project2 = readFileSync(join(alchemy2Folder, "package.json"), "utf8");
const newest2 = JSON.parse(project2).dependencies;

/** The Effect that a version of Alchemy 2 is made for: the oldest one that it takes. */
function effectFor(version) {
  const range = capture("npm", ["view", `alchemy@${version}`, "peerDependencies.effect"]);
  return /\d+\.\d+\.\d+[\w.-]*/.exec(range)?.[0] ?? newest2.effect;
}

/** What a version imports and does not install. */
const FORGOTTEN = { "2.0.0-beta.78": { mime: "4.1.2" } };

/** What to install for a version. All packages of Effect have one version. */
function manifest(version) {
  if (!isTwo(version)) return { private: true, dependencies: { alchemy: version } };
  const project = JSON.parse(project2.replaceAll(newest2.effect, effectFor(version)));
  const dependencies = { ...project.dependencies, alchemy: version, ...FORGOTTEN[version] };
  return { ...project, dependencies };
}

/** Installs a version if it is not there yet; gives its folder. */
async function install(version) {
  // The build has installed this one already.
  if (version === newest2.alchemy) return alchemy2Folder;
  const folder = join(root, ".tools", "versions", version);
  const done = join(folder, "node_modules", ".complete");
  const wanted = JSON.stringify(manifest(version));
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), wanted);
  // Its peers are for other clouds and frameworks.
  const flags = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"];
  const args = ["install", ...flags, ...(isTwo(version) ? [] : ["--legacy-peer-deps"])];
  await step(`installing Alchemy ${version}`, () => run("npm", args, { cwd: folder }));
  writeFileSync(done, wanted);
  return folder;
}

const count = (output) => ({
  passed: Number(/^ *(\d+) pass$/m.exec(output)?.[1] ?? 0),
  failed: Number(/^ *(\d+) fail$/m.exec(output)?.[1] ?? 0),
});

const suite = (version, folder) => ({
  name: version,
  command: "bun",
  args: ["test", ...LIMITS, ...(isTwo(version) ? TESTS2 : TESTS)],
  env: { TESTED_ALCHEMY: version, TESTED_ALCHEMY_FOLDER: folder },
  count,
});

function record(results) {
  const recorded = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, "utf8")) : {};
  for (const { name, passed, failed } of results) {
    const effect = isTwo(name) ? { effect: effectFor(name) } : {};
    recorded[name] = { passed, failed, ...effect };
  }
  const collator = new Intl.Collator("en", { numeric: true });
  const sorted = Object.entries(recorded).sort(([a], [b]) => collator.compare(a, b));
  writeFileSync(RESULTS, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

const asked = process.argv.slice(2);
const versions = asked.length > 0 ? asked : newest();
const suites = [];
for (const version of versions) suites.push(suite(version, await install(version)));
const results = await runAll(suites);
record(results);
process.exitCode = results.every(({ failed, passed }) => failed === 0 && passed > 0) ? 0 : 1;
