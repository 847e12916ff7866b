/** The built command line, run as its users run it. */

import { expect } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { command, type Runtime } from "../package/runtimes.ts";

export const MAIN = join(import.meta.dir, "..", "..", "dist-cli", "main.js");
const FIXTURES = join(import.meta.dir, "..", "fixtures", "cli");

/** Deno is no runtime of the command line; Node 24 is tested by the package's own tests. */
export const RUNTIMES = ["Node 20", "Node 22", "Bun"] as const satisfies readonly Runtime[];

export interface Ended {
  code: number | null;
  out: string;
  error: string;
}

export interface How {
  runtime?: Runtime;
  env?: Readonly<Record<string, string>>;
}

/** Runs `alch-blocks` in `folder` to its end. */
export async function cli(folder: string, args: readonly string[], how: How = {}): Promise<Ended> {
  const child = Bun.spawn([...command(how.runtime ?? "Node 20", MAIN), ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", ...how.env },
    stdout: "pipe",
    stderr: "pipe",
    stdin: "ignore",
  });
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, error };
}

/** A folder that is gone afterwards. */
export class Folder implements Disposable {
  // Real, since the working directory of a process is.
  readonly path = mkdtempSync(join(tmpdir(), "alch-blocks-cli-"));

  /** With the files of a fixture. */
  static of(fixture: string): Folder {
    const folder = new Folder();
    cpSync(join(FIXTURES, fixture, "input"), folder.path, { recursive: true });
    return folder;
  }

  write(name: string, text: string | Uint8Array): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), "utf8");
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Compares with a whole file of a fixture; `UPDATE=1` writes it instead, to be looked at. */
export function expectFile(fixture: string, name: string, text: string): void {
  const path = join(FIXTURES, fixture, name);
  if (process.env.UPDATE === "1") writeFileSync(path, text);
  expect(existsSync(path)).toBe(true);
  expect(text).toBe(readFileSync(path, "utf8"));
}

/** A program with one raw database. */
export const PROGRAM = `import { D1Database } from "alchemy/cloudflare";
export const db = await D1Database("db", { name: "fixed" });
`;
