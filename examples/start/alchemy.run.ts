import { Database, physicalName } from "@alch/blocks";
import alchemy from "alchemy";
import { Worker } from "alchemy/cloudflare";

const app = await alchemy("my-app");

// The first argument is the logical id. Keep it once it is deployed.
const db = await Database("my-app-db", { migrationsDir: "./migrations" });

export const api = await Worker("api", {
  name: physicalName("worker", "my-app-api", app.stage),
  entrypoint: "./src/worker.ts",
  bindings: { DB: db, STAGE: app.stage },
});

console.log(`${app.stage} has ${api.name} and ${db.name}`);

await app.finalize();
