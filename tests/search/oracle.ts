/** What a command may change, and what it has changed. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Account } from "../cloudflare/account.ts";
import type { Kind } from "../cloudflare/log.ts";
import { classOf, idOf, type Outcome } from "./deploy.ts";
import {
  ANY_STAGE,
  type Command,
  DATA_KINDS,
  type Item,
  type ItemKind,
  type Program,
  STAGES,
} from "./model.ts";

/** The stages that are protected unless a program says `protect`. */
const PROTECTED = ["prod", "production"];

/** Something in an account. */
export interface Thing {
  key: string;
  kind: ItemKind;
  name: string;
  account: number;
  /** The script of a class or workflow. */
  script: string | undefined;
  /** How much of the data that the search has put there is left. */
  data: number;
}

export type Things = ReadonlyMap<string, Thing>;

/** Where the name of a resource comes from. */
type Origin = "law" | "automatic" | "fixed name" | "pin" | "`stage`" | "`share`";

/** What the search remembers of a row of the state. It is saved and restored with the state. */
interface Note {
  key: string;
  kind: ItemKind;
  app: string;
  stage: string;
  id: string;
  account: number;
  /** Whether the row made it; otherwise it was there and was adopted. */
  created: boolean;
  origin: Origin;
  /** Whether `delete: false` was ever stored, and `delete: true` not written since. */
  retained: boolean;
  /** Whether `delete: true` was written last. */
  letGo: boolean;
  /** Whether its stage was ever protected by default. */
  isProtected: boolean;
  /** By which repository. */
  repo: number;
}

type Notes = Map<string, Note>;

/** Who has made a thing. */
interface Maker {
  app: string;
  stage: string;
  repo: number;
  origin: Origin;
  /** The ids that a workflow has had in the program. */
  ids: Set<string>;
}

/** A run, with all that is known of it when it has ended. */
export interface Ran {
  program: Program;
  command: Command;
  outcome: Outcome;
  before: Things;
  after: Things;
}

/** What was found. */
export interface Fault {
  /** Tells kinds of faults apart. */
  kind: string;
  words: string;
}

const KIND_OF: Partial<Record<Kind, ItemKind>> = {
  D1Database: "database",
  R2Bucket: "bucket",
  KVNamespace: "kv",
  Queue: "queue",
  Worker: "worker",
  DurableObjectNamespace: "class",
  Workflow: "workflow",
};

/** Kinds that are known by their name, and come back as the same thing if they are made anew. */
const BY_NAME: readonly ItemKind[] = ["bucket", "worker", "workflow"];

function keyOf(account: number, kind: ItemKind, name: string, id: string): string {
  return `${account}/${kind}/${BY_NAME.includes(kind) ? name : id}`;
}

function isData(kind: ItemKind): boolean {
  return (DATA_KINDS as readonly ItemKind[]).includes(kind);
}

/** All that the accounts hold. */
export function snapshot(accounts: readonly Account[]): Things {
  const things = accounts.flatMap((held, account) =>
    held.state().map(({ kind: type, name, id, script, data }): Thing => {
      const kind = KIND_OF[type] as ItemKind;
      const left = kind === "database" ? kept(held, name) : data;
      return { key: keyOf(account, kind, name, id), kind, name, account, script, data: left };
    }),
  );
  return new Map(things.map((thing) => [thing.key, thing]));
}

function kept(account: Account, database: string): number {
  const tables = account.sql(database, "select 1 from sqlite_master where name = 't'");
  if (tables.length === 0) return 0;
  return account.sql(database, "select 1 from t where a = 'kept'").length;
}

/** Puts data into all that has none. */
export function fill(accounts: readonly Account[], things: Things): void {
  for (const { kind, name, account, script, data } of things.values()) {
    const held = accounts[account];
    if (!held || data > 0) continue;
    if (kind === "database") {
      held.sql(name, "create table if not exists t (a)");
      held.sql(name, "insert into t values ('kept')");
    }
    if (kind === "bucket") held.putObject(name, "key", name);
    if (kind === "kv") held.putValue(name, "key", name);
    if (kind === "queue") held.sendMessage(name, { name });
    if (kind === "class" && script) held.putDurable(script, name, "object", "key", name);
    if (kind === "workflow") held.startInstance(name, "one");
  }
}

/** A row of the state, as far as it is needed here. */
interface Row {
  path: string;
  kind: ItemKind | undefined;
  status: string;
  output: Record<string, unknown>;
  props: Record<string, unknown>;
}

function readRows(folder: string): Row[] {
  let files: string[];
  try {
    files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => readRow(folder, file))
    .filter((row) => row !== undefined);
}

function readRow(folder: string, file: string): Row | undefined {
  try {
    const path = join(folder, file);
    const { kind, status, output, props } = JSON.parse(readFileSync(path, "utf8"));
    const type = String(kind).replace("cloudflare::", "") as Kind;
    const given = { status, output: output ?? {}, props: props ?? {} };
    return { path: relative(folder, path), kind: KIND_OF[type], ...given };
  } catch {
    return undefined;
  }
}

function physical(row: Row, account: number): string | undefined {
  const { kind, output } = row;
  const dev = output.dev as { isDeployed?: boolean; hasRemote?: boolean } | undefined;
  // What only local mode has made holds nothing in the account.
  if (!kind || dev?.isDeployed === false || dev?.hasRemote === false) return undefined;
  const id = kind === "kv" ? output.namespaceId : output.id;
  return keyOf(account, kind, String(output.name), String(id));
}

function originOf(item: Item, stage: string): Origin {
  // A class has the name of its script.
  if (item.kind === "class") return "law";
  if (item.raw) {
    if (item.name === undefined) return "automatic";
    return item.name === "main" ? "law" : "fixed name";
  }
  if ((item.pin?.[ANY_STAGE] ?? item.pin?.[stage]) !== undefined) return "pin";
  // Each is the law's own name in the stage that it names.
  if (item.stage !== undefined && item.stage !== stage) return "`stage`";
  return item.share === undefined || item.share === stage ? "law" : "`share`";
}

/** The item of a program that has made a thing. */
function itemOf({ items }: Program, { kind, name }: Thing): Item | undefined {
  const own = items.filter((item) => item.kind === kind);
  // Only workflows need this: all others are judged by their rows.
  return own.find((item) => name.startsWith(item.name ?? item.id)) ?? own[0];
}

/** The path of an item's row. */
function pathOf(program: Program, item: Item, stage: string): string {
  const scopes = [program.app, program.inRoot ? "" : stage, item.scope ?? ""];
  return join(...scopes, `${idOf(item, stage)}.json`);
}

/** All that is known of who has made what, and of what the state says. */
export class Ledger {
  #notes: Notes = new Map();
  #saved: Notes | undefined;
  readonly #makers = new Map<string, Maker>();

  save(): void {
    this.#saved = new Map(this.#notes);
  }

  wipe(): void {
    this.#notes.clear();
  }

  restore(): void {
    if (this.#saved) this.#notes = new Map(this.#saved);
  }

  /** Whether nothing that an app has in a stage is left, in the state and in the account. */
  isGone(app: string, stage: string, things: Things): boolean {
    const rows = [...this.#notes.values()].some((note) => note.app === app && note.stage === stage);
    const made = [...things.keys()].map((key) => this.#makers.get(key));
    return !rows && !made.some((maker) => maker?.app === app && maker.stage === stage);
  }

  /** Notes what a run has made and stored. */
  learn(ran: Ran, folder: string): void {
    const { program, command, outcome, before, after } = ran;
    const { app } = program;
    const { stage } = outcome;
    const { repo } = command;
    for (const key of after.keys()) {
      const item = itemOf(program, after.get(key) as Thing);
      const maker = this.#makers.get(key);
      if (maker?.app === app && maker.stage === stage && item) maker.ids.add(item.id);
      if (before.has(key)) continue;
      const origin = item ? originOf(item, stage) : "automatic";
      this.#makers.set(key, { app, stage, repo, origin, ids: new Set(item ? [item.id] : []) });
    }
    for (const key of this.#makers.keys()) if (!after.has(key)) this.#makers.delete(key);
    const rows = new Map(readRows(folder).map((row) => [row.path, row]));
    for (const path of this.#notes.keys()) if (!rows.has(path)) this.#notes.delete(path);
    if (command.phase === "destroy") return;
    for (const item of program.items) {
      const row = rows.get(pathOf(program, item, stage));
      if (row?.kind === item.kind) this.#note(row, item, ran);
    }
  }

  #note(row: Row, item: Item, { program, command, outcome, before, after }: Ran): void {
    const by = { app: program.app, stage: outcome.stage, repo: command.repo };
    const { account } = command;
    const old = this.#notes.get(row.path);
    const now = physical(row, account);
    const made = now !== undefined && now !== old?.key && after.has(now) && !before.has(now);
    const same = !made && old !== undefined && physical(row, old.account) === old.key;
    const key = same ? old.key : now;
    if (key === undefined || !after.has(key)) return;
    const settled = row.status === "created" || row.status === "updated";
    const letGo =
      item.delete === true ? settled : item.delete === undefined && (old?.letGo ?? false);
    const stored = settled && row.props.delete === false;
    if (same && !outcome.ok) {
      // What was refused says nothing about the row.
      this.#notes.set(row.path, { ...old, retained: old.retained || stored });
      return;
    }
    this.#notes.set(row.path, {
      ...by,
      key,
      kind: item.kind,
      id: idOf(item, by.stage),
      account: same ? old.account : account,
      created: same ? old.created : !before.has(key),
      origin: originOf(item, by.stage),
      retained: item.delete === true ? false : stored || (same && old.retained),
      letGo: letGo && !stored,
      isProtected: isProtected(program, item, by.stage) || (old?.isProtected ?? false),
    });
  }

  /** What a run has lost or changed that it was not asked for. */
  judge(ran: Ran): Fault[] {
    const asked = this.#asked(ran);
    const faults: Fault[] = [];
    for (const thing of ran.before.values()) {
      const harm = harmTo(thing, ran.after.get(thing.key));
      if (!harm || asked.has(thing.key)) continue;
      const maker = this.#makers.get(thing.key);
      const own = maker?.app === ran.program.app && maker.stage === ran.outcome.stage;
      // A Worker holds no data by itself, and a stage may change its own.
      if (own && (harm === "changed" || thing.kind === "worker")) continue;
      // An id that is declared twice in one program runs the SQL of both, as it says.
      if (own && harm === "emptied" && !hasOwnIds(ran.program)) continue;
      faults.push(this.#fault(ran, thing, harm, maker));
    }
    return faults;
  }

  /** The keys of everything that the program or the command allows this run to delete. */
  #asked({ program, command, outcome, before }: Ran): Set<string> {
    const intended = STAGES[command.stage % STAGES.length];
    const own = [...this.#notes].filter(([, note]) => {
      const mine = note.app === program.app && note.stage === intended;
      return mine && outcome.stage === intended && note.account === command.account;
    });
    const told = own
      .filter(([, note]) => !this.#isHeldElsewhere(note))
      .filter(([path, note]) =>
        command.phase === "destroy" ? destroys(note) : deploys(program, path, note, outcome.stage),
      );
    const keys = told.flatMap(([, note]) => [note.key, ...this.#inWorker(note, before)]);
    return new Set([...keys, ...this.#releasedClasses(program, command, outcome.stage, before)]);
  }

  /** Whether another stage or app has the same thing: it is in use there. */
  #isHeldElsewhere({ key, app, stage }: Note): boolean {
    return [...this.#notes.values()].some((other) => {
      return other.key === key && (other.app !== app || other.stage !== stage);
    });
  }

  /** The classes and workflows that go with a Worker. */
  #inWorker(note: Note, before: Things): string[] {
    if (note.kind !== "worker") return [];
    const script = before.get(note.key)?.name;
    return [...before.values()]
      .filter((thing) => thing.script !== undefined && thing.script === script)
      .filter((thing) => {
        const maker = this.#makers.get(thing.key);
        const lawful = ["law", "automatic", "fixed name"].includes(maker?.origin ?? "");
        return maker?.app === note.app && maker.stage === note.stage && lawful;
      })
      .map(({ key }) => key);
  }

  /** The classes and workflows that `release` names by their ids. */
  #releasedClasses(program: Program, { phase }: Command, stage: string, before: Things): string[] {
    const names = program.release ?? [];
    if (phase === "destroy" || names.length === 0) return [];
    return [...before.values()]
      .filter(({ key, kind, name }) => {
        const maker = this.#makers.get(key);
        if (maker?.app !== program.app || maker.stage !== stage) return false;
        // A raw one is called as its class, whatever its id.
        if (kind === "workflow") {
          return name === "Onboarding" || names.some((id) => maker.ids.has(id));
        }
        return kind === "class" && names.some((id) => name === (id === "db" ? "Counter" : "Room"));
      })
      .map(({ key }) => key);
  }

  #fault(ran: Ran, thing: Thing, harm: string, maker: Maker | undefined): Fault {
    const { program, command, outcome } = ran;
    const note = [...this.#notes.values()].find(
      ({ key, app, stage }) => key === thing.key && app === program.app && stage === outcome.stage,
    );
    const group = isData(thing.kind) ? "data" : thing.kind;
    const whose = whoseIs(maker, ran);
    const cause = harm === "emptied" ? undefined : this.#causeOfRun(ran, maker);
    const parts = cause
      ? [command.phase, cause, `${harm} ${group}`]
      : [command.phase, `${harm} ${group} of ${whose}`, ...this.#causes(ran, thing, note, harm)];
    const named = thing.script ? `${thing.script}/${thing.name}` : thing.name;
    const made = maker ? `made by ${maker.app} ${maker.stage}` : "of unknown origin";
    return { kind: parts.join(" · "), words: `${harm}: ${thing.kind} \`${named}\`, ${made}` };
  }

  /** The first thing about the run as a whole that is out of the ordinary. */
  #causeOfRun({ program, command, outcome }: Ran, maker: Maker | undefined): string | undefined {
    const intended = STAGES[command.stage % STAGES.length];
    if (outcome.stage !== intended) return "the stage did not reach Alchemy";
    if (program.inRoot) return "`app.run`";
    const other = [...this.#notes.values()].some(({ app, stage, account }) => {
      return app === program.app && stage === outcome.stage && account !== command.account;
    });
    if (other) return "another account's credentials";
    if (!maker) return undefined;
    if (isNested(maker.stage, outcome.stage)) return "one stage's folder in another's";
    if (maker.app === program.app && maker.repo !== command.repo) return "two programs of one app";
    const throws = command.throwsAt !== undefined && command.inFinally && command.phase === "up";
    return throws ? "the user's own error" : undefined;
  }

  /** What is out of the ordinary about a resource. */
  #causes(ran: Ran, thing: Thing, note: Note | undefined, harm: string): string[] {
    const { program, command, outcome, before } = ran;
    const maker = this.#makers.get(thing.key);
    if (harm === "emptied") return ["SQL ran again"];
    if (harm === "changed") return [maker?.origin ?? ""];
    const facts = [
      note?.retained ? "retained before" : "",
      note && !note.created ? "adopted" : "",
      note && this.#isHeldElsewhere(note) ? "held elsewhere too" : "",
      command.local ? "local mode" : "",
      note?.origin ?? maker?.origin ?? "",
    ].filter((fact) => fact !== "");
    if (command.phase === "destroy") {
      return PROTECTED.includes(outcome.stage) ? ["protected", ...facts] : facts;
    }
    return [...facts, this.#causeInProgram(program, thing, note, outcome.stage, before)];
  }

  #causeInProgram(
    program: Program,
    thing: Thing,
    note: Note | undefined,
    stage: string,
    before: Things,
  ): string {
    const blocks = program.items.filter(({ raw }) => !raw);
    if (blocks.length === 0) return "no block in the program";
    if (thing.script !== undefined) {
      const owner = [...this.#notes.values()].find(({ key }) => {
        return before.get(key)?.kind === "worker" && before.get(key)?.name === thing.script;
      });
      const worker = program.items.some(
        (item) => item.kind === "worker" && idOf(item, stage) === owner?.id,
      );
      const elsewhere = program.items.some(({ kind, binds }) => kind === "worker" && binds?.length);
      return `${worker ? "unbound" : "its Worker dropped"}${elsewhere ? ", another is bound" : ""}`;
    }
    const declared = program.items.some((item) => idOf(item, stage) === note?.id);
    const more = declared ? "declared otherwise" : "dropped";
    return `${more}${program.catches ? ", errors caught" : ""}`;
  }
}

/**
 * Whether the default protects what an item makes in a stage: a program that says `protect` says so
 * for the blocks of that set, and for what is raw if there is no other block.
 */
function isProtected({ protect, items }: Program, item: Item, stage: string): boolean {
  if (!PROTECTED.includes(stage)) return false;
  const isPlain = item.raw ? items.some(({ plain, raw }) => plain && !raw) : item.plain;
  return protect === undefined || isPlain === true;
}

/** Whether destroying its stage takes what a row holds. */
function destroys({ letGo, isProtected, created, origin, retained }: Note): boolean {
  if (letGo) return true;
  // Under a fixed name, too, it is the stage's own if the stage made it.
  const lawful = origin === "law" || origin === "automatic" || origin === "fixed name";
  return !isProtected && created && lawful && !retained;
}

/** Whether the program asks a deploy to delete what a row holds. */
function deploys(program: Program, path: string, note: Note, stage: string): boolean {
  const item = program.items.find((one) => pathOf(program, one, stage) === path);
  const told = item?.onRename === "replace" || program.release?.includes(note.id);
  if (!told) return false;
  const free = !note.retained && !note.isProtected;
  return free || note.letGo || item?.delete === true;
}

function harmTo(thing: Thing, after: Thing | undefined): string | undefined {
  const full = thing.data > 0 || thing.kind === "worker";
  if (!after) return full ? "lost" : undefined;
  if (after.data < thing.data) return "emptied";
  return after.name !== thing.name || after.script !== thing.script ? "changed" : undefined;
}

function whoseIs(maker: Maker | undefined, { program, outcome }: Ran): string {
  if (!maker) return "nobody";
  if (maker.app !== program.app) return "another app";
  if (maker.stage === outcome.stage) return "the stage";
  return PROTECTED.includes(maker.stage) ? "production" : "another stage";
}

function isNested(one: string, other: string): boolean {
  return one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

/** Whether each line has a row of its own. */
function hasOwnIds({ items }: Program): boolean {
  return new Set(items.map(({ scope, id }) => `${scope ?? ""}/${id}`)).size === items.length;
}

/** What a program must not have for the search to say that a refusal of it is a false alarm. */
function isPlain({ items, inRoot, catches, release }: Program): boolean {
  const names = new Set<string>();
  const plain = items.every((item) => {
    const { pin, stage, share, onRename, raw, name, adopt, id, stageInId } = item;
    names.add(`${name ?? ""}/${id}`);
    const options = [pin, stage, share, onRename, adopt, release, stageInId];
    const special = options.some((one) => one !== undefined);
    return !special && (!raw || name === undefined) && item.kind !== "worker";
  });
  return plain && names.size === items.length && !inRoot && !catches;
}

/** Safe edits: what was accepted once, and would be refused without a reason. */
export class Accepted {
  /** The programs that were accepted last, by app and stage, while nothing else has happened. */
  readonly #last = new Map<string, Program>();
  /** Programs that were accepted in some stage. */
  readonly #ever = new Set<string>();

  /** Something has happened that may make any refusal right. */
  forget(): void {
    this.#last.clear();
  }

  /** What a refusal of this run would be a false alarm of; judged before the run. */
  promise({ program, command }: Pick<Ran, "program" | "command">, isFresh: boolean) {
    const stage = STAGES[command.stage % STAGES.length] as string;
    const usual = command.stageBy !== "equals" && command.stageBy !== "undefined";
    const plain =
      usual && command.throwsAt === undefined && !command.local && command.account === 0;
    if (!plain || command.phase === "destroy" || !hasOwnIds(program)) return undefined;
    const last = this.#last.get(place(program, stage, command));
    if (last && !command.adopt && !command.force && same(last, program))
      return "an unchanged program";
    if (!isPlain(program)) return undefined;
    if (last && isPlain(last) && addsOnly(last, program)) return "a program with one more resource";
    const known = this.#ever.has(JSON.stringify(program.items));
    return isFresh && known ? "the first deploy of a stage" : undefined;
  }

  learn({ program, command, outcome }: Pick<Ran, "program" | "command" | "outcome">): void {
    const key = place(program, outcome.stage, command);
    const normal = command.phase === "up" && !command.local && command.account === 0;
    const quiet = isPlain(program) && outcome.ok && normal;
    // Another stage's deploy must not matter, if it takes nothing that is not its own.
    for (const other of this.#last.keys()) if (other !== key && !quiet) this.#last.delete(other);
    if (!outcome.ok || !normal) {
      this.#last.delete(key);
      return;
    }
    this.#last.set(key, program);
    this.#ever.add(JSON.stringify(program.items));
  }
}

function place({ app }: Program, stage: string, { repo }: Command): string {
  return JSON.stringify([app, stage, repo]);
}

function same(one: Program, other: Program): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function addsOnly(old: Program, now: Program): boolean {
  const { items, ...rest } = now;
  const { items: before, ...restBefore } = old;
  const kept = JSON.stringify(items.slice(0, before.length)) === JSON.stringify(before);
  const ids = new Set(items.flatMap(({ id, name }) => [id, name ?? id]));
  const fresh = ids.size === new Set(before.flatMap(({ id, name }) => [id, name ?? id])).size + 1;
  const last = items.at(-1);
  const added = items.length === before.length + 1 && last?.name === undefined;
  // A class that is declared twice is refused with good reason.
  const copied =
    last?.kind === "class" &&
    before.some((one) => one.kind === "class" && classOf(one) === classOf(last));
  return kept && fresh && added && !copied && JSON.stringify(rest) === JSON.stringify(restBefore);
}
