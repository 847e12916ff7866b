/** The compiler, for programs that are texts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alchemy2Folder } from "../../scripts/alchemy2.mjs";
import { root } from "./markdown.ts";

const OPTIONS = {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  target: "es2023",
  module: "nodenext",
  lib: ["es2023", "dom"],
  types: ["@cloudflare/workers-types"],
};

const v2 = (path: string) => join(alchemy2Folder, "node_modules", path);

/** Programs for Alchemy 2 see that version, which is not where Node looks for it. */
export const V2_PATHS = {
  alchemy: [v2("alchemy/lib/index.d.ts")],
  "alchemy/Cloudflare": [v2("alchemy/lib/Cloudflare/index.d.ts")],
  "alchemy/*": [v2("alchemy/lib/*.d.ts"), v2("alchemy/lib/*/index.d.ts")],
  effect: [v2("effect/dist/index.d.ts")],
  "effect/*": [v2("effect/dist/*.d.ts")],
};

/** What the compiler says of programs. */
export async function compiled(programs: readonly string[], options: object): Promise<string> {
  const temporary = join(root, "tests", ".tmp");
  mkdirSync(temporary, { recursive: true });
  const folder = mkdtempSync(join(temporary, "compiled-"));
  try {
    for (const [at, text] of programs.entries()) writeFileSync(join(folder, `${at}.ts`), text);
    const config = { compilerOptions: { ...OPTIONS, ...options }, include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules", ".bin", "tsc");
    const child = Bun.spawn([tsc, "-p", folder], { cwd: folder, stdout: "pipe" });
    return await new Response(child.stdout).text();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
