// What the names of a tool hold to, counted on the adversarial pairs.
import { stageSlug } from "../../dist/naming.js";
import { nameFault } from "../../tests/cloudflare/names.ts";

/** The kinds, and what the stand-in for Cloudflare calls them. */
const KINDS = { database: "D1Database", bucket: "R2Bucket", queue: "Queue", worker: "Worker" };

/** What two pairs are refused for together, as opposed to one for itself. */
const TOGETHER = ["duplicate-name", "ambiguous-stage"];

/** The name of each pair, or why the tool refuses it. */
function named(open, kind, pairs) {
  const names = open(kind);
  return pairs.map(([base, stage]) => {
    try {
      const [name] = names([base], stage)();
      return { name };
    } catch (error) {
      return { refused: TOGETHER.includes(error.code) ? "together" : "alone" };
    }
  });
}

/** The names of `pairs` for each kind that the tool has. */
export function namesOf({ open, together = open, kinds = Object.keys(KINDS) }, pairs) {
  return Object.fromEntries(kinds.map((kind) => [kind, named(together, kind, pairs)]));
}

/** How many names have been given before. */
function repeated(results) {
  const names = results.flatMap(({ name }) => name ?? []);
  return names.length - new Set(names).size;
}

/** How many of the long pairs get a name that another has. */
export const repeatedOfLong = ({ open, together = open }, pairs) =>
  repeated(named(together, "bucket", pairs));

/** Whether the stage stands whole in the name: as it is, in small letters, or as its slug. */
function shows(name, stage) {
  const forms = [stage, stage.toLowerCase(), stageSlug(stage)];
  return forms.some((form) => `-${name}-`.includes(`-${form}-`));
}

/** For each kind; `again` are the names that another process has made. */
export function guarantees(names, again, pairs) {
  return Object.entries(names).map(([kind, results]) => {
    const count = (wanted) => results.filter(wanted).length;
    return {
      kind,
      given: count(({ name }) => name !== undefined),
      refused: count(({ refused }) => refused === "alone"),
      together: count(({ refused }) => refused === "together"),
      invalid: count(
        ({ name }) => name !== undefined && nameFault(KINDS[kind], name) !== undefined,
      ),
      collisions: repeated(results),
      same: count(({ name }, i) => name !== undefined && name === again[kind][i].name),
      shown: count(({ name }, i) => name !== undefined && shows(name, pairs[i][1])),
    };
  });
}
