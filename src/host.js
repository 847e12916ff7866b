// What the core needs of JavaScript and cannot do well through generic imports. Mechanics only:
// which keys, names and values are meant is always said by Rust.

const handles = new WeakMap();
const collected = [];
const registry = new FinalizationRegistry((handle) => collected.push(handle));
let last = 0;
let watcher;

/** A number that stands for `object` as long as it lives; never 0. */
export function handleOf(object) {
  let handle = handles.get(object);
  if (handle === undefined) {
    handle = ++last;
    handles.set(object, handle);
    registry.register(object, handle);
  }
  return handle;
}

/** The handles of objects that are gone, each told once. */
export function takeCollected() {
  return collected.splice(0);
}

/** The active Alchemy scope, or `undefined`; Alchemy puts its class where every copy finds it. */
export function currentScope() {
  return globalThis.__ALCHEMY_SCOPE__?.getScope();
}

/** The handle of the active Alchemy scope, or 0. */
export function currentHandle() {
  const scope = globalThis.__ALCHEMY_SCOPE__?.getScope();
  return scope === undefined ? 0 : (handles.get(scope) ?? handleOf(scope));
}

/** Has `watch(scope)` called for each scope in which a block is used, once. */
export function onScope(watch) {
  watcher = watch;
}

export function announce(scope) {
  watcher?.(scope);
}

/** Bit i says that `object[keys[i]]` is neither `undefined` nor `null`. */
export function given(object, keys) {
  let bits = 0;
  for (let i = 0; i < keys.length; i++) {
    if (object[keys[i]] != null) bits |= 1 << i;
  }
  return bits;
}

/**
 * Calls `resource(id, options)` with a copy of `options`, without the keys whose bit is in `drop`
 * and with `value` for those in `set`. `extra` is merged last.
 */
export function deliver(resource, id, options, keys, drop, set, value, extra) {
  const copy = { ...options };
  for (let i = 0; drop >> i; i++) if ((drop >> i) & 1) delete copy[keys[i]];
  for (let i = 0; set >> i; i++) if ((set >> i) & 1) copy[keys[i]] = value;
  return resource(id, extra === undefined ? copy : Object.assign(copy, extra));
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
 * Marks the active scope and those above it as failed, as Alchemy does for errors of its own: a
 * program that catches the refusal and goes on to `finalize()` would otherwise have what it did
 * not declare deleted.
 */
export function failScope() {
  for (let at = currentScope(); at; at = at.parent) at.fail?.();
}
