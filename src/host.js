// The JavaScript that the core needs and that wasm-bindgen has no form for.

/** A refusal of the naming law or of the guard: a stable `code`, and `help` says what to do. */
export class BlockError extends Error {
  constructor(code, message, help) {
    super(message);
    this.name = "BlockError";
    this.code = code;
    this.help = help;
  }
}

/** The active Alchemy scope, if any. Alchemy puts its class where every copy of it finds it. */
export function activeScope() {
  return globalThis.__ALCHEMY_SCOPE__?.getScope();
}

/** What says which stage a run is for, beside the Alchemy scope. */
export function environment() {
  const { env = {}, argv = [] } = globalThis.process ?? {};
  // Read as Alchemy reads it.
  const flag = argv.indexOf("--stage", 2);
  return {
    stage: env.STAGE,
    alchemyStage: env.ALCHEMY_STAGE,
    argument: flag === -1 ? undefined : argv[flag + 1],
    user: env.USER,
    username: env.USERNAME,
    ci: env.CI,
  };
}

/**
 * Splits a block's options into what the core reads, and the copy without the blocks' own options
 * that Alchemy gets. Getters of a plain object run once, and what somebody has put on the prototype
 * of all objects is no option.
 */
export function split(options) {
  const isPlain = Object.getPrototypeOf(options) === Object.prototype;
  const given = isPlain ? { __proto__: null, ...options } : options;
  const { stage, pin, onRename, share, ...passed } = given;
  return { given, passed };
}
