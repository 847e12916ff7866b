import { Database, Worker } from "@alch/blocks";
import alchemy from "alchemy";

const app = await alchemy("my-app");

// The first argument is the logical id and the base name. Keep it once it is deployed.
const db = await Database("my-app-db", { migrationsDir: "./migrations" });

export const api = await Worker("my-app-api", {
  entrypoint: "./src/worker.ts",
  bindings: { DB: db, STAGE: app.stage },
});

console.log(`${app.stage} has ${api.name} and ${db.name}`);

await app.finalize();
