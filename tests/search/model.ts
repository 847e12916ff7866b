/**
 * Programs and what people do to them, as data. Everything is drawn by fast-check, so that a failing
 * case shrinks; an edit names what it changes by a number that is taken modulo what there is.
 */
import fc from "fast-check";
import { Shrinking } from "./shrink.ts";

/** The last one is a branch called as a resource is. */
export const STAGES = ["pr-1", "prod", "dev", "dev/api", "db"] as const;
/** What Alchemy takes where no stage reaches it: the user's own. */
export const DEFAULT_STAGE = "sam";
export const APPS = ["shop", "blog"] as const;
export const DATA_KINDS = ["database", "bucket", "kv", "queue"] as const;
export const KINDS = [...DATA_KINDS, "class", "workflow", "worker"] as const;
export type ItemKind = (typeof KINDS)[number];

const IDS = ["db", "data", "api", "jobs", "shop-db"] as const;
const BASES = ["main", "fixed", "db"] as const;
const SCOPES = ["api", "web"] as const;

/** One line of a program. */
export interface Item {
  kind: ItemKind;
  id: string;
  /** Alchemy's own function in place of the block; Workers have no block. */
  raw: boolean;
  /** The base name of a block, the whole name of a raw resource. */
  name?: string | undefined;
  scope?: string | undefined;
  pin?: Record<string, string> | undefined;
  stage?: string | false | undefined;
  share?: string | undefined;
  onRename?: "keep" | "replace" | undefined;
  delete?: boolean | undefined;
  adopt?: boolean | undefined;
  /** By the plain import, not by the set that has the program's settings. */
  plain?: boolean | undefined;
  /** A file that is imported at each update, as `importFiles`. */
  seed?: boolean | undefined;
  /** A folder of migrations, kept in this table. */
  table?: string | undefined;
  /** Whether the id has the stage in it. */
  stageInId?: boolean | undefined;
  /** The ids of the classes and workflows that a Worker binds. */
  binds?: readonly string[] | undefined;
}

export interface Program {
  app: string;
  items: readonly Item[];
  prefix?: string | undefined;
  protect?: readonly string[] | undefined;
  release?: readonly string[] | undefined;
  /** All of it in `app.run`, which is the scope that every stage shares. */
  inRoot?: boolean | undefined;
  /** Each line in a `try` that swallows what it throws. */
  catches?: boolean | undefined;
}

/** How the stage reaches Alchemy: a form that is ignored is an ordinary mistake. */
export type StageBy = "option" | "flag" | "env" | "equals" | "undefined";

/** One run of a program. */
export interface Command {
  phase: "up" | "destroy";
  repo: number;
  stage: number;
  stageBy: StageBy;
  force: boolean;
  local: boolean;
  adopt: boolean;
  account: number;
  /** Before which line the program throws an error of its own. */
  throwsAt: number | undefined;
  /** Whether `finalize` is called in `finally`. */
  inFinally: boolean;
}

export type Field = Exclude<keyof Item, "kind" | "binds" | "pin" | "raw">;

/** The stages to pin: these, that of the run, or whichever it is, as `pin: { [stage]: … }`. */
export type Pinned = readonly number[] | "this" | "any";

/** Stands for `[stage]` among the keys of a pin. */
export const ANY_STAGE = "[stage]";

export type Edit =
  | { do: "add"; item: Item }
  | { do: "drop"; pick: number }
  | { do: "first"; pick: number }
  | { do: "duplicate"; pick: number; id: string }
  | { do: "set"; pick: number; field: Field; value: string | boolean | undefined }
  | { do: "swap"; pick: number }
  | { do: "pin"; pick: number; stages: Pinned; thing: number | undefined; adopt: boolean }
  | { do: "unpin"; pick: number; stage: number | undefined }
  | { do: "bind"; pick: number; which: number }
  | { do: "program"; field: "prefix" | "app" | "inRoot" | "catches"; value: boolean }
  | { do: "protect"; value: readonly string[] | undefined }
  | { do: "release"; pick: number }
  | { do: "advice"; which: number }
  | { do: "save" | "wipe" | "restore" };

/** What somebody does in one go: edits of one repository, then a run. */
export interface Step {
  edits: readonly Edit[];
  run: Command;
}

export interface Case {
  programs: readonly [Program, Program];
  steps: readonly Step[];
}

/** One of `values`, the first one mostly; shrinks to it. */
function mostly<T>(times: number, ...values: readonly T[]): fc.Arbitrary<T> {
  const [first] = values as readonly [T, ...T[]];
  return fc.constantFrom(...Array.from({ length: times }, () => first), ...values);
}

/** `undefined` mostly, seldom what `arbitrary` gives. */
function seldom<T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

const pick = fc.nat(30);

const COMMON_FIELDS = ["id", "scope", "stageInId"];
const BLOCK_FIELDS = [...COMMON_FIELDS, "plain", "name", "stage", "pin", "onRename"];
const DATA_FIELDS = [...BLOCK_FIELDS, "share", "delete", "adopt"];

/** The options that mean something to a kind. */
const FIELDS: Record<ItemKind, readonly string[]> = {
  database: [...DATA_FIELDS, "seed", "table"],
  bucket: DATA_FIELDS,
  kv: DATA_FIELDS,
  queue: DATA_FIELDS,
  workflow: BLOCK_FIELDS,
  class: [...COMMON_FIELDS, "plain"],
  worker: [...COMMON_FIELDS, "name", "adopt"],
};

function itemOf(id: string, kind: ItemKind, other: Partial<Item>): Item {
  const raw = kind === "worker" || other.raw === true;
  const kept = Object.entries(other).filter(([key, value]) => {
    return value !== undefined && FIELDS[kind].includes(key);
  });
  return { id, kind, ...Object.fromEntries(kept), raw } as Item;
}

const kinds = mostly(
  3,
  "database",
  ...KINDS,
  "class",
  "workflow",
  "worker",
  "worker",
) as fc.Arbitrary<ItemKind>;

const item: fc.Arbitrary<Item> = fc
  .record({
    id: fc.constantFrom(...IDS),
    kind: kinds,
    raw: mostly(4, false, true),
    name: seldom(3, fc.constantFrom(...BASES)),
    scope: seldom(8, fc.constantFrom(...SCOPES)),
    stage: seldom(12, fc.constantFrom<string | false>("prod", false)),
    pin: seldom(
      12,
      fc.constantFrom<Record<string, string>>(
        { prod: "fixed" },
        { prod: "fixed", "pr-1": "fixed" },
        { [ANY_STAGE]: "fixed" },
      ),
    ),
    adopt: seldom(5, fc.constant(true)),
    plain: seldom(4, fc.constant(true)),
    seed: seldom(20, fc.constant(true)),
    table: seldom(20, fc.constant("one")),
  })
  .map(({ id, kind, ...other }) => itemOf(id, kind, other));

/** Workers bind what stands before them, so that most programs with classes have a Worker. */
function boundWorkers(items: readonly Item[]): Item[] {
  const ids = new Set<string>();
  const held: Item[] = [];
  for (const one of items) {
    const key = `${one.scope ?? ""}/${one.id}`;
    if (ids.has(key)) continue;
    ids.add(key);
    held.push(one.kind === "worker" ? { ...one, binds: bindable(held) } : one);
  }
  const unbound = bindable(held).filter((id) => !held.some(({ binds }) => binds?.includes(id)));
  if (unbound.length === 0) return held;
  return [...held, { kind: "worker", id: "app", raw: true, binds: unbound }];
}

export function bindable(items: readonly Item[]): string[] {
  return items.filter(({ kind }) => kind === "class" || kind === "workflow").map(({ id }) => id);
}

function program(app: string): fc.Arbitrary<Program> {
  return fc
    .record({
      items: fc.array(item, { minLength: 1, maxLength: 3 }),
      prefix: seldom(12, fc.constant("my")),
      protect: seldom(10, fc.constantFrom<readonly string[]>(["pr-1"], [])),
      inRoot: seldom(80, fc.constant(true)),
    })
    .map(({ items, ...rest }) => ({ app, items: boundWorkers(items), ...rest }));
}

const fields: fc.Arbitrary<Pick<Extract<Edit, { do: "set" }>, "field" | "value">> = fc.oneof(
  ...values("id", "db", "data", "jobs", "fresh"),
  ...values("name", undefined, ...BASES),
  ...values("scope", undefined, ...SCOPES),
  ...values("stage", undefined, "prod", false),
  ...values("share", undefined, "prod"),
  ...values("onRename", undefined, "keep", "replace"),
  ...values("delete", undefined, false, true),
  ...values("adopt", undefined, true),
  ...values("plain", undefined, true),
  ...values("table", "two"),
  ...values("stageInId", undefined, true),
);

function values(field: Field, ...all: readonly (string | boolean | undefined)[]) {
  return [fc.record({ field: fc.constant(field), value: fc.constantFrom(...all) })];
}

function weighted(...all: readonly (readonly [number, fc.Arbitrary<Edit>])[]) {
  return fc.oneof(...all.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** A kind of edit, with what it needs. */
function edit<Name extends Edit["do"]>(
  name: Name,
  rest: {
    [Key in keyof Omit<Extract<Edit, { do: Name }>, "do">]: fc.Arbitrary<
      Extract<Edit, { do: Name }>[Key]
    >;
  },
): fc.Arbitrary<Edit> {
  return fc.record({ do: fc.constant(name), ...rest }) as unknown as fc.Arbitrary<Edit>;
}

const stageAt = fc.nat(STAGES.length - 1);

const edits: fc.Arbitrary<Edit> = weighted(
  [4, edit("drop", { pick })],
  [
    8,
    fields.chain(({ field, value }) =>
      edit("set", { pick, field: fc.constant(field), value: fc.constant(value) }),
    ),
  ],
  [3, edit("add", { item })],
  [2, edit("bind", { pick, which: pick })],
  [
    3,
    edit("pin", {
      pick,
      stages: fc.oneof(
        fc.constantFrom<Pinned>("this", "this", "any"),
        fc.uniqueArray(stageAt, { minLength: 1, maxLength: 2 }),
      ),
      thing: fc.option(pick, { nil: undefined, freq: 3 }),
      adopt: fc.boolean(),
    }),
  ],
  [2, edit("unpin", { pick, stage: fc.option(stageAt, { nil: undefined }) })],
  [1, edit("swap", { pick })],
  [1, edit("first", { pick })],
  [1, edit("duplicate", { pick, id: fc.constantFrom(...IDS) })],
  [
    2,
    edit("program", {
      field: fc.constantFrom(
        "prefix",
        "prefix",
        "app",
        "app",
        "app",
        "catches",
        "catches",
        "inRoot",
      ),
      value: fc.boolean(),
    }),
  ],
  [1, edit("protect", { value: fc.constantFrom(undefined, [], ["pr-1"]) })],
  [1, edit("release", { pick })],
  [5, edit("advice", { which: pick })],
  [1, fc.record({ do: fc.constantFrom("wipe", "save", "restore") }) as fc.Arbitrary<Edit>],
);

const command: fc.Arbitrary<Command> = fc.record({
  phase: mostly(2, "up", "destroy") as fc.Arbitrary<"up" | "destroy">,
  repo: mostly(4, 0, 1),
  stage: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4),
  stageBy: mostly(16, "option", "flag", "env", "equals", "undefined") as fc.Arbitrary<StageBy>,
  force: mostly(8, false, true),
  local: mostly(8, false, true),
  adopt: mostly(5, false, true),
  account: mostly(9, 0, 1),
  throwsAt: seldom(25, fc.nat(3)),
  inFinally: mostly(1, false, true),
});

const step: fc.Arbitrary<Step> = fc.record({
  edits: fc.array(edits, { maxLength: 2 }),
  run: command,
});

/** A whole case: two repositories, and what happens to them. */
export const cases: fc.Arbitrary<Case> = new Shrinking(
  fc.record({
    programs: fc.tuple(program(APPS[0]), program(APPS[1])),
    steps: fc.array(step, { minLength: 1, maxLength: 9, size: "max" }),
  }),
);

/** What an edit may need to know of the world. */
export interface Around {
  /** Names in the account, of a kind. */
  names(kind: ItemKind): readonly string[];
  /** The stage of the run to come. */
  stage: string;
  /** What the last refusal said. */
  refused: { message: string; help: string } | undefined;
}

function at<T>(all: readonly T[], number: number): T | undefined {
  return all[number % Math.max(all.length, 1)];
}

function changed(program: Program, old: Item, now: Item): Program {
  return { ...program, items: program.items.map((one) => (one === old ? now : one)) };
}

/** The program after an edit, and what was done in words; nothing if there is nothing to do. */
export function applied(
  program: Program,
  change: Edit,
  around: Around,
): { program: Program; words: string } | undefined {
  const { items } = program;
  const chosen = "pick" in change ? at(items, change.pick) : undefined;
  if ("pick" in change && !chosen) return undefined;
  const called = chosen ? `${chosen.kind} \`${chosen.id}\`` : "";
  switch (change.do) {
    case "add":
      return {
        program: { ...program, items: [...items, change.item] },
        words: `add ${inWords(change.item)}`,
      };
    case "drop":
      return {
        program: { ...program, items: items.filter((one) => one !== chosen) },
        words: `drop ${called}`,
      };
    case "first":
      return {
        program: { ...program, items: [chosen as Item, ...items.filter((one) => one !== chosen)] },
        words: `move ${called} to the top`,
      };
    case "duplicate":
      return {
        program: { ...program, items: [...items, { ...(chosen as Item), id: change.id }] },
        words: `copy ${called} as \`${change.id}\``,
      };
    case "program":
      return programEdit(program, change);
    case "protect":
      return {
        program: { ...program, protect: change.value },
        words: `protect: ${JSON.stringify(change.value)}`,
      };
    case "release":
      return {
        program: { ...program, release: [(chosen as Item).id] },
        words: `release: ["${chosen?.id}"]`,
      };
    case "advice":
      return advised(program, around, change.which);
    case "save":
    case "wipe":
    case "restore":
      return undefined;
    default:
      return itemEdit(program, chosen as Item, change, around);
  }
}

function programEdit(program: Program, { field, value }: Extract<Edit, { do: "program" }>) {
  if (field === "app") {
    const app = value ? APPS[0] : APPS[1];
    return { program: { ...program, app }, words: `call the app \`${app}\`` };
  }
  const given = field === "prefix" ? (value ? "my" : undefined) : value || undefined;
  return { program: { ...program, [field]: given }, words: `${field}: ${given}` };
}

type ItemEdit = Extract<Edit, { do: "set" | "swap" | "pin" | "unpin" | "bind" }>;

function itemEdit(program: Program, old: Item, change: ItemEdit, around: Around) {
  const called = `${old.kind} \`${old.id}\``;
  switch (change.do) {
    case "swap": {
      if (old.kind === "worker") return undefined;
      const words = `make ${called} ${old.raw ? "a block" : "raw"}`;
      return { program: changed(program, old, { ...old, raw: !old.raw }), words };
    }
    case "set": {
      const value = change.value === "fresh" ? `n${program.items.length}` : change.value;
      if (old[change.field] === value || !FIELDS[old.kind].includes(change.field)) return undefined;
      // Whoever adds migrations wants them to run.
      if (change.field === "table" && old.table === undefined) return undefined;
      const words = `${called}: ${change.field} ${JSON.stringify(value)}`;
      return { program: changed(program, old, { ...old, [change.field]: value }), words };
    }
    case "unpin": {
      if (!old.pin) return undefined;
      const gone = change.stage === undefined ? undefined : at(STAGES, change.stage);
      const left = Object.entries(old.pin).filter(
        ([stage]) => gone !== undefined && stage !== gone,
      );
      const pin = left.length === 0 ? undefined : Object.fromEntries(left);
      return {
        program: changed(program, old, { ...old, pin }),
        words: `${called}: pin ${JSON.stringify(pin)}`,
      };
    }
    case "pin": {
      if (!FIELDS[old.kind].includes("pin")) return undefined;
      const held = around.names(old.kind);
      const name = change.thing === undefined ? "legacy" : (at(held, change.thing) ?? "legacy");
      const stages = pinned(change.stages, around.stage).map((stage) => [stage, name]);
      const pin = { ...old.pin, ...Object.fromEntries(stages) };
      const adopts = change.adopt && FIELDS[old.kind].includes("adopt");
      const adopt = adopts ? { adopt: true } : {};
      return {
        program: changed(program, old, { ...old, pin, ...adopt }),
        words: `${called}: pin ${JSON.stringify(pin)}${adopts ? ", adopt" : ""}`,
      };
    }
    case "bind":
      return bound(program, old, change.which);
  }
}

function pinned(stages: Pinned, current: string): string[] {
  if (stages === "this") return [current];
  if (stages === "any") return [ANY_STAGE];
  return stages.map((stage) => at(STAGES, stage) as string);
}

/** Binds a class or workflow to another Worker, or to none. */
function bound(program: Program, old: Item, which: number) {
  const id = at(bindable(program.items), which);
  if (id === undefined || old.kind !== "worker") return undefined;
  const has = old.binds?.includes(id);
  const binds = has ? old.binds?.filter((one) => one !== id) : [...(old.binds ?? []), id];
  const words = `${has ? "unbind" : "bind"} \`${id}\` ${has ? "from" : "to"} worker \`${old.id}\``;
  return { program: changed(program, old, { ...old, binds }), words };
}

/** Does one of the things that the last refusal says, to the line that it is about. */
function advised(program: Program, { refused }: Around, which: number) {
  if (!refused) return undefined;
  const named = program.items.find(({ id }) => refused.message.includes(`\`${id}\``));
  const ways = advice(refused.help);
  const way = at(ways, which);
  if (!way) return undefined;
  const words = `as the refusal says: ${way.words}`;
  if ("release" in way) return { program: { ...program, release: way.release }, words };
  if (!named) return undefined;
  const pin = way.set.pin ? { ...named.pin, ...way.set.pin } : named.pin;
  return { program: changed(program, named, { ...named, ...way.set, pin }), words };
}

type Way = { words: string } & ({ set: Partial<Item> } | { release: string[] });

/** The options that the help of a refusal names. */
function advice(help: string): Way[] {
  const ways: Way[] = [];
  const pin = /pin: (\{ .*? \})/.exec(help);
  if (pin?.[1]) ways.push({ words: pin[0], set: { pin: JSON.parse(pin[1]) } });
  const release = /release: (\[.*?\])/.exec(help);
  if (release?.[1]) ways.push({ words: release[0], release: JSON.parse(release[1]) });
  const on = /onRename: "(keep|replace)"/.exec(help);
  if (on?.[1]) ways.push({ words: on[0], set: { onRename: on[1] as "keep" | "replace" } });
  const flag = /(delete|adopt): (true|false)/.exec(help);
  if (flag) ways.push({ words: flag[0], set: { [flag[1] as string]: flag[2] === "true" } });
  return ways;
}

/** A line of a program, in words. */
export function inWords({ kind, id, raw, binds, ...options }: Item): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const more = given.map(([key, value]) => ` ${key}=${JSON.stringify(value)}`).join("");
  const bindings = binds?.length ? ` binding ${binds.join(", ")}` : "";
  return `${raw && kind !== "worker" ? "raw " : ""}${kind} \`${id}\`${more}${bindings}`;
}

/** A command, in words. */
export function commandInWords({ run, app, stage }: { run: Command; app: string; stage: string }) {
  const { phase, repo, stageBy, force, local, adopt, account, throwsAt, inFinally } = run;
  const forms = {
    option: "",
    flag: "",
    env: "",
    equals: ` (as --stage=${stage})`,
    undefined: " (as --stage beside `stage: undefined`)",
  };
  const flags = Object.entries({ force, local, adopt }).filter(([, on]) => on);
  const words = flags.map(([name]) => ` --${name}`).join("");
  const thrown = throwsAt === undefined ? "" : `, throwing before line ${throwsAt + 1}`;
  const ending = phase === "up" && inFinally ? ", finalize in finally" : "";
  const elsewhere = account === 0 ? "" : ", in the other account";
  const what = phase === "up" ? "deploy" : "destroy";
  const which = repo === 0 ? "" : " from the second repository";
  return `${what} ${app} ${stage}${forms[stageBy]}${words}${which}${phase === "up" ? thrown : ""}${ending}${elsewhere}`;
}
