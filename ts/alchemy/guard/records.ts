/**
 * Raw DNS records. Alchemy writes over those that exist, and deletes them by their ids, whoever has them by
 * then.
 */
import type { CloudflareApiOptions } from "alchemy/cloudflare";
import type { HostLists } from "../../cloudflare/hosts.ts";
import type { DeclaredRecord, HeldRecord } from "../../internals.ts";
import { recordKey, recordsOf } from "../../state/hosts.ts";
import type { Row } from "../../state/row.ts";
import { core } from "../../wasm.ts";
import type { AlchemyScope } from "../types.ts";
import { isHeldElsewhere } from "./held.ts";
import { ownerHere } from "./owners.ts";
import { isHeldHere } from "./places.ts";
import { consentingRun } from "./settings.ts";
import { sharerOfKey } from "./sharers.ts";

/**
 * Judges records before Alchemy writes them. Takes those out of the row that this stage no longer has:
 * Alchemy would change or delete them.
 *
 * @throws BlockError `hostname-taken`
 */
export async function judgeRecords(scope: AlchemyScope, row: Row, lists: HostLists): Promise<void> {
  const { props = {} } = row;
  const declared = ((props.records ?? []) as DeclaredRecord[]).map(({ name, type }) => ({
    name,
    type,
  }));
  const zones = await lists.zones(props as CloudflareApiOptions);
  const all = await recordsFor(row, lists);
  const records =
    all &&
    (await Promise.all(
      all.map(async (one) => ({ ...one, ours: await isHeldHere(scope, recordKey(one)) })),
    ));
  const facts = new (core().HostFacts)({ zones, records });
  const held = await heldBy(scope, row, declared);
  const zone = String(props.zoneId);
  const { stage } = ownerHere(scope);
  dropRecords(row, facts.judgeRecords(consentingRun(scope), stage, zone, declared, held));
}

/** A row that is about to be deleted, without the records that are not this stage's to delete. */
export async function withoutLostRecords(
  scope: AlchemyScope,
  row: Row,
  lists: HostLists,
): Promise<Row> {
  const facts = new (core().HostFacts)({ records: await recordsFor(row, lists) });
  const seen = { ...row };
  dropRecords(seen, facts.lostRecords(await heldBy(scope, row, [])));
  return seen;
}

/** The records of the zone as they are by now. */
function recordsFor({ props = {} }: Row, lists: HostLists) {
  return lists.records(String(props.zoneId), props as CloudflareApiOptions);
}

/** What the row holds; `declared` is what it keeps. */
function heldBy(
  scope: AlchemyScope,
  row: Row,
  declared: readonly DeclaredRecord[],
): Promise<HeldRecord[]> {
  return Promise.all(
    recordsOf(row).map(async (record) => {
      const { id, name, type, content } = record;
      const key = recordKey(record);
      const shared = (await sharerOfKey(scope, key)) !== undefined;
      const stays = declared.some((one) => one.name === name && one.type === type);
      const moved = !stays && isHeldElsewhere(scope, row, key);
      return { id, name, type, content, shared, moved };
    }),
  );
}

function dropRecords(row: Row, ids: readonly string[]): void {
  if (ids.length === 0) return;
  row.output = { ...row.output, records: recordsOf(row).filter(({ id }) => !ids.includes(id)) };
}
