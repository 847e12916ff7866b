/**
 * Takes the rows of 0.94 out of the way once version 2 has its own: the old program finds nothing to
 * delete then. A file takes the place of the stage's folder, so that the old program stops at once.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Remark } from "../analyse/report.ts";
import type { Step } from "./journal.ts";
import type { OldStore } from "./state.ts";
import type { Target } from "./target.ts";

/** A stage in one store. */
export interface Retired {
  app: string;
  stage: string;
  store: string;
  root: string;
  steps: Step[];
  /** Why it stays. */
  refused?: { code: string; message: string; help: string };
}

const NOTE = `Retired: Alchemy 2 deploys this stage now.

The rows of Alchemy 0.94 were moved by \`npx @alch/blocks migrate --to-v2 --retire\` to \`.alchemy-backup/\`.
This file keeps the old program from deploying or destroying the stage.
\`npx @alch/blocks migrate --undo\` brings the rows back.
`;

/** What to do for each stage that a store has. */
export function retirements(
  stores: readonly OldStore[],
  targets: readonly Target[],
  remarks: readonly Remark[],
  isWanted: (at: At) => boolean,
): Retired[] {
  return stores.flatMap((store) => {
    const stages = stagesOf(store).filter(isWanted);
    const retired = stages.map((at): Retired => {
      const refused = whyNot(store, at, targets, remarks);
      const common = { ...at, store: store.store, root: store.root, steps: [] };
      return refused ? { ...common, refused } : { ...common, steps: stepsFor(store, at) };
    });
    return isDatabase(store) ? together(store, retired) : retired;
  });
}

/** A database goes as a whole, with all its stages, or not at all. */
function together(store: OldStore, retired: readonly Retired[]): Retired[] {
  const isWhole = retired.length === stagesOf(store).length;
  if (isWhole && retired.every(({ refused }) => !refused)) {
    return retired.map((one, at) => (at === 0 ? one : { ...one, steps: [] }));
  }
  const message = `the database \`${store.store}\` has stages that cannot go yet`;
  const refused = { code: "store-shared", message, help: "retire all of its stages at once" };
  return retired.map((one) => ({ ...one, steps: [], refused: one.refused ?? refused }));
}

function isDatabase({ path, apart }: OldStore): boolean {
  return path !== undefined && apart;
}

export interface At {
  app: string;
  stage: string;
}

/** Those with rows. */
export function stagesOf({ rows }: Pick<OldStore, "rows">): At[] {
  const all = rows.map(({ app, stage }) => [JSON.stringify([app, stage]), { app, stage }] as const);
  return [...new Map(all).values()];
}

function whyNot(
  store: OldStore,
  { app, stage }: At,
  targets: readonly Target[],
  remarks: readonly Remark[],
): Retired["refused"] {
  const blocked = remarks.find((one) => one.blocks && one.stack === app && one.stage === stage);
  if (blocked) return blocked;
  const own = targets.filter(({ row }) => row.stack === app && row.stage === stage);
  const open = own.find(({ held }) => held === "missing" || held === "other");
  if (open) {
    const message = `the state of Alchemy 2 does not have \`${open.row.name}\``;
    return { code: "not-taken-over", message, help: "run `migrate --to-v2 --write` first" };
  }
  if (store.path === undefined) {
    const message = `the rows are in the store of \`${store.store}\`, which cannot keep a backup`;
    const help = "take the old program and its credentials away, and keep the store";
    return { code: "store-remote", message, help };
  }
  const others = stagesOf(store).filter((one) => one.app !== app || one.stage !== stage);
  const inside = others.find((one) => one.app === app && one.stage.startsWith(`${stage}/`));
  if (inside && !isDatabase(store)) {
    const message = `the folder of the stage has the stage \`${inside.stage}\` in it, too`;
    return { code: "stage-nested", message, help: `destroy \`${inside.stage}\` with 0.94 first` };
  }
  return undefined;
}

function stepsFor(store: OldStore, { app, stage }: At): Step[] {
  const path = store.path ?? "";
  const moved = (places: readonly string[]) => {
    return places.filter((one) => existsSync(one)).map((one): Step => ({ do: "move", path: one }));
  };
  // SQLite keeps what it has written last beside the database.
  if (isDatabase(store)) return moved(["", "-wal", "-shm"].map((ending) => path + ending));
  const folder = join(path, app, stage);
  const file = store.stageRows.find((one) => one.app === app && one.stage === stage)?.file;
  const places = file === undefined ? [folder] : [folder, file];
  return [...moved(places), { do: "create", path: folder, text: NOTE }];
}
