import type { api } from "../alchemy.run.ts";

/** The bindings of the Worker, with their types. */
export type Env = typeof api.Env;
