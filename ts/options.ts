/** Options that every block takes, beside those of Alchemy's own function. */
export interface StageOptions {
  /**
   * The stage to use in place of the run's own; `false` for no suffix, the same name in every
   * stage. Where that names what another stage owns, `delete: false` is set unless `delete` is
   * given.
   */
  stage?: string | false | null | undefined;
  /**
   * Stage, as its user names it, to the exact physical name there: for resources that are older
   * than the block.
   */
  pin?: Readonly<Record<string, string | null | undefined>> | null | undefined;
}

/** Options of the kinds that hold data: databases, buckets, KV namespaces and queues. */
export interface DataOptions extends StageOptions {
  /**
   * What to do where the state holds another physical name for this id: `"refuse"` (the default),
   * `"keep"` the deployed name, or `"replace"` it: Alchemy then deletes an old database or bucket,
   * and renames KV namespaces and queues in place.
   */
  onRename?: OnRename | null | undefined;
  /**
   * The stage that owns the resource which every stage uses. In all other stages it is looked up
   * in the account and only bound: not created, configured, migrated or deleted.
   */
  share?: string | null | undefined;
}

/** What to do where the state holds another name: see {@link DataOptions.onRename}. */
export type OnRename = "refuse" | "keep" | "replace";

/** What a set of blocks has in common. */
export interface Settings {
  /** Put before every base name, with a hyphen. */
  prefix?: string | undefined;
  /**
   * The stages whose data stays unless `delete` is given: `["prod", "production"]` by default.
   * It takes effect with the first deploy, which stores it.
   */
  protect?: readonly string[] | undefined;
  /** Durable Object classes that may be deleted, with their storage, when they are bound no more. */
  deleteClasses?: readonly string[] | undefined;
}

/** Alchemy's options with ours added, and with `Own` in place of what we take in another form. */
export type With<Theirs, Own> = Omit<Theirs, keyof Own> & Own;
