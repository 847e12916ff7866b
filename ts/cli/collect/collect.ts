/** Collects the files of Alchemy programs: those that may declare something, and all they need. */
import { basename } from "node:path";
import { specifiers } from "../analyse/analyzer.ts";
import { reasonOf } from "../problem.ts";
import { Importers } from "./imports.ts";
import { type Modules, realOf } from "./modules.ts";
import { readBytes } from "./read.ts";
import { shown } from "./shown.ts";
import { findSources, type Selection, type Trouble } from "./walk.ts";

export interface Source {
  /** Absolute. */
  path: string;
  /** As it is shown: relative to where the command runs, with slashes. */
  name: string;
  text: string;
}

export interface Collected {
  /** Those to analyse. */
  sources: Source[];
  /** How many files were looked at. */
  scanned: number;
  troubles: Trouble[];
  /** Absolute paths of the files that were asked for, the ones without a mention too. */
  asked: ReadonlySet<string>;
}

/** All that names Alchemy or the blocks has these bytes in it. */
const HINT = Buffer.from("alch");
/** Programs by their name are looked into in any case. */
const PROGRAM = /^alchemy\.run\.[cm]?[jt]sx?$/;

/**
 * Reads what `selection` is about.
 *
 * @param folder What names of files are relative to.
 * @param mentions Whether a text may declare or hand on a resource.
 */
export function collect(
  selection: Selection,
  folder: string,
  mentions: (text: string) => boolean,
  progress: (done: number, all: number) => void,
): Collected {
  const { files, named, troubles } = findSources(selection);
  const asked = new Set(files);
  const reader = new Reader(folder, troubles);
  for (const [at, path] of files.entries()) {
    progress(at, files.length);
    const bytes = reader.bytes(path);
    if (!bytes) continue;
    const wanted = named.has(path) || PROGRAM.test(basename(path));
    if (wanted || (bytes.includes(HINT) && mentions(bytes.toString()))) reader.keep(path, bytes);
  }
  return { sources: reader.sources, scanned: files.length, troubles, asked };
}

/** Adds the files that import one of `paths`, through others too, and gives them. */
export async function addImporters(
  collected: Collected,
  paths: readonly string[],
  folder: string,
  modules: Modules,
): Promise<Source[]> {
  if (paths.length === 0) return [];
  const known = new Set(collected.sources.map(({ path }) => path));
  const importers = new Importers(modules);
  const asked = new Map<string, string>();
  // They are read again: most programs do not need it, and keeping all texts would take much room.
  const again = new Reader(folder, []);
  for (const path of collected.asked) {
    const bytes = known.has(path) ? undefined : again.bytes(path);
    if (!bytes) continue;
    asked.set(realOf(path), path);
    await importers.note(path, specifiers(bytes.toString()));
  }
  const importing = await importers.of(paths);
  return addSources(
    collected,
    importing.flatMap((real) => asked.get(real) ?? []),
    folder,
  );
}

/** Reads the files at `paths`, which are not known yet, and gives them. */
export function addSources(
  collected: Collected,
  paths: readonly string[],
  folder: string,
): Source[] {
  const reader = new Reader(folder, collected.troubles);
  for (const path of paths) reader.read(path);
  collected.sources.push(...reader.sources);
  return reader.sources;
}

class Reader {
  readonly sources: Source[] = [];

  constructor(
    private readonly folder: string,
    private readonly troubles: Trouble[],
  ) {}

  /** What is in a file, until the next one is read; what cannot be read is noted. */
  bytes(path: string): Buffer | undefined {
    try {
      return readBytes(path);
    } catch (error) {
      this.troubles.push({ path, reason: reasonOf(error) });
      return undefined;
    }
  }

  keep(path: string, bytes: Buffer): void {
    this.sources.push({ path, name: shown(path, this.folder), text: bytes.toString() });
  }

  read(path: string): void {
    const bytes = this.bytes(path);
    if (bytes) this.keep(path, bytes);
  }
}
