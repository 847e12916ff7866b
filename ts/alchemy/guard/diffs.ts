/**
 * Suppresses differences that are none. Alchemy compares the program's options with the stored ones
 * as JSON text, so another order of keys is an update, and for a database an update switches its
 * read replication off.
 */
import { quirksOf, specOf } from "../../kinds.ts";
import { deployedName, isDeployed, isRetained, type Row } from "../../state/row.ts";
import type { AlchemyScope, StateStore } from "../types.ts";
import { declaredAs } from "./passed.ts";
import { shielded } from "./recovery.ts";

type Options = Record<string, unknown>;

/**
 * Takes out of the comparison what the guard has judged already: a name that stays the same, in
 * whatever option and place, and protection that is only added.
 */
export async function suppressNoOpDiff(
  scope: AlchemyScope,
  store: StateStore,
  id: string,
  row: Row,
  options: Options,
): Promise<void> {
  if (isSettled(row, options)) return;
  const declared = declaredAs(scope, id, row.kind);
  if (!declared || !row.props) return;
  if (!isDeployed(row)) return followName(store, id, row, declared.name, options);
  if (deployedName(row) !== declared.name) {
    if (declared.onRename !== "keep") return;
    declared.noteKept();
  }
  // What is retained stays so until somebody writes `delete: true`.
  if (options.delete === undefined) delete row.props.delete;
  if (options.delete === false && row.props.delete !== false) {
    row.props.delete = false;
    await store.set(id, row);
  }
  for (const option of specOf(row.kind)?.naming ?? []) row.props[option] = options[option];
  row.props = inOrderOf(options, row.props);
}

/**
 * The same for a domain or a route: a Worker stands for its script, and what is adopted is for the guard
 * to say. An update of a route would write it again.
 */
export function suppressHostDiff(row: Row, options: Options): void {
  if (!row.props) return;
  const props = { ...row.props };
  const script = (props.script as { name?: unknown } | null | undefined)?.name;
  if (typeof script === "string") props.script = script;
  if (options.adopt === undefined) delete props.adopt;
  row.props = inOrderOf(options, props);
}

/** Whether what is stored has the name, the protection and the key order of the options. */
function isSettled(row: Row, options: Options): boolean {
  const stored = row.props;
  if (!stored) return true;
  if (!isDeployed(row)) return false;
  const naming = specOf(row.kind)?.naming ?? [];
  if (naming.some((option) => stored[option] !== options[option])) return false;
  return stored.delete === options.delete && isInOrderOf(options, stored);
}

/**
 * Gives a row that only local mode made the declared name. Alchemy would replace or rename what was
 * never deployed: by an empty id or, for a bucket, by a name that may be a stranger's.
 */
async function followName(
  store: StateStore,
  id: string,
  row: Row,
  name: string,
  options: Options,
): Promise<void> {
  const isShielded = quirksOf(row.kind)?.deletesByName === true;
  if (isShielded && !isRetained(row)) await store.set(id, shielded(row));
  const attribute = specOf(row.kind)?.alchemy.attribute ?? "";
  if (typeof row.output?.[attribute] === "string") row.output[attribute] = name;
  // The shield is the guard's own, and no reason for an update.
  if (row.props && isShielded) {
    if (options.delete === undefined) delete row.props.delete;
    else row.props.delete = options.delete;
    row.props = inOrderOf(options, row.props);
  }
}

/** Anything else is compared by what it says of itself, which has one order. */
function isPlain(value: unknown): value is Options {
  return typeof value === "object" && value !== null && !("toJSON" in value);
}

/** The keys that JSON has: those that are `undefined` are left out. */
function keysOf(options: Options): string[] {
  return Object.keys(options).filter((key) => options[key] !== undefined);
}

/** `stored` with its keys, and those of the values inside, in the order of `given`. */
function inOrderOf(given: Options, stored: Options): Options {
  const order = keysOf(given).filter((key) => Object.hasOwn(stored, key));
  const all = [...new Set([...order, ...Object.keys(stored)])];
  const ordered = all.map((key) => [key, valueInOrder(given[key], stored[key])]);
  return Object.fromEntries([...ordered, ...symbolsOf(stored)]);
}

/** What Alchemy knows a resource by, such as the queue that `dlq` is. It stores that, too. */
function symbolsOf(value: object): [symbol, unknown][] {
  const symbols = Object.getOwnPropertySymbols(value);
  return symbols.map((symbol) => [symbol, Reflect.get(value, symbol)]);
}

function valueInOrder(given: unknown, stored: unknown): unknown {
  if (!isPlain(given) || !isPlain(stored) || Array.isArray(given) !== Array.isArray(stored)) {
    return stored;
  }
  if (Array.isArray(stored)) return stored.map((value, at) => valueInOrder(given[at], value));
  return inOrderOf(given, stored);
}

/** Whether {@link inOrderOf} would change nothing. */
function isInOrderOf(given: Options, stored: Options): boolean {
  const order = Object.keys(stored);
  return keysOf(given).every((key, at) => {
    const [one, other] = [given[key], stored[key]];
    return key === order[at] && (!isPlain(one) || !isPlain(other) || isInOrderOf(one, other));
  });
}
