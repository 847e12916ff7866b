/** What the core wants to know of a run: `src/stack/facts.rs` says what each field means. */
import type { Location } from "../internals.ts";

export interface Program {
  stack: string;
  stage: string;
  destroys: boolean;
  localStore: boolean;
  release: readonly string[];
  environment: Environment;
  declared: Resource[];
  rows: Resource[];
  others: Resource[];
  account?: string | undefined;
  hosted?: Hosted[] | undefined;
}

/** A class that a Worker takes over from others, by their ids or the names of their scripts. */
export interface Transfer {
  className: string;
  from: string[];
}

/** A class of Durable Objects in the account. */
export interface Hosted {
  script: string;
  className: string;
}

export interface Environment {
  stage: string | undefined;
  alchemyStage: string | undefined;
  argument: string | undefined;
  user: string | undefined;
  username: string | undefined;
  ci: string | undefined;
}

/** What the program declares, or a row. What is left out has its default. */
export interface Resource {
  id: string;
  resource: string;
  name?: string | undefined;
  jurisdiction?: string;
  location?: Location | undefined;
  retained?: boolean;
  deletes?: boolean;
  local?: boolean;
  bindings?: Binding[];
  dispatched?: boolean;
  transfers?: Transfer[];
  borrowed?: string[];
  worker?: string | undefined;
  formers?: readonly string[];
  instance?: string;
  account?: string | undefined;
  holdsClasses?: boolean;
  replaced?: string[];
  stack?: string;
  stage?: string;
}

/** A class that a Worker's own script has. */
export interface Binding {
  type: string;
  /** The key of the binding, by which Alchemy 2 knows the class. */
  id: string;
  className: string;
}
