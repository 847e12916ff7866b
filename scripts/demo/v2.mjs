// The same shop for Alchemy 2, in the account that has the stages of 0.94.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alchemy2Folder } from "../alchemy2.mjs";
import { root } from "../run.mjs";
import { check, dim, say, table, timed } from "./print.mjs";
import { run } from "./processes.mjs";
import { baseEnv, bun, temporary } from "./project.mjs";

const example = join(root, "examples", "shop-v2");
const STAGE = "next";

/** A copy of the example, in a folder where `alchemy` is Alchemy 2. */
export class ProjectV2 {
  constructor(account) {
    mkdirSync(temporary, { recursive: true });
    this.folder = mkdtempSync(join(temporary, "demo2-"));
    const modules = join(this.folder, "node_modules");
    const own = join(modules, "@alch", "blocks");
    mkdirSync(own, { recursive: true });
    // A copy and no link: its imports have to find Alchemy 2.
    cpSync(join(root, "dist"), join(own, "dist"), { recursive: true });
    cpSync(join(root, "package.json"), join(own, "package.json"));
    for (const name of ["alchemy", "effect"]) {
      symlinkSync(join(alchemy2Folder, "node_modules", name), join(modules, name));
    }
    for (const part of ["src", "migrations"]) {
      cpSync(join(example, part), join(this.folder, part), { recursive: true });
    }
    writeFileSync(join(this.folder, "package.json"), '{ "private": true, "type": "module" }');
    // Its own store is in the account, and needs Workers that run.
    const program = readFileSync(join(example, "alchemy.run.ts"), "utf8")
      .replace("Cloudflare.state()", "localState()")
      .replace("import * as Effect", 'import { localState } from "alchemy/State";\n$&');
    writeFileSync(join(this.folder, "alchemy.run.ts"), program);
    this.env = {
      ...baseEnv,
      ...account.env,
      HOME: this.folder,
      CLOUDFLARE_STAND_IN: account.url,
    };
  }

  /** Runs Alchemy's command line; throws with all that it printed if that fails. */
  run(command, stage) {
    const redirect = join(root, "tests", "deploy2", "redirect.ts");
    const cli = join(alchemy2Folder, "node_modules", "alchemy", "bin", "alchemy.ts");
    const args = ["--preload", redirect, cli, command, "alchemy.run.ts", "--stage", stage, "--yes"];
    return run(bun, args, { cwd: this.folder, env: this.env });
  }
}

export async function besideV2(account, shop) {
  const before = await account.held();
  await timed(`Deploy ${STAGE} with Alchemy 2, beside them`, () => shop.run("deploy", STAGE));
  const made = added(before, await account.held());
  table([["with Alchemy 2", ""], ...made.map(({ kind, name }) => [kind, name])]);
  say(dim("Alchemy 2 makes the name of a workflow from that of its Worker.\n"));
  check(unchanged(before, await account.held()), "what Alchemy 0.94 has deployed is as it was");

  const full = await account.held();
  const output = await timed("Deploy prod with Alchemy 2, which Alchemy 0.94 has deployed", () =>
    shop.run("deploy", "prod").catch(({ message }) => message),
  );
  say(
    `${/the [^`\n]*`[^`\n]+` (?:belongs to|exists in the account).*$/m.exec(output)?.[0] ?? "It was deployed."}\n`,
  );
  check(output.includes("code: owned-elsewhere"), "it is refused");
  check(unchanged(full, await account.held()), "all that was there is as it was");

  await timed(`Destroy ${STAGE}`, () => shop.run("destroy", STAGE));
  const left = (await account.held()).filter(({ id }) => made.some((one) => one.id === id));
  check(left.length === 0, `${STAGE} has no resource left`);
}

const added = (before, after) => after.filter(({ id }) => !before.some((one) => one.id === id));

/** Whether all that was there is there, with its data. */
function unchanged(before, after) {
  const all = new Set(after.map((one) => JSON.stringify(one)));
  return before.every((one) => all.has(JSON.stringify(one)));
}
