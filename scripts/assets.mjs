// What the command line carries as text: the script and the style of the dashboard, with the
// charting library in them, and the pipelines and the program that `init` writes.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { licenses } from "./licenses.mjs";
import { root } from "./run.mjs";

const TEMPLATES = join("ts", "cli", "init", "ci");
/** What `init` writes. The monitor's workflow is this repository's own. */
export const PIPELINES = {
  monitor: join(".github", "workflows", "monitor-collisions.yml"),
  previews: join(TEMPLATES, "previews.yml"),
  sweep: join(TEMPLATES, "sweep.yml"),
  gitlab: join(TEMPLATES, "gitlab.yml"),
};

/** The program that `init --app` writes. */
export const START = join("examples", "start");
/** What it needs to check its types, in the versions of this project. */
const TYPES = ["@cloudflare/workers-types", "typescript"];

function start() {
  const paths = readdirSync(join(root, START), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(join(root, START), join(parentPath, name)));
  const read = (path) => readFileSync(join(root, START, path), "utf8");
  const files = paths.sort().map((path) => [path.replaceAll("\\", "/"), read(path)]);
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const types = TYPES.map((name) => [name, devDependencies[name]]);
  return JSON.stringify({ files: Object.fromEntries(files), types: Object.fromEntries(types) });
}

const CLIENT = join("ts", "cli", "monitor", "dashboard", "client");
const ENTRIES = {
  "#dashboard-script": join(CLIENT, "main.ts"),
  "#dashboard-style": join(CLIENT, "style.css"),
};

/** A file for browsers, in one piece, with what it imports and the licences of that. */
export async function inOne(entry, target = ["chrome109", "firefox115", "safari16"], plugins = []) {
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target,
    minify: true,
    charset: "ascii",
    legalComments: "none",
    loader: { ".wasm": "base64" },
    plugins,
    metafile: true,
    logLevel: "warning",
  });
  const { inputs } = metafile;
  return { text: withLicenses(outputFiles[0].text, Object.keys(inputs)), inputs };
}

/** The page is handed on without the package, so the licences are in it, too. */
function withLicenses(text, inputs) {
  const found = licenses(inputs);
  return found === "" ? text : `/*\n${found.replaceAll("*/", "* /").trim()}\n*/\n${text}`;
}

/** Resolves the names above to their texts. */
export function assets() {
  return {
    name: "assets",
    setup(build) {
      const inputs = {};
      build.onResolve(
        { filter: /^#(dashboard-script|dashboard-style|start|ci\/\w+)$/ },
        ({ path }) => ({
          path,
          namespace: "asset",
        }),
      );
      build.onLoad({ filter: /^#ci\//, namespace: "asset" }, ({ path }) => ({
        contents: readFileSync(join(root, PIPELINES[path.slice("#ci/".length)]), "utf8"),
        loader: "text",
      }));
      build.onLoad({ filter: /^#start$/, namespace: "asset" }, () => ({
        contents: start(),
        loader: "json",
      }));
      build.onLoad({ filter: /^#dashboard/, namespace: "asset" }, async ({ path }) => {
        const made = await inOne(ENTRIES[path]);
        Object.assign(inputs, made.inputs);
        return { contents: made.text, loader: "text" };
      });
      // What went into a text went into the bundle.
      build.onEnd(({ metafile }) => {
        if (metafile) Object.assign(metafile.inputs, inputs);
      });
    },
  };
}
