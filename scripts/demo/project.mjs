// A copy of the example that can be deployed without leaving anything in the tree.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";
import { printed, run, start, stop } from "./processes.mjs";

export const bun = join(root, "node_modules", ".bin", "bun");
export const temporary = join(root, "tests", ".tmp");
const example = join(root, "examples", "shop");

/** What children inherit: nothing that chooses a stage, a state store or an account, nor CI. */
const inherited = ["PATH", "HOME", "TMPDIR", "LANG"];
export const baseEnv = {
  ...Object.fromEntries(inherited.map((key) => [key, process.env[key] ?? ""])),
  ALCHEMY_TELEMETRY_DISABLED: "1",
  NO_COLOR: "1",
};

export class Project {
  constructor(account) {
    mkdirSync(temporary, { recursive: true });
    // Below the package, so that the program finds @alch/blocks by its name.
    this.folder = mkdtempSync(join(temporary, "demo-"));
    for (const part of ["alchemy.run.ts", "src", "migrations"]) {
      cpSync(join(example, part), join(this.folder, part), { recursive: true });
    }
    // Local mode keeps its data in the nearest folder above that has a lock file: this one.
    writeFileSync(join(this.folder, "package-lock.json"), "{}");
    this.env = {
      ...baseEnv,
      ...account.env,
      MINIFLARE_REGISTRY_PATH: join(this.folder, ".registry"),
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
    };
  }

  /** Deploys a stage and gives what Alchemy printed. */
  deploy(stage) {
    return run(bun, this.#args(stage), this.#options);
  }

  /** Deploys a stage with more at the end of its program; gives the error that it ends with. */
  async refused(stage, more) {
    const source = readFileSync(join(this.folder, "alchemy.run.ts"), "utf8");
    const end = "await app.finalize();";
    writeFileSync(join(this.folder, "more.run.ts"), source.replace(end, `${more}\n${end}`));
    const args = ["more.run.ts", "--stage", stage, "--adopt"];
    const over = await run(bun, args, this.#options).catch(({ message }) => message);
    return /^.*code: "[a-z-]+"/ms.exec(over)?.[0] ?? "";
  }

  destroy(stage) {
    return run(bun, this.#args(stage, "--destroy"), this.#options);
  }

  /** Runs a stage in workerd; gives its URL once it answers for that stage. */
  async serve(stage) {
    for (let tries = 1; ; tries++) {
      const child = start(bun, this.#args(stage, "--local"), this.#options);
      try {
        return { child, url: await this.#urlOf(stage, child) };
      } catch (error) {
        await stop(child);
        // Stages of one folder share workerd's metadata files, and one can find them locked.
        if (tries === 3 || !child.output.includes("SQLITE_BUSY")) throw error;
      }
    }
  }

  async #urlOf(stage, child) {
    const [, url] = await printed(child, /^\S+ is at (http\S+?)\/?\r?\n/m, 60);
    const answer = await fetch(url);
    const { stage: answers } = await answer.json();
    if (answers !== stage) throw new Error(`${url} is ${answers}, not ${stage}`);
    return url;
  }

  /** The rows that Alchemy's state holds of a stage. */
  rows(stage) {
    const folder = join(this.folder, ".alchemy", "shop", stage);
    const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
  }

  /** The folders of one kind of local data. */
  localFolders(kind) {
    const folder = join(this.folder, ".alchemy", "miniflare", "v3", kind);
    return readdirSync(folder).filter((name) => !/^miniflare-.*Object$/.test(name));
  }

  get #options() {
    return { cwd: this.folder, env: this.env };
  }

  #args(stage, ...more) {
    return ["alchemy.run.ts", "--stage", stage, ...more];
  }
}
