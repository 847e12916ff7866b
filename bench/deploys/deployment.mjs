// An app that is deployed to an account of its own, each time by a process of its own.
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { startCloudflare } from "../../tests/cloudflare/index.ts";

const PROGRAM = "alchemy.run.ts";

/**
 * The folders of all apps. They are removed when all is measured: a file system takes longer to find
 * a place for new files while it has many that were just freed, and that falls on whoever is next.
 */
const folders = [];

export async function removeAll() {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

export class Deployment {
  constructor(folder, cloudflare) {
    this.folder = folder;
    this.cloudflare = cloudflare;
  }

  /** With the text of the program, and a folder of what else it needs. */
  static async start(program, template) {
    const temporary = join(import.meta.dirname, "..", ".tmp");
    await mkdir(temporary, { recursive: true });
    const folder = await mkdtemp(join(temporary, "deployment-"));
    folders.push(folder);
    // With a manifest of its own it would not find the package by its name.
    const filter = (file) => basename(file) !== "package.json";
    if (template) await cp(template, folder, { recursive: true, filter });
    await writeFile(join(folder, PROGRAM), program);
    return new Deployment(folder, await startCloudflare());
  }

  /**
   * Milliseconds of the whole process and of the processors for it; and what the program says
   * itself in its last line, where it says something.
   */
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
    const whole = performance.now() - started;
    if (code !== 0) throw new Error(output + errors);
    const { user, system } = child.resourceUsage().cpuTime;
    return { whole, cpu: Number(user + system) / 1000, ...said(output) };
  }

  async [Symbol.asyncDispose]() {
    await this.cloudflare.close();
  }
}

function said(output) {
  const last = output.trim().split("\n").at(-1) ?? "";
  return last.startsWith("{") ? JSON.parse(last) : {};
}
