/**
 * How a case is made smaller. fast-check's own way tries hundreds of smaller numbers in each edit,
 * and each try is a row of deploys; these are the few that people would try.
 */
import fc from "fast-check";
import type { Case, Command, Edit, Item, Program, Step } from "./model.ts";

/** The most ordinary run. */
const USUAL: Command = {
  phase: "up",
  repo: 0,
  stage: 0,
  stageBy: "option",
  force: false,
  local: false,
  adopt: false,
  account: 0,
  throwsAt: undefined,
  inFinally: false,
};

/** How often all candidates are tried. */
const PASSES = 2;

/** Where in the candidates a value was found, so that what has failed is not tried again at once. */
interface Position {
  at: number;
  pass: number;
}

/** Cases of another arbitrary, shrunk by {@link candidates}. */
export class Shrinking extends fc.Arbitrary<Case> {
  constructor(private readonly from: fc.Arbitrary<Case>) {
    super();
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<Case> {
    return new fc.Value(this.from.generate(random, bias).value, { at: 0, pass: 1 });
  }

  override canShrinkWithoutContext(_: unknown): _ is Case {
    return false;
  }

  override shrink(value: Case, context: unknown): fc.Stream<fc.Value<Case>> {
    return fc.stream(smaller(value, context as Position));
  }
}

function* smaller(value: Case, { at, pass }: Position): IterableIterator<fc.Value<Case>> {
  const all = [...candidates(value)];
  for (const [index, one] of all.entries()) {
    if (index >= at) yield new fc.Value(one, { at: index, pass });
  }
  if (pass >= PASSES || at === 0) return;
  for (const [index, one] of all.entries()) {
    if (index < at) yield new fc.Value(one, { at: index, pass: pass + 1 });
  }
}

/** Smaller cases, the much smaller first. */
function* candidates(value: Case): IterableIterator<Case> {
  const { programs, steps } = value;
  for (const length of [1, 2, 3, 5]) {
    if (length < steps.length) yield { ...value, steps: steps.slice(0, length) };
  }
  for (const fewer of without(steps)) yield { ...value, steps: fewer };
  for (const [index, step] of steps.entries()) {
    for (const edits of without(step.edits)) yield stepOf(value, index, { ...step, edits });
  }
  for (const [index, program] of programs.entries()) {
    for (const one of smallerPrograms(program)) {
      yield { ...value, programs: replaced(programs, index, one) as [Program, Program] };
    }
  }
  for (const [index, step] of steps.entries()) {
    for (const run of usual(step.run)) yield stepOf(value, index, { ...step, run });
    for (const [place, edit] of step.edits.entries()) {
      for (const one of smallerEdits(edit)) {
        yield stepOf(value, index, { ...step, edits: replaced(step.edits, place, one) });
      }
    }
  }
}

function* usual(run: Command): IterableIterator<Command> {
  for (const [key, standard] of Object.entries(USUAL)) {
    if (run[key as keyof Command] !== standard) yield { ...run, [key]: standard };
  }
}

function* smallerPrograms(program: Program): IterableIterator<Program> {
  for (const items of without(program.items)) yield { ...program, items };
  for (const key of ["prefix", "protect", "inRoot", "catches", "release"] as const) {
    if (program[key] !== undefined) yield { ...program, [key]: undefined };
  }
  for (const [index, item] of program.items.entries()) {
    for (const one of smallerItems(item)) {
      yield { ...program, items: replaced(program.items, index, one) };
    }
  }
}

function* smallerItems(item: Item): IterableIterator<Item> {
  for (const [key, value] of Object.entries(item)) {
    const isNeeded = key === "id" || key === "kind" || key === "binds";
    if (isNeeded || value === undefined || value === false) continue;
    if (key === "raw" && item.kind === "worker") continue;
    yield { ...item, [key]: key === "raw" ? false : undefined };
  }
}

function* smallerEdits(edit: Edit): IterableIterator<Edit> {
  if (edit.do === "add") {
    for (const item of smallerItems(edit.item)) yield { ...edit, item };
  }
  if ("pick" in edit && edit.pick > 0) yield { ...edit, pick: 0 };
  if (edit.do === "pin" && Array.isArray(edit.stages) && edit.stages.length > 1) {
    for (const stages of without<number>(edit.stages)) yield { ...edit, stages };
  }
}

/** The list without one of its members, the last one first. */
function* without<T>(all: readonly T[]): IterableIterator<T[]> {
  for (let index = all.length - 1; index >= 0; index -= 1) {
    yield all.filter((_, other) => other !== index);
  }
}

function replaced<T>(all: readonly T[], index: number, one: T): T[] {
  return all.map((old, other) => (other === index ? one : old));
}

function stepOf(value: Case, index: number, step: Step): Case {
  return { ...value, steps: replaced(value.steps, index, step) };
}
