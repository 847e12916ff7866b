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

/** What a set of blocks has in common. */
export interface Settings {
  /** Put before every base name, with a hyphen. */
  prefix?: string | undefined;
}

/** Alchemy's options with ours added, and with `Own` in place of what we take in another form. */
export type With<Theirs, Own = unknown> = Omit<Theirs, keyof Own> & Own & StageOptions;
