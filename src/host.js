// What the core needs of JavaScript and cannot do well through generic imports. Mechanics only:
// which keys, names and values are meant is always said by Rust.
//
// Calls and answers pass through a piece of the core's memory, the wire, as records of items: a
// tag, a sort of value, and for text and numbers what they are. See `wire.rs`, which has the form.

const handles = new WeakMap();
const collected = [];
const registry = new FinalizationRegistry((handle) => collected.push(handle));
const free = [];
let last = 0;
let watcher;
let explain;
/** What was thrown while a call was read. */
let failure;
/** How many of the collected the core is being told of. */
let told = 0;

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

/** The active Alchemy scope, or `undefined`; Alchemy puts its class where every copy finds it. */
export function currentScope() {
  return globalThis.__ALCHEMY_SCOPE__?.getScope();
}

/** The same; outside of any it throws what Alchemy's own functions throw there. */
export function activeScope() {
  return globalThis.__ALCHEMY_SCOPE__.current;
}

/** Has `watch(scope)` called for each scope in which a block is used, once. */
export function onScope(watch) {
  watcher = watch;
}

/** Has `say(code, message, words)` make the lines of a refusal from what the core tells of it. */
export function onRefusal(say) {
  explain = say;
}

// --- The wire -----------------------------------------------------------------------------------

const TEXT = 3;
const NUMBER = 7;
const ILL_FORMED = 8;
const OTHER = 9;
const TRUTHY = 64;

const THROWN = -1;

const encoder = new TextEncoder();
// A mark at the beginning is part of a name.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
let exports;
/** All of the core's memory. */
let bytes = new Uint8Array();
/** Where in it the wire is, and where the next item goes. */
let start = 0;
let room = 0;
let end = 0;

/** Memory that has grown is another buffer, and of the former one nothing can be read any more. */
function open() {
  if (bytes[start] === undefined) bytes = new Uint8Array(exports.memory.buffer);
}

/** Makes room for so many bytes more; what is written stays. */
function ensure(more) {
  const size = end - start + more;
  if (size <= room) return;
  const moved = exports.reserve(size) >>> 0;
  if (moved === 0) throw tooLong();
  end += moved - start;
  start = moved;
  room = size;
  open();
}

function tooLong() {
  return new BlockError("internal", "there is no room for so much text", "give shorter text");
}

/** Writes an item. */
function put(tag, value) {
  const sort = sortOf(value);
  ensure(sort === TEXT ? value.length * 3 + 6 : 6);
  bytes[end] = tag;
  bytes[end + 1] = value ? sort | TRUTHY : sort;
  end += 2;
  if (sort === TEXT) putText(end - 1, value);
  else if (sort === NUMBER) putNumber(value);
}

function sortOf(value) {
  switch (typeof value) {
    case "string":
      return TEXT;
    case "object":
      if (value === null) return 2;
      return Array.isArray(value) ? 1 : 5;
    case "undefined":
      return 0;
    case "function":
      return 4;
    case "boolean":
      return 6;
    case "number":
      return NUMBER;
    default:
      return OTHER;
  }
}

function putNumber(number) {
  const to = bytes;
  const at = end;
  to[at] = number & 127;
  to[at + 1] = (number >> 7) & 127;
  to[at + 2] = (number >> 14) & 127;
  to[at + 3] = (number >> 21) & 127;
  end = at + 4;
}

/** Writes the length of a text and the text, whose sort is said at a place before. */
function putText(sort, text) {
  const to = bytes;
  const length = text.length;
  const from = end + 4;
  let written = length;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) {
      written = encoder.encodeInto(text, to.subarray(from)).written;
      // Half a surrogate pair has no UTF-8.
      if (/\p{Surrogate}/u.test(text)) to[sort] = ILL_FORMED | TRUTHY;
      break;
    }
    to[from + i] = code;
  }
  // Four bytes of seven bits.
  if (written >= 2 ** 28) throw tooLong();
  putNumber(written);
  end += written;
}

// --- Reading ------------------------------------------------------------------------------------

// The words by which Rust says what to read.
const tags = Object.create(null);
let names = [];
let settingNames = [];
let variables = [];
let flag = "";
let innerNames = [];
/** The options with a tag below it are the blocks' own: Alchemy never sees them. */
let own = 0;

/**
 * Learns where the record lies, and what to read: the names of options, settings and variables, the
 * flag of the stage, and where in an object that stands for a name the name is.
 */
export function learn(its, record, size, ownOptions, options, settings, others) {
  exports = its;
  bytes = new Uint8Array(exports.memory.buffer);
  start = record;
  room = size;
  own = ownOptions;
  names = options.slice(1).split(" ");
  settingNames = settings.slice(1).split(" ");
  const [stage, name, service, ...rest] = others.slice(1).split(" ");
  [flag, innerNames, variables] = [stage, [name, service], rest];
  for (const [tag, name] of names.entries()) tags[name] = tag;
}

const KEY = 22;
const VALUE = 23;
const STAGE = 24;
const ARGUMENT = 25;
const ADOPT = 26;
const ROOT = 27;
const CHAIN = 28;
const GONE = 29;
const VARIABLE = 30;

/** The end of the names in each scope that the core knows, by its handle. */
const suffixes = [];
/** Whether rows of the state can make a name of such a scope ambiguous, likewise. */
const needing = [];

/** Whether the rows of the state have to be known for the names of a scope: of no scope without blocks. */
export function needsRows(scope) {
  return needing[handles.get(scope)] === true;
}

/**
 * Writes what `gather` finds, as tags and values in turn, and gives the length. All is gathered
 * before anything is written: a getter may call a block.
 */
function reading(gather) {
  told = 0;
  try {
    const found = gather();
    open();
    end = start;
    putAll(found);
    return end - start;
  } catch (error) {
    failure = { error };
    return THROWN;
  }
}

function putAll(found) {
  for (let i = 0; i < found.length; i += 2) put(found[i], found[i + 1]);
}

/** The handle of the scope of the call that the core is at. */
let place = 0;

/**
 * Writes what a call and its surroundings show, and puts into the list of arguments a copy of the
 * options without the blocks' own.
 */
export function look(args) {
  told = 0;
  try {
    // Not by destructuring: an iterator takes longer.
    const options = args[1];
    const settings = args[3];
    const found = isReadable(settings) ? ofSettings(settings) : undefined;
    const copy = isReadable(options) ? copied(options) : {};
    args[1] = copy ?? { ...options };
    const scope = currentScope();
    const handle = scope === undefined ? 0 : (handles.get(scope) ?? handleOf(scope));
    if (copy !== undefined && isKnown(handle)) {
      beginCall(args, options, false, handle);
      if (found !== undefined) putAll(found);
      if (putOptions(copy)) return end - start;
    }
    const all = found ?? [];
    if (copy === undefined) pushByName(all, args[1], options);
    else pushOptions(all, copy);
    // Only now: what lies in an option may be a getter, which may call a block.
    const isNew = !isKnown(handle);
    if (isNew) meet(scope, all);
    beginCall(args, options, isNew, handle);
    putAll(all);
    return end - start;
  } catch (error) {
    // The core hears nothing of those that are gone.
    told = 0;
    failure = { error: failing(error) };
    return THROWN;
  }
}

/** Whether the core knows the scope; outside of any, the stage is another each time. */
function isKnown(handle) {
  return handle !== 0 && suffixes[handle] !== undefined;
}

/** Begins the record of a call. From here on no code of others runs until the call is delivered. */
function beginCall(args, options, isNew, handle) {
  place = handle;
  open();
  end = start;
  putHead(args[0], args[2], options, args[3], isNew, handle);
}

/** Writes what comes first in each call. */
function putHead(id, resource, options, settings, isNew, handle) {
  const text = typeof id === "string" ? id : "";
  ensure(text.length * 3 + 13);
  const to = bytes;
  const at = end;
  to[at] = sortOf(id);
  to[at + 1] = sortOf(resource);
  to[at + 2] = sortOf(options);
  to[at + 3] = sortOf(settings);
  to[at + 4] = isNew ? 1 : 0;
  end = at + 5;
  putNumber(handle);
  putText(at, text);
}

/** Tells of a scope that the core does not know. */
function meet(scope, found) {
  if (scope !== undefined) watcher?.(scope);
  pushScope(found, scope);
  for (const gone of collected) found.push(GONE, gone);
  told = collected.length;
}

/** Has the handles used again that the core was told of as gone. */
function release() {
  for (const gone of collected.splice(0, told)) {
    suffixes[gone] = undefined;
    needing[gone] = undefined;
    free.push(gone);
  }
  told = 0;
}

function isGiven(value) {
  return value !== undefined && value !== null;
}

function isReadable(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Copies all that an object itself has. The two ways differ where the prototype of all objects has a
 * setter or what cannot be written: for `__proto__`, which is seen to, and for what somebody put there.
 * To spread takes the V8 of Node 20 far longer, once another key is added; to assign takes JavaScriptCore
 * longer.
 */
const clone = globalThis.Bun
  ? (options) => ({ ...options })
  : (options) => Object.assign({}, options);

/** A copy of plain options, the blocks' own among them; nothing for objects of a class and the like. */
function copied(options) {
  const kind = Object.getPrototypeOf(options);
  if (kind !== Object.prototype && kind !== null) return undefined;
  const copy = clone(options);
  // To assign the key `__proto__` changes what the copy inherits from.
  return Object.getPrototypeOf(copy) === Object.prototype ? copy : undefined;
}

/**
 * Writes the options that are read, and takes the blocks' own out. Where something lies in one of them,
 * it leaves the copy as it is and gives `false`.
 */
function putOptions(copy) {
  let some = false;
  for (const key in copy) {
    const tag = tags[key];
    // What somebody has put on the prototype of all objects is no option.
    if (tag === undefined || !hasOwn.call(copy, key)) continue;
    some ||= tag < own;
    const value = copy[key];
    if (!isGiven(value)) continue;
    if (typeof value === "object") return false;
    put(tag, value);
  }
  if (some) for (let tag = 0; tag < own; tag++) delete copy[names[tag]];
  return true;
}

/** The same with what lies in them, to be written later. */
function pushOptions(found, copy) {
  for (const key in copy) {
    const tag = tags[key];
    if (tag === undefined || !hasOwn.call(copy, key)) continue;
    pushOption(found, tag, copy[key]);
    if (tag < own) delete copy[key];
  }
}

/** The same for objects of a class and the like: what they inherit counts, as it does for Alchemy. */
function pushByName(found, copy, options) {
  for (const [tag, name] of names.entries()) {
    pushOption(found, tag, hasOwn.call(copy, name) ? copy[name] : options[name]);
    if (tag < own) delete copy[name];
  }
}

const { hasOwnProperty: hasOwn } = Object.prototype;

function pushOption(found, tag, value) {
  if (isGiven(value)) (tag < own ? pushOpened : pushNamed)(found, tag, value);
}

/** What a set of blocks has in common. */
function ofSettings(settings) {
  const found = [];
  for (let i = 0; i < settingNames.length; i++) {
    const value = settings[settingNames[i]];
    if (isGiven(value)) pushOpened(found, names.length + i, value);
  }
  return found;
}

/** A value with all that lies in it. */
function pushOpened(found, tag, value) {
  found.push(tag, value);
  if (typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) found.push(KEY, key, VALUE, inner);
}

/** A value with what names it, where it is an object. */
function pushNamed(found, tag, value) {
  found.push(tag, value);
  if (!isReadable(value)) return;
  for (const name of innerNames) found.push(KEY, name, VALUE, value[name]);
}

/** What tells the stage and the place of a scope. */
function pushScope(found, scope) {
  const { env = {}, argv = [] } = globalThis.process ?? {};
  found.push(STAGE, scope?.stage);
  for (const [i, name] of variables.entries()) found.push(VARIABLE + i, env[name]);
  // Read as Alchemy reads it.
  const at = argv.indexOf(flag, 2);
  found.push(ARGUMENT, at === -1 ? undefined : argv[at + 1]);
  if (scope === undefined) return;
  found.push(ADOPT, scope.adopt, ROOT, handleOf(scope.root));
  for (const name of scope.chain) found.push(CHAIN, name);
}

/** Writes the same for the active scope. */
export function describe() {
  return reading(() => {
    const found = [];
    pushScope(found, currentScope());
    return found;
  });
}

/** Writes the list of arguments itself, and the elements of those that are lists. */
export function pack(args) {
  return reading(() => {
    const found = [];
    for (const value of args) {
      found.push(0, value);
      if (Array.isArray(value)) for (const element of value) found.push(VALUE, element);
    }
    return found;
  });
}

// --- Answering ----------------------------------------------------------------------------------

const END = 127;

/** Where in the memory an answer is read. */
let at = 0;

function takeLength() {
  at += 4;
  return bytes[at - 4] | (bytes[at - 3] << 8) | (bytes[at - 2] << 16) | (bytes[at - 1] << 24);
}

/** The value of an item whose tag is read already: text, or else `false`. */
function take() {
  if (bytes[at++] !== TEXT) return false;
  const length = takeLength();
  at += length;
  return length > SHORT ? decoded(length) : short(length);
}

/** Up to how many bytes a decoder costs more than it saves. */
const SHORT = 48;

/** Short text, most of which is plain ASCII. */
function short(length) {
  let text = "";
  for (let i = at - length; i < at; i++) {
    if (bytes[i] > 127) return decoded(length);
    text += String.fromCharCode(bytes[i]);
  }
  return text;
}

function decoded(length) {
  return decoder.decode(bytes.subarray(at - length, at));
}

/** An item whose tag says nothing. */
function takeNext() {
  at++;
  return take();
}

function takeAll() {
  const all = [];
  while (bytes[at++] !== END) all.push(take());
  return all;
}

/** Ends a call with the answer at an address in the memory; 0 where reading threw. */
export function finish(args, address) {
  if (address === 0) throw thrown();
  open();
  at = address >>> 0;
  if (bytes[at] === FAULT) {
    // It is told again of those that are gone.
    told = 0;
    at++;
  }
  if (told > 0) release();
  return bytes[at] === CALL ? deliver(args) : ended(args);
}

const CALL = 5;
const FAULT = 9;
const WARNING = 64;

function ended(args) {
  switch (bytes[at++]) {
    case 1:
      return takeNext();
    case 2:
      return takeAll();
    case 3:
      return takeNext().split("\0");
    case 6: {
      const words = takeWords();
      // Before they are explained, by a module that may fail; after they are read, since to fail a
      // scope may call a block.
      failScope();
      throw blockError(explain(...words));
    }
    case 7:
      throw blockError(explain(...takeWords()));
    case 8:
      needing[place] = bytes[at] === 1;
      suffixes[place] = `-${takeNext()}`;
      return bytes[at] === CALL ? deliver(args) : ended(args);
  }
}

/** What the core tells of a refusal: the numbers of its code and its message, and its words. */
function takeWords() {
  const words = takeNext();
  at += 2;
  return [bytes[at - 2], bytes[at - 1], words];
}

/** The error whose code, message and help are the lines of a text. */
export function blockError(lines) {
  return new BlockError(...lines.split("\n"));
}

/** What was thrown while a call was read; where nothing was, there is no answer. */
function thrown() {
  const { error } = failure ?? { error: new RangeError("there is no memory for an answer") };
  failure = undefined;
  return error;
}

/**
 * Calls `resource(id, options)`: the options with the name for each of the tags that come first,
 * and with what comes after. In place of the resource, the setting that is said is called. Warnings
 * are shown before.
 */
function deliver(args) {
  const id = args[0];
  const copy = args[1];
  const other = bytes[at + 1];
  const isPlain = bytes[at + 2];
  let count = bytes[at + 3];
  const first = at + 4;
  at = first + count;
  const name = isPlain ? id + suffixes[place] : takeNext();
  while (count-- > 0) copy[names[bytes[first + count]]] = name;
  let warnings;
  for (let tag = bytes[at]; tag !== END; tag = bytes[at]) {
    if (tag === WARNING) warnings = [...(warnings ?? []), takeWords()];
    else copy[names[tag]] = takeNext();
  }
  // All is read: what is called now may call a block.
  if (warnings !== undefined) warn(warnings);
  const called = other === END ? args[2] : args[3][settingNames[other]];
  return called(id, copy);
}

function warn(warnings) {
  try {
    for (const words of warnings) {
      const { code, message, help } = blockError(explain(...words));
      console.warn(`@alch/blocks: ${message} (${code}): ${help}`);
    }
  } catch (error) {
    throw failing(error);
  }
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

/**
 * Marks the active scope and those above it as failed by a refusal, as Alchemy does for errors of its
 * own: a program that catches the refusal and goes on to `finalize()` would
 * otherwise have what it did not declare deleted.
 */
function failing(error) {
  if (error instanceof BlockError) failScope();
  return error;
}

function failScope() {
  for (let at = currentScope(); at; at = at.parent) at.fail?.();
}
