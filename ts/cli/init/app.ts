/** What `init --app` writes: the program of examples/start, called after the folder. */
import { basename, join } from "node:path";
import start from "#start";
import { ALCHEMY } from "../../generated/versions.ts";
import { config, DIFFERS, inTheWay, type Planned, textAt } from "./files.ts";
import { editManifest } from "./manifest.ts";

/** What the program is called in examples/start, and where the folder's name cannot be one. */
const NAME = "my-app";

const SCRIPTS = {
  deploy: "alchemy deploy",
  destroy: "alchemy destroy",
  dev: "alchemy dev",
  check: "alch-blocks check",
  types: "tsc",
};

/** With an older Node, Alchemy's own command cannot start a program in TypeScript. */
const ENGINES = { node: ">=22.18" };

const IGNORED = ["node_modules/", ".alchemy/", ".alchemy-journal/", "metrics/"];

/** Every file of the app that is not as it should be. */
export async function planApp(folder: string): Promise<Planned[]> {
  const name = await nameOf(folder);
  const files = Object.entries(start.files).map(([path, text]) => {
    return whole(join(folder, path), text.replaceAll(NAME, name));
  });
  const planned = [manifest(folder, name), ...files, ignored(folder), config({ folder })];
  return planned.filter((file) => file !== undefined && file.before !== file.after) as Planned[];
}

/** The name of the folder, if its resources can have it. */
async function nameOf(folder: string): Promise<string> {
  const { BlockError, physicalName } = await import("../../naming.ts");
  const name = basename(folder);
  try {
    // A queue takes the fewest characters of all kinds, so this name is right for blocks added later.
    physicalName("queue", name, "dev");
    return name;
  } catch (error) {
    if (error instanceof BlockError) return NAME;
    throw error;
  }
}

function whole(path: string, after: string): Planned {
  const before = textAt(path);
  const overwrites = before === undefined ? undefined : DIFFERS;
  return { path, before, after, overwrites };
}

/** It keeps the versions that the project has. */
function manifest(folder: string, name: string): Planned {
  const path = join(folder, "package.json");
  const before = textAt(path);
  const dependencies = { "@alch/blocks": `^${VERSION}`, alchemy: ALCHEMY.at(-1) ?? "" };
  const { text, taken } = editManifest(before ?? "{}\n", path, {
    added: { name, private: true, engines: ENGINES, dependencies, devDependencies: start.types },
    set: { type: "module", scripts: SCRIPTS },
  });
  const overwrites = before === undefined ? undefined : inTheWay(taken);
  return { path, before, after: text, overwrites };
}

/** It only gets lines. */
function ignored(folder: string): Planned {
  const path = join(folder, ".gitignore");
  const before = textAt(path);
  const lines = (before ?? "").split(/\r?\n/);
  const missing = IGNORED.filter(
    (line) => ![line, line.slice(0, -1)].some((one) => lines.includes(one)),
  );
  const old = before ?? "";
  const end = old === "" || old.endsWith("\n") ? "" : "\n";
  const after = `${old}${missing.length === 0 ? "" : end}${missing.map((line) => `${line}\n`).join("")}`;
  return { path, before, after, overwrites: undefined };
}
