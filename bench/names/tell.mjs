// Tells what was measured of names in bulk.
import { grid, note, row, section, target } from "../report.mjs";

/** Times, what the names hold to, and the targets. */
export function tellNames(measured) {
  nameTimes(measured);
  nameGuarantees(measured);
  nameTargets(measured);
}

const grouped = (number) => number.toLocaleString("en-US");
const total = (kinds, what) => kinds.reduce((sum, kind) => sum + kind[what], 0);

function nameTimes({ bases, tools }) {
  const heading = `One name of a bucket, ${grouped(bases)} in each stage, in Bun`;
  section(`${heading} (median, least–most)`);
  const [template] = tools;
  for (const { name, time, names } of tools) {
    const ratio = (time.median / template.time.median).toFixed(1);
    row(name, time, `${ratio} × the template, of ${grouped(names)}`);
  }
  note([
    "Every name is read, which is when a template is put together. Blocks have a run for each stage,",
    "and do more than to name. Alchemy 2 runs as one Effect for each stage. The scopes of Alchemy 0.94",
    "and of the blocks, and the constructs of CDK and cdk8s, are made before and not timed.",
  ]);
}

/** What the names of a tool hold to, over all kinds; only collisions are shown for each. */
function held({ name, kinds, ofLong }) {
  const part = (what) => `${Math.floor((total(kinds, what) / total(kinds, "given")) * 100)} %`;
  const counts = ["given", "refused", "together", "invalid"].map((what) => total(kinds, what));
  const of = (kind) => kinds.find((one) => one.kind === kind)?.collisions ?? "–";
  const collisions = ["database", "bucket", "queue", "worker"].map(of).join("/");
  return [name, ...counts, collisions, ofLong, part("same"), part("shown")];
}

function nameGuarantees({ pairs, long, tools }) {
  section(`What names hold to: ${grouped(pairs)} adversarial pairs of base and stage`);
  const heads = ["names", "refused", "together", "invalid", "collisions", "long", "same", "stage"];
  grid(["", ...heads], tools.map(held));
  note([
    "- names: of databases, buckets, queues and Workers; the last have no block, and so no guard.",
    "- refused: the tool refuses the pair by itself.",
    "- together: the guard refuses the pair because of another, here in one app that has all of them.",
    "- invalid: Cloudflare would refuse the name.",
    "- collisions: names given before, as database/bucket/queue/worker. `physicalNames` sees no more",
    "  than one stage, so `db` in `pr-1` and `db-pr` in `1` are for the guard to refuse.",
    `- long: the same among ${grouped(long)} long names of buckets that differ in the middle alone.`,
    "- same: another process gives the name again; Alchemy 2 keeps its random ids in its state.",
    "- stage: the stage stands whole in the name, as it is, in small letters or as its slug.",
  ]);
}

/**
 * Targets for the naming law, and beside each tool that has given no name twice. Blocks have none
 * here: they do more than to name, which `calls` measures.
 */
function nameTargets({ tools }) {
  const unique = ({ kinds, ofLong }) => total(kinds, "collisions") + ofLong === 0;
  const [law, blocks] = tools.filter(({ ours }) => ours);
  target("names: no name is invalid", total(law.kinds, "invalid") === 0);
  target("names: the guard lets no two resources have one name", unique(blocks));
  for (const { name, time } of tools.filter((tool) => !tool.ours && unique(tool))) {
    const ratio = (time.median / law.time.median).toFixed(1);
    const what = `names: faster than ${name}, which gave no name twice either (${ratio} ×)`;
    target(what, law.time.median < time.median);
  }
}
