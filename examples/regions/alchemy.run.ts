import { Database, perRegion } from "@alch/blocks";
import { physicalName } from "@alch/blocks/naming";
import alchemy from "alchemy";
import { Worker } from "alchemy/cloudflare";

const app = await alchemy("regions");

// One database that never leaves the EU, and one in the east of North America.
const posts = await perRegion(Database, "posts", ["eu", "enam"], {
  migrationsDir: "./migrations",
});

export const api = await Worker("api", {
  name: physicalName("worker", "regions", app.stage),
  entrypoint: "./src/api.ts",
  bindings: { ...posts.bindings("POSTS") },
});

await app.finalize();
