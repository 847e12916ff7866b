/** Asks the user's own Alchemy 2 what it would do, which evaluates the new program. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { INSTALL_2 } from "../../generated/versions.ts";
import { Problem } from "../problem.ts";
import { Secrets } from "../secrets.ts";

/** What Alchemy printed, and how it ended. */
export interface Planned {
  stage: string;
  output: string;
  code: number | null;
}

const HELP = `install it beside the new program: \`${INSTALL_2}\``;

/** The command line of the Alchemy 2 that a program in `folder` imports. */
export function alchemy2For(folder: string): string {
  const found = packageFrom(folder);
  if (found === undefined) throw new Problem("there is no Alchemy 2", HELP, "alchemy2-missing");
  const { version, bin } = JSON.parse(readFileSync(join(found, "package.json"), "utf8")) as {
    version?: string;
    bin?: string | Record<string, string>;
  };
  if (!version?.startsWith("2.")) {
    const message = `the program would be run by Alchemy ${version ?? "of no version"}`;
    throw new Problem(message, HELP, "alchemy2-missing");
  }
  const file = typeof bin === "string" ? bin : bin?.alchemy;
  if (file === undefined) {
    throw new Problem("this Alchemy 2 has no command line", HELP, "alchemy2-missing");
  }
  return join(found, file);
}

/** The package as Node looks for it: in the folder, and in all above. */
function packageFrom(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, "node_modules", "alchemy");
    if (existsSync(join(found, "package.json"))) return found;
    if (dirname(at) === at) return undefined;
  }
}

/** Runs `alchemy plan` with the credentials of this process. */
export async function planned(
  program: string,
  stages: readonly string[],
  rootOf: (stage: string) => string,
): Promise<Planned[]> {
  const command = alchemy2For(dirname(program));
  const all: Planned[] = [];
  for (const stage of stages) {
    const args = ["plan", program, "--stage", stage];
    all.push({ stage, ...(await run(command, args, rootOf(stage))) });
  }
  return all;
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<Omit<Planned, "stage">> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: "1", CI: process.env.CI ?? "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", reject);
    // The program may print what it was given.
    const secrets = new Secrets(process.env);
    child.on("close", (code) => resolve({ output: secrets.hidden(output), code }));
  });
}
