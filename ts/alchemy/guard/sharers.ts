/**
 * Other apps and stages whose state names the same resources, where the store can tell: Alchemy's
 * files lie beside each other. An app that was renamed has adopted what the old one still lists.
 */
import { claimsOf } from "../../state/claims.ts";
import { visitFiles } from "../../state/files.ts";
import type { Owner } from "../../state/owner.ts";
import { nameKey, type Row } from "../../state/row.ts";
import { plainStore } from "../store.ts";
import type { AlchemyScope } from "../types.ts";

type Sharers = Map<string, Owner[]>;

const known = new WeakMap<AlchemyScope, Promise<Sharers>>();

/** Another app or stage whose state holds what a row holds. */
export async function sharerOf(scope: AlchemyScope, row: Row): Promise<Owner | undefined> {
  const key = keyOf(row);
  if (key === undefined) return undefined;
  const found = known.get(scope.root) ?? readSharers(scope);
  known.set(scope.root, found);
  const { stage, root } = scope;
  return (await found).get(key)?.find((one) => one.app !== root.scopeName || one.stage !== stage);
}

function keyOf(row: Row): string | undefined {
  const own = claimsOf(row)?.own;
  return own && nameKey(own.kind, own.name, own.jurisdiction);
}

async function readSharers(scope: AlchemyScope): Promise<Sharers> {
  const sharers: Sharers = new Map();
  const folder = folderOf(scope);
  if (folder === undefined) return sharers;
  await visitFiles(folder, {
    row({ app, stage, row }) {
      const key = keyOf(row);
      if (key !== undefined) sharers.set(key, [...(sharers.get(key) ?? []), { app, stage }]);
    },
    stageRow() {},
    row2() {},
    // What cannot be read shares nothing that is known, and is no fault of this app.
    problem() {},
  });
  return sharers;
}

/** The folder with the state of all apps, if it lies in files. */
function folderOf(scope: AlchemyScope): string | undefined {
  const { dir } = plainStore(scope) as { dir?: unknown };
  if (typeof dir !== "string") return undefined;
  const path = [...scope.chain].join("/");
  const whole = dir.replaceAll("\\", "/");
  return whole.endsWith(`/${path}`) ? whole.slice(0, -path.length - 1) : undefined;
}
