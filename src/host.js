// The JavaScript that the core needs and that wasm-bindgen has no form for.

/** Where users find the page of a code. It is shipped with the package. */
const PAGE = "node_modules/@alch/blocks/docs/troubleshooting.md";

/**
 * A refusal of the naming law or of the guard. Its fields are plain, enumerable properties, because
 * Node and Bun print those below the message. `ts/errors.ts` gives it the stack that users see.
 */
export class BlockError extends Error {
  constructor(code, message, help) {
    super(message);
    this.name = "BlockError";
    this.code = code;
    this.help = help;
    this.docs = `${PAGE}#${code}`;
  }
}

/** The active Alchemy scope, if any. Alchemy puts its class where every copy of it finds it. */
export function activeScope() {
  return globalThis.__ALCHEMY_SCOPE__?.getScope();
}

/** What says which stage a run is for, beside the Alchemy scope. What is not text says nothing. */
export function environment() {
  const { env = {}, argv = [] } = globalThis.process ?? {};
  const text = (value) => (typeof value === "string" ? value : undefined);
  // Read as Alchemy reads it.
  const flag = argv.indexOf("--stage", 2);
  return {
    stage: text(env.STAGE),
    alchemyStage: text(env.ALCHEMY_STAGE),
    argument: flag === -1 ? undefined : text(argv[flag + 1]),
    user: text(env.USER),
    username: text(env.USERNAME),
    ci: text(env.CI),
  };
}

/**
 * Splits a block's options into what the core reads, and the copy without the blocks' own options
 * that Alchemy gets. Each own getter runs once.
 */
export function split(options) {
  const own = { __proto__: null, ...options };
  const { stage, pin, onRename, share, region, expireDays, ...passed } = own;
  return { given: readable(options, own), passed };
}

/** The same for `Domain` and `Route`. */
export function splitHost(options) {
  const own = { __proto__: null, ...options };
  const { stage, pin, onRename, worker, zone, bare, previewDomain, takeFrom, ...passed } = own;
  return { given: readable(options, own), passed };
}

/**
 * What the core reads of options. What an object inherits counts, but not what somebody has put on the
 * prototype of all objects.
 */
function readable(options, own) {
  const prototype = Object.getPrototypeOf(options);
  const inherits = prototype !== null && prototype !== Object.prototype;
  // The receiver of an inherited getter has to be the object itself, or it lacks its private fields.
  const get = (_, key) => (key in own ? own[key] : options[key]);
  return inherits ? new Proxy(own, { get }) : own;
}
