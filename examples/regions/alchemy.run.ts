import { Database, perRegion, Worker } from "@alch/blocks";
import alchemy from "alchemy";

const app = await alchemy("regions");

// One database that never leaves the EU, and one in the east of North America.
const posts = await perRegion(Database, "posts", ["eu", "enam"], {
  migrationsDir: "./migrations",
});

export const api = await Worker("api", {
  name: "regions",
  entrypoint: "./src/api.ts",
  bindings: { ...posts.bindings("POSTS") },
});

await app.finalize();
