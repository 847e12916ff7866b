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

/** The same; outside of any it throws what Alchemy's own functions throw there. */
export function activeScope() {
  return globalThis.__ALCHEMY_SCOPE__.current;
}

function activeHandle() {
  const scope = currentScope();
  return scope === undefined ? 0 : (handles.get(scope) ?? handleOf(scope));
}

/** Has `watch(scope)` called for each scope in which a block is used, once. */
export function onScope(watch) {
  watcher = watch;
}

/** Whether it went well; where not, the call is not gone on with, and the scope is told again. */
export function announce() {
  return goes(() => watcher?.(currentScope()));
}

/** Nothing may be thrown through the core while it is at work. */
function goes(act) {
  try {
    act();
    return true;
  } catch (error) {
    failure = error;
    return false;
  }
}

// --- The wire -----------------------------------------------------------------------------------

const TEXT = 3;
const NUMBER = 7;
const ILL_FORMED = 8;
const OTHER = 9;
const TRUTHY = 128;

const THROWN = -1;
const FULL = -2;

const encoder = new TextEncoder();
// A mark at the beginning is part of a name.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
let memory;
let start = 0;
let room = 0;
let wire = new Uint8Array();
let end = 0;
/** What did not fit. */
let waiting;

/** Says where in the core's memory the wire is. */
export function attach(its, at, size) {
  memory = its;
  start = at;
  room = size;
  wire = new Uint8Array(memory.buffer, start, room);
}

/** Memory that has grown is another buffer. */
function open() {
  if (wire.byteLength === 0) wire = new Uint8Array(memory.buffer, start, room);
}

/** Writes tags and values in turn; gives the length, or `FULL`. */
function write(items) {
  open();
  end = 0;
  for (let i = 0; i < items.length; i += 2) put(items[i], items[i + 1]);
  if (end <= room) return end;
  waiting = items;
  return FULL;
}

/** The room that `write` would have needed. */
export function wanted() {
  return end;
}

/** Writes what did not fit, after `attach`. */
export function again() {
  const items = waiting;
  waiting = undefined;
  return write(items);
}

function put(tag, value) {
  const text = typeof value === "string";
  const most = end + 6 + (text ? value.length * 3 : 0);
  if (most > room) {
    end = most;
    return;
  }
  wire[end] = tag;
  const sort = end + 1;
  end += 2;
  if (text) {
    wire[sort] = TEXT | (value === "" ? 0 : TRUTHY);
    putText(sort, value);
  } else if (value === null) {
    wire[sort] = 0;
  } else if (Array.isArray(value)) {
    wire[sort] = 1 | TRUTHY;
  } else {
    wire[sort] = sortOf(value) | (value ? TRUTHY : 0);
    if (typeof value === "number") putNumber(value);
  }
}

function sortOf(value) {
  switch (typeof value) {
    case "undefined":
      return 2;
    case "function":
      return 4;
    case "object":
      return 5;
    case "boolean":
      return 6;
    case "number":
      return NUMBER;
    default:
      return OTHER;
  }
}

function putNumber(number) {
  wire[end] = number;
  wire[end + 1] = number >> 8;
  wire[end + 2] = number >> 16;
  wire[end + 3] = number >> 24;
  end += 4;
}

function putText(sort, text) {
  const before = end;
  const length = text.length;
  end += 4;
  let i = 0;
  for (let code = 0; i < length; i++) {
    code = text.charCodeAt(i);
    if (code > 127) break;
    wire[end + i] = code;
  }
  let bytes = length;
  if (i < length) {
    bytes = encoder.encodeInto(text, wire.subarray(end)).written;
    // Half a surrogate pair has no UTF-8.
    if (/\p{Surrogate}/u.test(text)) wire[sort] = ILL_FORMED | TRUTHY;
  }
  end = before;
  putNumber(bytes);
  end += bytes;
}

// --- Reading ------------------------------------------------------------------------------------

// The words by which Rust says what to read.
const tags = new Map();
let names = [];
let settingNames = [];
let variables = [];
let flag = "";
let innerNames = [];
/** The options with a tag below it are the blocks' own: Alchemy never sees them. */
let own = 0;

/** Learns from the wire the names of options, settings and variables, the flag of the stage, and
 * where in an object that stands for a name the name is. */
export function learn(ownOptions) {
  open();
  at = 0;
  const lists = [[], [], [], [], []];
  for (let list = lists[wire[at++]]; list; list = lists[wire[at++]]) list.push(take());
  [names, settingNames, variables, [flag], innerNames] = lists;
  own = ownOptions;
  for (const [tag, name] of names.entries()) tags.set(name, tag);
}

const KEY = 50;
const VALUE = 51;
const HANDLE = 100;
const ID = 101;
const RESOURCE = 102;
const OPTIONS = 103;
const SETTINGS = 104;
const STAGE = 60;
const ARGUMENT = 61;
const ADOPT = 62;
const ROOT = 63;
const CHAIN = 64;

/** The end of the names in each scope, by its handle. */
const suffixes = [];

/** Keeps the text in the wire as the end of the names in the scope of a handle. */
export function keepSuffix(handle) {
  open();
  at = 1;
  suffixes[handle] = take();
}

/** All is gathered before anything is written: a getter may call a block. */
function reading(gather) {
  try {
    return write(gather());
  } catch (error) {
    failure = error;
    return THROWN;
  }
}

/**
 * Writes what a call and its surroundings show, and puts into the list of arguments a copy of the
 * options without the blocks' own.
 */
export function look(args) {
  try {
    const options = args[1];
    const settings = args[3];
    const found = [];
    if (isReadable(settings)) {
      for (let i = 0; i < settingNames.length; i++) {
        const value = settings[settingNames[i]];
        if (isGiven(value)) pushOpened(found, names.length + i, value);
      }
    }
    args[1] = isReadable(options) ? copied(options, found) : {};
    // It stays with the call: others may be made before this one is delivered.
    args[4] = activeHandle();
    return writeCall(args, options, found);
  } catch (error) {
    failure = error;
    return THROWN;
  }
}

function writeCall(args, options, found) {
  open();
  end = 0;
  put(ID, args[0]);
  put(RESOURCE, args[2]);
  if (args[3] !== undefined) put(SETTINGS, args[3]);
  if (!isReadable(options)) put(OPTIONS, options);
  for (let i = 0; i < found.length; i += 2) put(found[i], found[i + 1]);
  put(HANDLE, args[4]);
  if (end <= room) return end;
  const [id, , resource, settings, active] = args;
  waiting = [ID, id, RESOURCE, resource, SETTINGS, settings, OPTIONS, options];
  waiting.push(...found, HANDLE, active);
  return FULL;
}

function isGiven(value) {
  return value !== undefined && value !== null;
}

function isReadable(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Not by spreading: V8 takes far longer to add the name to what a spread gives. */
function copied(options, found) {
  let copy = Object.assign({}, options);
  // Assigning the key `__proto__` changes what the copy inherits from.
  if (Object.getPrototypeOf(copy) !== Object.prototype) copy = { ...options };
  const keys = Object.keys(copy);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    const tag = tags.get(key);
    if (tag === undefined) continue;
    pushOption(found, tag, copy[key]);
    if (tag < own) delete copy[key];
  }
  const kind = Object.getPrototypeOf(options);
  if (kind !== Object.prototype && kind !== null) pushInherited(options, keys, found);
  return copy;
}

/** Options of a class or a prototype count, as they do for Alchemy. */
function pushInherited(options, keys, found) {
  for (const [tag, name] of names.entries()) {
    if (!keys.includes(name)) pushOption(found, tag, options[name]);
  }
}

function pushOption(found, tag, value) {
  if (isGiven(value)) (tag < own ? pushOpened : pushNamed)(found, tag, value);
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

/** Writes what tells the stage and the place of the active scope. */
export function describe() {
  return reading(() => {
    const scope = currentScope();
    const { env = {}, argv = [] } = globalThis.process ?? {};
    const found = [STAGE, scope?.stage];
    for (const [tag, name] of variables.entries()) found.push(tag, env[name]);
    // Read as Alchemy reads it.
    const at = argv.indexOf(flag, 2);
    found.push(ARGUMENT, at === -1 ? undefined : argv[at + 1]);
    if (scope === undefined) return found;
    found.push(ADOPT, scope.adopt, ROOT, handleOf(scope.root));
    for (const name of scope.chain) found.push(CHAIN, name);
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

const END = 255;

/** Where in the wire an answer is read. */
let at = 0;

function takeNumber() {
  at += 4;
  return wire[at - 4] | (wire[at - 3] << 8) | (wire[at - 2] << 16) | (wire[at - 1] << 24);
}

/** The value of an item whose tag is read already: text, a number, or else `false`. */
function take() {
  const sort = wire[at++];
  if (sort === NUMBER) return takeNumber();
  if (sort !== TEXT) return false;
  const length = takeNumber();
  at += length;
  return length > SHORT ? decoded(length) : short(length);
}

/** Up to how many bytes a decoder costs more than it saves. */
const SHORT = 48;

/** Short text, most of which is plain ASCII. */
function short(length) {
  let text = "";
  for (let i = at - length; i < at; i++) {
    if (wire[i] > 127) return decoded(length);
    text += String.fromCharCode(wire[i]);
  }
  return text;
}

function decoded(length) {
  return decoder.decode(wire.subarray(at - length, at));
}

function takeAll() {
  const all = [];
  while (wire[at++] !== END) all.push(take());
  return all;
}

/** Has the text in the wire shown; whether that went well. */
export function warn() {
  open();
  at = 1;
  const text = take();
  return goes(() => console.warn(text));
}

/** Ends a call with the answer in the wire. */
export function finish(args) {
  open();
  at = 1;
  switch (wire[0]) {
    case 0:
      return undefined;
    case 1:
      return takeAll()[0];
    case 2:
      return takeAll();
    case 3:
      return takeAll()[0].split("\0");
    case 4:
      return new BlockError(...takeAll());
    case 5:
      return deliver(args);
    default:
      throw stopped();
  }
}

/** The error that ends a call, whether the core refused it or it was thrown while reading. */
function stopped() {
  const [inBlock, ...refusal] = takeAll();
  const error = refusal.length > 0 ? new BlockError(...refusal) : failure;
  failure = undefined;
  if (inBlock) failScope(error);
  return error;
}

/**
 * Calls `resource(id, options)`: the options with the name for each of the tags that come first,
 * and with what comes after. In place of the resource, the setting that is said is called.
 */
function deliver(args) {
  const id = args[0];
  const copy = args[1];
  const other = wire[at++];
  const isPlain = wire[at++];
  let count = wire[at++];
  const first = at;
  at += count;
  let name;
  if (isPlain) name = id + suffixes[args[4]];
  else {
    at++;
    name = take();
  }
  while (count-- > 0) copy[names[wire[first + count]]] = name;
  for (let tag = wire[at++]; tag !== END; tag = wire[at++]) copy[names[tag]] = take();
  const called = other === END ? args[2] : args[3][settingNames[other]];
  return called(id, copy);
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
 * Where `error` is a refusal, marks the active scope and those above it as failed, as Alchemy does
 * for errors of its own: a program that catches the refusal and goes on to `finalize()` would
 * otherwise have what it did not declare deleted.
 */
function failScope(error) {
  if (!(error instanceof BlockError)) return;
  for (let at = currentScope(); at; at = at.parent) at.fail?.();
}
