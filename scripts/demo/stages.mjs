// Deploys, deploys again and destroys stages, and shows what the account then holds.
import { claimsOf, compare } from "./claims.mjs";
import { check, dim, red, say, table, timed } from "./print.mjs";

export const STAGES = ["dev", "preview", "prod", "pr-123"];

/** How the account calls the kinds, how the tables do, and what their data is counted in. */
const KINDS = [
  ["D1Database", "D1", "rows"],
  ["R2Bucket", "R2", "objects"],
  ["KVNamespace", "KV", "values"],
  ["Queue", "Queue", "messages"],
  ["Workflow", "Workflow", "runs"],
  ["Worker", "Worker"],
  ["DurableObjectNamespace", "DO", "keys"],
];

/** The same for every stage, all at once. */
async function inAll(act) {
  const results = await Promise.allSettled(STAGES.map(act));
  const broken = results.find(({ status }) => status === "rejected");
  if (broken) throw broken.reason;
}

export async function deployAll(account, shop) {
  await timed(`Deploy ${STAGES.join(", ")}, all at the same time`, () =>
    inAll((stage) => shop.deploy(stage)),
  );
  const held = await account.held();
  const result = compare(
    held,
    STAGES.map((stage) => [stage, claimsOf(shop.rows(stage))]),
  );
  table([["", ...STAGES], ...KINDS.flatMap((kind) => nameRows(kind, result.stagesOf))]);
  say(dim("DO: the namespace of the class Counter, by id. It belongs to the Worker above.\n"));
  const { shared, unclaimed, missing } = result;
  for (const { one, stages } of shared) say(red(`  ${one.kind} ${one.name}: ${stages.join(", ")}`));
  for (const one of missing) say(red(`  ${one.kind} ${one.name} of ${one.stage} does not exist`));
  check(
    shared.length === 0,
    `${shared.length} collisions: resources that more than one stage has in its state`,
  );
  check(
    unclaimed.length + missing.length === 0,
    `${held.length} resources in the account; none without a stage, and no stage lacks one`,
  );
  await inAll((stage) => account.seed(stage));
}

/** One row for each resource of a kind, in the order in which they were declared. */
function nameRows([kind, label], stagesOf) {
  const mine = STAGES.map((stage) =>
    stagesOf
      .filter(({ one, stages }) => one.kind === kind && stages.includes(stage))
      .map(({ one }) => (kind === "DurableObjectNamespace" ? one.id.slice(0, 8) : one.name))
      .sort(),
  );
  const rows = Math.max(...mine.map((names) => names.length));
  return Array.from({ length: rows }, (_, at) => [label, ...mine.map((names) => names[at] ?? "–")]);
}

export async function deployAgain(account, shop, stage) {
  const before = await account.held();
  const from = await account.logLength();
  const output = await timed(`Deploy ${stage} again`, () => shop.deploy(stage));
  const calls = await account.callsSince(from);
  const changes = calls.filter(({ action }) => action !== "call");
  const sent = changes.map(({ kind, name }) => `${kind} ${name}`);
  const skipped = [...output.matchAll(/\[skipped\]/g)].length;
  const other = changes.filter(
    ({ action, kind }) => action !== "update" || !["Worker", "Workflow"].includes(kind),
  );
  say(`Alchemy skipped ${skipped} resources. It always uploads Workers, with their workflows:`);
  say(`${sent.join(", ")}.\n`);
  check(other.length === 0, "nothing was created, renamed, replaced or deleted");
  check(
    JSON.stringify(await account.held()) === JSON.stringify(before),
    `all ${before.length} resources have the ids and the data that they had`,
  );
}

export async function destroyOne(account, shop, gone) {
  const before = await account.held();
  const mine = compare(before, [[gone, claimsOf(shop.rows(gone))]]);
  const rest = mine.unclaimed.map(({ one }) => one);
  const stagesOf = compare(
    before,
    STAGES.map((stage) => [stage, claimsOf(shop.rows(stage))]),
  ).stagesOf;
  await timed(`Destroy ${gone}`, () => shop.destroy(gone));
  const after = await account.held();
  table([["", ...STAGES], ...KINDS.map((kind) => dataRow(kind, stagesOf, after))]);
  const left = after.filter(({ id }) => !rest.some((one) => one.id === id));
  check(left.length === 0, `${gone} has no resource left`);
  check(
    JSON.stringify(after) === JSON.stringify(rest),
    `the other ${rest.length} resources are whole: the same ids, the same data`,
  );
}

/** How much data each stage has of a kind, in what the account still holds. */
function dataRow([kind, label, unit], stagesOf, after) {
  const cells = STAGES.map((stage) => {
    const ids = stagesOf
      .filter(({ one, stages }) => one.kind === kind && stages.includes(stage))
      .map(({ one }) => one.id);
    const there = after.filter((one) => one.kind === kind && ids.includes(one.id));
    if (there.length === 0) return { text: "gone", paint: dim };
    return unit ? counted(sum(there), unit) : "there";
  });
  return [label, ...cells];
}

const sum = (resources) => resources.reduce((all, { data }) => all + data, 0);

const counted = (count, unit) => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
