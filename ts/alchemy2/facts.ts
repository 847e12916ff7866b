/** What the core wants to know of a run: `src/stack/facts.rs` says what each field means. */

export interface Program {
  stack: string;
  stage: string;
  destroys: boolean;
  localStore: boolean;
  release: readonly string[];
  environment: Environment;
  declared: Declared[];
  rows: Held[];
  others: Foreign[];
}

export interface Environment {
  alchemyStage: string | undefined;
  argument: string | undefined;
  user: string | undefined;
  username: string | undefined;
  ci: string | undefined;
}

export interface Declared {
  id: string;
  resource: string;
  name: string | undefined;
  jurisdiction: string;
  local: boolean;
  retained: boolean;
  formers: readonly string[];
  bindings: Binding[];
  transfers: string[];
}

export interface Held {
  id: string;
  resource: string;
  instance: string;
  name: string | undefined;
  jurisdiction: string;
  retained: boolean;
  replaced: string[];
  bindings: Binding[];
}

export interface Foreign {
  stack: string;
  stage: string;
  id: string;
  resource: string;
  names: string[];
  jurisdiction: string;
}

/** A class that a Worker's own script has. */
export interface Binding {
  type: string;
  /** The key of the binding, by which Alchemy 2 knows the class. */
  id: string;
  className: string;
}

/** What only the write of a row shows: `src/stack/write.rs`. */
export interface Write {
  id: string;
  resource: string;
  replaces: string | undefined;
  local: boolean;
  retained: boolean;
  found: string | undefined;
  adopts: boolean;
  release: readonly string[];
}
