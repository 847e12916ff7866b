/** Claims from Alchemy's file store: `<folder>/<app>/<stage>/<scopes>/<id>.json`. */
import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Row, SCOPE } from "../../../state/row.ts";
import { isBundle } from "../../collect/state.ts";
import { isMissing, reasonOf } from "../../problem.ts";
import { nothing, type State, unknown } from "./collected.ts";
import { Deploys } from "./deploys.ts";
import { type At, claimsOf, isRow, leftIn } from "./rows.ts";

const HELP = "repair or restore the file: until then nothing is concluded from what is not in it";
/** Alchemy does not write its files at once: one that does not parse may be whole in a moment. */
const ATTEMPTS = 3;
const PAUSE_MS = 50;

/**
 * All that the state in `folder` holds.
 *
 * @returns `undefined` where there is no such folder.
 */
export async function readFiles(folder: string): Promise<State | undefined> {
  const collected = { ...nothing(), deploys: new Deploys() };
  const store = new Files(folder, collected);
  const apps = await store.list(folder);
  if (apps === undefined) return undefined;
  for (const { name: app } of apps.filter((entry) => entry.isDirectory())) {
    const stages = (await store.list(join(folder, app))) ?? [];
    await store.readStages(join(folder, app), app, stages);
    for (const { name: stage } of stages.filter((entry) => entry.isDirectory())) {
      await store.read(join(folder, app, stage), { app, stage, scope: [] });
    }
  }
  return collected;
}

function idIn(file: string): string {
  return file.slice(0, -".json".length);
}

class Files {
  constructor(
    readonly root: string,
    readonly collected: State,
  ) {}

  async list(folder: string): Promise<Dirent[] | undefined> {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      for (const link of entries.filter((entry) => entry.isSymbolicLink())) {
        // Alchemy goes where it leads, and what lies there is not known here.
        this.#fail(join(folder, link.name), "it is a link, which is not followed");
      }
      return entries;
    } catch (error) {
      if (!isMissing(error)) this.#fail(folder, reasonOf(error));
      return undefined;
    }
  }

  /** The rows of the stages themselves, which have what replacements have left. */
  async readStages(folder: string, app: string, entries: readonly Dirent[]): Promise<void> {
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".json"));
    for (const { name } of files) {
      const row = await this.#row(join(folder, name));
      const stage = idIn(name).replaceAll(":", "/");
      if (row) this.collected.claims.push(...leftIn(row, { app, stage, scope: [] }));
    }
  }

  async read(folder: string, at: At): Promise<void> {
    const entries = (await this.list(folder)) ?? [];
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".json"));
    const rows = await Promise.all(files.map(({ name }) => this.#row(join(folder, name))));
    const scopes = new Set<string>();
    for (const [index, row] of rows.entries()) {
      if (row?.kind === SCOPE) {
        const scope = idIn(files[index]?.name ?? "");
        scopes.add(scope);
        this.collected.claims.push(...leftIn(row, { ...at, scope: [...at.scope, scope] }));
      } else if (row) this.#note(row, at);
    }
    for (const { name } of entries.filter((entry) => entry.isDirectory())) {
      const inner = join(folder, name);
      // A stage with a slash in it lies in folders too, and only a nested scope has a row.
      if (scopes.has(name) || at.scope.length > 0) {
        await this.read(inner, { ...at, scope: [...at.scope, name] });
      } else await this.read(inner, { ...at, stage: `${at.stage}/${name}` });
    }
  }

  #note(row: Row, at: At): void {
    this.collected.claims.push(...claimsOf(row, at));
    this.collected.deploys.note(at, row.id, JSON.stringify(row));
  }

  async #row(file: string): Promise<Row | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        const row: unknown = JSON.parse(await readFile(file, "utf8"));
        if (isRow(row)) return row;
        if (isBundle(row)) return undefined;
        this.#fail(file, "it holds no row");
        return undefined;
      } catch (error) {
        // Deleted since its folder was listed.
        if (isMissing(error)) return undefined;
        if (attempt === ATTEMPTS) {
          const reason = error instanceof SyntaxError ? "it is no JSON" : reasonOf(error);
          this.#fail(file, reason);
          return undefined;
        }
        await setTimeout(PAUSE_MS);
      }
    }
  }

  #fail(path: string, reason: string): void {
    const place = relative(join(this.root, ".."), path);
    const message = `the state in \`${place}\` cannot be read: ${reason}`;
    this.collected.unknown.push(unknown("state", null, "state-unreadable", message, HELP));
  }
}
