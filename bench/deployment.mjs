// An app with an account of its own. Each deploy is a process of its own.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startCloudflare } from "../tests/cloudflare/index.ts";

const PROGRAM = "alchemy.run.ts";

/** Removed at the end: removing many files would slow down the next deploys. */
const folders = [];

export async function removeAll() {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

export class Deployment {
  constructor(folder, cloudflare) {
    this.folder = folder;
    this.cloudflare = cloudflare;
  }

  static async start(program) {
    const temporary = join(import.meta.dirname, ".tmp");
    await mkdir(temporary, { recursive: true });
    const folder = await mkdtemp(join(temporary, "deployment-"));
    folders.push(folder);
    await writeFile(join(folder, PROGRAM), program);
    return new Deployment(folder, await startCloudflare());
  }

  /** Milliseconds of the whole process. */
  async deploy(stage) {
    const started = performance.now();
    const child = Bun.spawn([process.execPath, PROGRAM, "--stage", stage], {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...this.cloudflare.env,
        ALCHEMY_TELEMETRY_DISABLED: "1",
      },
      stdout: "pipe",
      stderr: "pipe",
    });
    const [output, errors, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    if (code !== 0) throw new Error(output + errors);
    return performance.now() - started;
  }

  async [Symbol.asyncDispose]() {
    await this.cloudflare.close();
  }
}
