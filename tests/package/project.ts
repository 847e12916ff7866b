/** The tarball as npm would publish it, and throw-away projects that it is installed in. */
import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { promisify } from "node:util";

export const root = join(import.meta.dirname, "..", "..");

const PATH = [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);

/** What a command prints; what it says on its way to a failure is in the error. */
export async function run(command: string, args: string[], cwd = root): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, {
    cwd,
    env: { ...process.env, PATH },
  });
  return stdout;
}

export interface Tarball {
  path: string;
  files: string[];
}

/** Packs the project into `folder`. */
export async function pack(folder: string): Promise<Tarball> {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [{ filename, files }] = JSON.parse(await run("npm", args));
  return { path: join(folder, filename), files: files.map((file: { path: string }) => file.path) };
}

/** Makes a project with the package and no other; `alchemy` is added as a link to this one's. */
export async function project(folder: string, tarball: Tarball, alchemy = false): Promise<string> {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  // The package has no dependencies but the peer, so that no registry is asked.
  const flags = ["--offline", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...flags, tarball.path], folder);
  if (alchemy) link(folder, "alchemy");
  return folder;
}

function link(folder: string, name: string, from = root): void {
  const place = join(folder, "node_modules", name);
  rmSync(place, { recursive: true, force: true });
  symlinkSync(join(from, "node_modules", name), place, "junction");
}

/**
 * Makes a project with the package and others, of which npm sees the versions and nothing else. It
 * rejects if npm refuses to install them together.
 */
export async function beside(
  folder: string,
  tarball: Tarball,
  versions: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, version] of Object.entries(versions)) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "package.json"), JSON.stringify({ name, version }));
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const flags = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  const others = Object.keys(versions).map((name) => `./${name}`);
  await run("npm", ["install", ...flags, tarball.path, ...others], folder);
}

/** Puts the real packages from a folder in the place of those that {@link beside} has installed. */
export function linkAll(folder: string, names: readonly string[], from: string): void {
  for (const name of names) link(folder, name, from);
}

/** Copies a program of this folder to where it shall run. */
export function place(program: string, folder: string): string {
  const target = join(folder, basename(program));
  copyFileSync(join(import.meta.dirname, "programs", program), target);
  return target;
}

/**
 * Runs a program to its end. The environment is given here alone: stages and CI are read from it,
 * and must not depend on who runs the tests.
 */
function finish(command: readonly string[], cwd: string) {
  const [file = "", ...args] = command;
  const env = { PATH, HOME: cwd, STAGE: "pr-7", DENO_DIR: join(cwd, ".deno"), NO_COLOR: "1" };
  return spawnSync(file, args, { cwd, env, encoding: "utf8", timeout: 60_000 });
}

/** Runs a program and reads the JSON that it prints. */
export function answer(command: readonly string[], cwd: string): unknown {
  const done = finish(command, cwd);
  if (done.status !== 0) {
    throw new Error(`${command.join(" ")} ended with ${done.status}\n${done.stdout}${done.stderr}`);
  }
  return JSON.parse(done.stdout);
}

/** Runs a program that is to end with `status`, and gives what it prints of its error. */
export function complaint(command: readonly string[], cwd: string, status: number): string {
  const done = finish(command, cwd);
  if (done.status !== status) {
    throw new Error(`${command.join(" ")} ended with ${done.status}\n${done.stdout}${done.stderr}`);
  }
  return done.stderr;
}
