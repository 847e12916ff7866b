// What the core needs of JavaScript and cannot do well through generic imports. Mechanics only:
// which keys, names and values are meant is always said by Rust.

const handles = new WeakMap();
const collected = [];
const registry = new FinalizationRegistry((handle) => collected.push(handle));
const free = [];
let last = 0;
let watcher;
let failure;

/** A number that stands for `object` as long as it lives; never 0. */
export function handleOf(object) {
  let handle = handles.get(object);
  if (handle === undefined) {
    handle = free.pop() ?? ++last;
    handles.set(object, handle);
    registry.register(object, handle);
  }
  return handle;
}

/** The handle of an object that is gone, told once and then used again; 0 where there is none. */
export function nextCollected() {
  const handle = collected.pop();
  if (handle === undefined) return 0;
  free.push(handle);
  return handle;
}

/** The active Alchemy scope, or `undefined`; Alchemy puts its class where every copy finds it. */
export function currentScope() {
  return globalThis.__ALCHEMY_SCOPE__?.getScope();
}

/** Has `watch(scope)` called for each scope in which a block is used, once. */
export function onScope(watch) {
  watcher = watch;
}

export function announce(scope) {
  watcher?.(scope);
}

export function words(text) {
  return text.split(" ");
}

/** Bit i says that `object[keys[i]]` is neither `undefined` nor `null`. */
function given(object, keys) {
  if (object === undefined || object === null) return 0;
  let bits = 0;
  for (let i = 0; i < keys.length; i++) {
    const value = object[keys[i]];
    if (value !== undefined && value !== null) bits |= 1 << i;
  }
  return bits;
}

/** Whether it can be read as options: an object, or nothing. */
function isReadable(value) {
  return value == null || (typeof value === "object" && !Array.isArray(value));
}

/**
 * All that a call and its surroundings show at once, in one number, since each crossing costs:
 * which options and settings are given, from bit 0 on; from bit 17 on, whether the callback can be
 * called and whether options and settings can be read; from bit 20 on, the handle of the active
 * Alchemy scope, 0 for none. -1 where looking threw: then see `thrown`.
 */
export function look([, options, resource, settings], keys, settingKeys) {
  try {
    let bits = given(options, keys) | (given(settings, settingKeys) << keys.length);
    if (typeof resource === "function") bits |= 1 << 17;
    if (isReadable(options)) bits |= 1 << 18;
    if (settings !== null && isReadable(settings)) bits |= 1 << 19;
    return activeHandle() * 2 ** 20 + bits;
  } catch (error) {
    failure = error;
    return -1;
  }
}

/** The handle of the active Alchemy scope, or 0. */
export function activeHandle() {
  const scope = currentScope();
  return scope === undefined ? 0 : (handles.get(scope) ?? handleOf(scope));
}

/** What `look` met. */
export function thrown() {
  const error = failure;
  failure = undefined;
  return error;
}

/** Which sort of value it is: the order is that of the words in Rust. */
export function sortOf(value) {
  if (value === null) return 0;
  if (Array.isArray(value)) return 1;
  return ["", "", "undefined", "string", "function", "object", "boolean", "number"].indexOf(
    typeof value,
  );
}

/** Whether text has no half of a surrogate pair. */
export function isWellFormed(text) {
  return !/\p{Surrogate}/u.test(text);
}

export function get(object, key) {
  return object[key];
}

export function at(list, place, keys, index) {
  return list[place][keys[index]];
}

/** The text at `index`; `undefined` for anything else. */
export function textAt(list, index) {
  const value = list[index];
  return typeof value === "string" ? value : undefined;
}

/** Keys and values in turn. */
export function entries(object) {
  return Object.entries(object).flatMap((entry) => entry);
}

/** `extra`, made if it is `undefined`, with one option more. */
export function extend(extra, keys, index, value) {
  const object = extra ?? {};
  object[keys[index]] = value;
  return object;
}

/**
 * Calls `resource(id, options)`, or `other` in its place, with a copy of the options: without the
 * keys whose bit is in `drop`, with the name for those in `set`, then with `extra`, then with
 * `false` for those in `off`. The name is `name`, after the id where it is a `suffix`.
 */
export function deliver([id, options, resource], other, keys, drop, set, off, name, suffix, extra) {
  const copy = { ...options };
  for (let i = 0; drop >> i; i++) if ((drop >> i) & 1 && keys[i] in copy) delete copy[keys[i]];
  const full = suffix ? id + name : name;
  for (let i = 0; set >> i; i++) if ((set >> i) & 1) copy[keys[i]] = full;
  if (extra !== undefined) Object.assign(copy, extra);
  for (let i = 0; off >> i; i++) if ((off >> i) & 1) copy[keys[i]] = false;
  return (other ?? resource)(id, copy);
}

/** What the state's guard asks of a declaration. */
export function facts(keys, naming, name, jurisdiction, onRename) {
  return { name, keys: keys.filter((_, i) => (naming >> i) & 1), jurisdiction, onRename };
}

export function variable(name) {
  return globalThis.process?.env?.[name];
}

/** What follows `flag` on the command line, read as Alchemy reads it. */
export function argumentAfter(flag) {
  const args = globalThis.process?.argv?.slice(2) ?? [];
  const at = args.indexOf(flag);
  return at === -1 ? undefined : args[at + 1];
}

export function warn(text) {
  console.warn(text);
}

/** A refusal of the naming law or of the guard: a stable `code`, and `help` says what to do. */
export class BlockError extends Error {
  constructor(code, message, help) {
    super(message);
    this.name = "BlockError";
    this.code = code;
    this.help = help;
  }
}

export function blockError(code, message, help) {
  return new BlockError(code, message, help);
}

/**
 * Where `error` is a refusal, marks the active scope and those above it as failed, as Alchemy does
 * for errors of its own: a program that catches the refusal and goes on to `finalize()` would
 * otherwise have what it did not declare deleted.
 */
export function failScope(error) {
  if (!(error instanceof BlockError)) return;
  for (let at = currentScope(); at; at = at.parent) at.fail?.();
}
