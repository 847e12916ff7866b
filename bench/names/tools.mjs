/**
 * The tools that make names, each by its own code. `open(kind)` starts an app; what it returns makes
 * ready for a stage, and what that returns names the base names, which alone is timed: the scopes
 * and the constructs are there before.
 *
 * All get the base name as the id of a resource and the stage as the stage, in an app called `shop`
 * where a tool wants one, and the options that its own resources of Cloudflare pass, where it has
 * such.
 */
import { Scope } from "alchemy";
import { generateInstanceId } from "alchemy2/InstanceId";
import { createPhysicalName } from "alchemy2/PhysicalName";
import { Stack } from "alchemy2/Stack";
import { Stage } from "alchemy2/Stage";
import { Names as CdkNames } from "aws-cdk-lib";
import { Names as Cdk8sNames } from "cdk8s";
import { Construct } from "constructs";
import * as Effect from "effect/Effect";
import * as blocks from "../../dist/core.js";
import { physicalNames } from "../../dist/naming.js";

const APP = "shop";

const small = (name) => name.toLowerCase();

/** The scope of a stage as `alchemy("shop", { stage })` makes it. */
function scopeOf(stage) {
  const common = { phase: "up", noTrack: true, quiet: true, stage };
  const parent = new Scope({ ...common, parent: null, scopeName: APP });
  return new Scope({ ...common, parent, scopeName: stage });
}

const template = () => (bases, stage) => () => bases.map((base) => `${base}-${stage}`);

/** The naming law in bulk. */
const law = (kind) => (bases, stage) => () => physicalNames(kind, bases, stage);

const BLOCKS = { database: blocks.Database, bucket: blocks.Bucket, queue: blocks.Queue };

const nameOf = (_id, { name }) => name;

/** The naming law with the guard, as a deploy of a stage has it: in a run of its own. */
const deployed = (kind) => (bases, stage) => {
  const scope = scopeOf(stage);
  const named = (base) => BLOCKS[kind](base, {}, nameOf);
  return () => Scope.storage.run(scope, () => bases.map(named));
};

/** The guard over every pair at once, each a resource of its own. */
const together = (kind) => {
  const scope = scopeOf("prod");
  const named = (base, stage) => BLOCKS[kind](`${base} ${stage}`, { name: base, stage }, nameOf);
  return (bases, stage) => () =>
    Scope.storage.run(scope, () => bases.map((base) => named(base, stage)));
};

function alchemy(kind) {
  return (bases, stage) => {
    const scope = scopeOf(stage);
    // Its Worker alone makes the name small.
    if (kind === "worker") return () => bases.map((id) => small(scope.createPhysicalName(id)));
    return () => bases.map((id) => scope.createPhysicalName(id));
  };
}

/** What Alchemy 2 passes for each kind; all but databases make the name small. */
const ALCHEMY2 = { database: {}, bucket: { maxLength: 63 }, queue: { maxLength: 63 } };
ALCHEMY2.worker = { maxLength: 54 };

/** The names of one stage are one Effect, so that starting it is paid for once. */
const alchemy2 = (instance) => (kind) => (bases, stage) => {
  const named = (id, instanceId) => createPhysicalName({ id, instanceId, ...ALCHEMY2[kind] });
  const one = (id) => Effect.flatMap(instance, (instanceId) => named(id, instanceId));
  const cased = kind === "database" ? one : (id) => Effect.map(one(id), small);
  const all = Effect.suspend(() => Effect.forEach(bases, cased)).pipe(
    Effect.provideService(Stack, { name: APP, stage, resources: {}, bindings: {} }),
    Effect.provideService(Stage, stage),
  );
  return () => Effect.runSync(all);
};

/**
 * A tree of constructs, the stages below the app and the resources below their stage. What differs
 * in `/` and `--` alone is refused, but only because all stages are in one tree.
 */
function tree(nameOf) {
  const root = new Construct(undefined, APP);
  const stages = new Map();
  return (bases, stage) => {
    const parent = stages.get(stage) ?? new Construct(root, stage);
    stages.set(stage, parent);
    const constructs = bases.map((base) => new Construct(parent, base));
    return () => constructs.map(nameOf);
  };
}

function cdk(kind) {
  const options = { maxLength: 63, separator: "-", allowedSpecialCharacters: "-" };
  const nameOf = (construct) => CdkNames.uniqueResourceName(construct, options);
  if (kind === "database") return tree(nameOf);
  // Its hash has capitals, which the other kinds cannot have.
  return tree((construct) => small(nameOf(construct)));
}

const cdk8s = () => tree((construct) => Cdk8sNames.toDnsLabel(construct));

const guard = { open: deployed, together, kinds: Object.keys(BLOCKS), few: true, ours: true };

/**
 * `few` are measured with a tenth of the names: they take long, or much memory. `together` is how
 * collisions are looked for, where one app does not hold every stage otherwise.
 */
export const tools = [
  { name: "the template", open: template },
  { name: "physicalNames", open: law, ours: true },
  { name: "the blocks, with the guard", ...guard },
  { name: "Alchemy 0.94", open: alchemy },
  { name: "Alchemy 2, each with a new id", open: alchemy2(generateInstanceId()), few: true },
  { name: "Alchemy 2, all with one id", open: alchemy2(Effect.succeed("0".repeat(32))), few: true },
  { name: "CDK's uniqueResourceName", open: cdk, few: true },
  { name: "cdk8s' toDnsLabel", open: cdk8s, few: true },
];
