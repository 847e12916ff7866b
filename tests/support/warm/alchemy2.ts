/** Runs the command line of Alchemy 2 again and again. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import "../../deploy2/redirect.ts";
import { folder2 } from "../installed.ts";
import { anew, serve } from "./loop.ts";

const SOURCES = join(folder2, "node_modules", "alchemy", "src");

const moves: ((folder: string) => void)[] = [];
Object.assign(globalThis, { whenMoved: (move: (folder: string) => void) => moves.push(move) });
// Two modules look once in which folder their process began.
await Bun.plugin({
  name: "working-directory",
  setup(build) {
    build.onLoad(
      { filter: /[/\\](?:Util[/\\]Node|State[/\\]LocalState)\.ts$/ },
      async ({ path }) => {
        const source = await readFile(path, "utf8");
        const contents = source.replace(
          /^(export )?const initialCwd(: string)? = process\.cwd\(\);$/m,
          "$1let initialCwd$2 = process.cwd();\nwhenMoved((folder) => { initialCwd = folder; });",
        );
        if (contents === source) throw new Error(`no folder was found in ${path}`);
        return { contents, loader: "ts" };
      },
    );
  },
});
const { runMain } = (await import(join(SOURCES, "Util", "PlatformServices.ts"))) as {
  runMain: (main: unknown) => void;
};

serve({
  prepare({ folder }) {
    for (const move of moves) move(folder);
  },
  async start() {
    // It reads its arguments when it is loaded.
    const { main } = (await import(anew(join(SOURCES, "Cli", "main.ts")))) as { main: unknown };
    runMain(main);
    // It calls `process.exit` in any case.
    await new Promise<never>(() => {});
  },
  forget: () => {},
  // One that fails calls `process.exit` twice: the second time from a timer that is set by now.
  settle: () => new Promise((resolve) => setTimeout(resolve, 5)),
  isOver: () => false,
});
