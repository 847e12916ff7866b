/** A reader of a page: writes its files and runs its commands, in a folder that has the packed package. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Cloudflare, startCloudflare } from "../cloudflare/index.ts";
import { pack, type Tarball } from "../package/project.ts";
import { command, type Runtime } from "../package/runtimes.ts";
import { type Code, root } from "./markdown.ts";

/** What pages say to install. The tarball is installed in its place, and Alchemy is this project's. */
export const INSTALL = "npm install alchemy @alch/blocks";

/** What became of a block of commands. */
export interface Done {
  script: string;
  out: string;
  /** The calls that could change something. */
  changed: string[];
  /** The names that the account has after it. */
  held: string[];
}

export class Reader implements AsyncDisposable {
  private constructor(
    readonly temporary: string,
    readonly tarball: Tarball,
    readonly cloudflare: Cloudflare,
    /** What is on the path before everything else. */
    private readonly first: readonly string[],
  ) {}

  /** @param runtime What runs the commands; without one, the Node of the tests. */
  static async start(runtime?: Runtime): Promise<Reader> {
    const temporary = mkdtempSync(join(tmpdir(), "alch-blocks-reader-"));
    const first =
      runtime === undefined
        ? []
        : command(runtime, "")
            .slice(0, 1)
            .map((path) => dirname(path));
    const [tarball, cloudflare] = await Promise.all([
      pack(temporary),
      startCloudflare({ subdomainPatienceMs: 2000 }),
    ]);
    return new Reader(temporary, tarball, cloudflare, first);
  }

  /** An empty folder. */
  folder(name: string): string {
    const folder = join(this.temporary, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** The names in the account. */
  held(): string[] {
    return this.cloudflare.account
      .state()
      .map(({ name }) => name)
      .sort();
  }

  /** Runs the lines of a block in a shell of their own, as a reader would, and gives what they print. */
  async shell(script: string, folder: string): Promise<string> {
    const child = Bun.spawn(["sh", "-e"], {
      cwd: folder,
      env: {
        PATH: [...this.first, join(root, "node_modules", ".bin"), process.env.PATH].join(":"),
        HOME: this.temporary,
        npm_config_offline: "true",
        npm_config_cache: process.env.npm_config_cache ?? join(process.env.HOME ?? "", ".npm"),
        ALCHEMY_TELEMETRY_DISABLED: "1",
        NO_COLOR: "1",
        ...this.cloudflare.env,
      },
      stdin: new Blob([script]),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, error, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    if (code !== 0) throw new Error(`\`${script}\` ended with ${code}:\n${out}${error}`);
    return out;
  }

  async install(folder: string): Promise<string> {
    const flags = "--offline --legacy-peer-deps --ignore-scripts --no-audit --no-fund";
    const out = await this.shell(`npm install ${flags} "${this.tarball.path}"`, folder);
    const target = join(folder, "node_modules", "alchemy");
    symlinkSync(join(root, "node_modules", "alchemy"), target, "junction");
    return out;
  }

  /** Runs a block of commands. */
  async run(script: string, folder: string): Promise<Done> {
    const from = this.cloudflare.log.length;
    const [before = "", after] = script.split(`${INSTALL}\n`);
    let out = await this.shell(before, folder);
    if (after !== undefined)
      out += (await this.install(folder)) + (await this.shell(after, folder));
    const changed = this.cloudflare.log
      .slice(from)
      .filter(({ method }) => method !== "GET" && method !== "TEST")
      .map(({ method, path }) => `${method} ${path}`);
    return { script, out, changed, held: this.held() };
  }

  write(folder: string, file: string, text: string): void {
    const place = join(folder, file);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }

  /** Writes the files of a page and runs its commands, in the order of the page. */
  async follow(codes: readonly Code[], folder: string): Promise<Done[]> {
    const done: Done[] = [];
    for (const { language, text, file } of codes) {
      if (file !== undefined) this.write(folder, file, text);
      else if (language === "sh") {
        // A reader has one shell for all of them.
        if (/^cd /m.test(text)) throw new Error(`a command leaves the folder:\n${text}`);
        done.push(await this.run(text, folder));
      } else if (language !== "text") throw new Error(`a program of no file:\n${text}`);
    }
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cloudflare.close();
    rmSync(this.temporary, { recursive: true, force: true });
  }
}
