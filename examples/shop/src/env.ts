import type { worker } from "../alchemy.run.ts";

/** What the Worker is bound to, as the run file says it: the two cannot drift apart. */
export type Env = typeof worker.Env;
