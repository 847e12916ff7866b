/**
 * The store of secrets. An account has one, which all stages and programs share. Alchemy deletes it with a
 * stage, and with each change it deletes what others have put there.
 */
import { isBeginning, type Row } from "../../state/row.ts";
import type { AlchemyScope } from "../types.ts";
import { accountOf } from "./recovery.ts";
import { consentingRun } from "./settings.ts";

/** The type of the rows that stand for the store. It is of no kind: no two stages can have one each. */
const STORE = "cloudflare::SecretsStore";

export function isSecretsStore({ kind }: Row): boolean {
  return kind === STORE;
}

/** The row as Alchemy has to see it to leave the store where it is, unless the program says otherwise. */
export function storeForDeletion(row: Row): Row {
  if (row.props?.delete !== undefined) return row;
  return { ...row, props: { ...row.props, delete: false } };
}

/**
 * Refuses a change by which Alchemy would delete secrets of others.
 *
 * @throws BlockError `would-delete`
 */
export async function judgeSecretsStore(scope: AlchemyScope, id: string, row: Row): Promise<void> {
  const store = row.output?.id;
  if (!isBeginning(row) || typeof store !== "string" || store === "") return;
  // Another name replaces the store. Alchemy deletes the old one by the old options, also in a later run.
  const { oldProps } = row;
  if (oldProps && oldProps.delete === undefined) oldProps.delete = false;
  // What a deploy has declared and then failed may have been there before.
  const own = new Set([...namesIn(row.props), ...namesIn(row.output)]);
  const lost = (await secretsOf(scope, row, store)).find((name) => !own.has(name));
  if (lost !== undefined) consentingRun(scope).judgeSecret(id, lost);
}

function namesIn(has: { secrets?: unknown } | undefined): string[] {
  return Object.keys((has?.secrets ?? {}) as object);
}

/** The same call by which Alchemy finds what it deletes. */
async function secretsOf(scope: AlchemyScope, row: Row, store: string): Promise<string[]> {
  const api = await accountOf(scope)?.api(row.props ?? {});
  if (!api) return [];
  const path = `/accounts/${api.accountId}/secrets_store/stores/${encodeURIComponent(store)}/secrets`;
  const response = await api.get(path);
  if (!response.ok) {
    throw new Error(`the secrets in the store cannot be listed: status ${response.status}`);
  }
  const { result } = (await response.json()) as { result?: { name: string }[] };
  return (result ?? []).map(({ name }) => name);
}
