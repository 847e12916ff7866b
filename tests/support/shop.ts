/** An app with all kinds of resources, as the example has them. */
import { type App, program, SCRIPT } from "./program.ts";

/** The app, with `adopt` for the blocks; its Worker always adopts. */
export function shop(adopt: boolean, options = "{}"): string {
  return program(
    `
const own = { adopt: ${adopt} };
const db = await Database("shop-db", { ...own, migrationsDir: "migrations" });
const bills = await Bucket("shop-bills", own);
const menu = await KV("shop-menu", { ...own, values: [{ key: "soup", value: "5" }] });
await Queue("shop-dead", own);
const sales = await Queue("shop-sales", { ...own, dlq: "shop-dead" });
const counter = DurableObject("shop-counter", { className: "Counter", sqlite: true });
const flow = AlchemyWorkflow("shop-ship", { className: "Onboarding" });
await raw.Worker("shop", {
  script: ${JSON.stringify(SCRIPT)},
  adopt: true,
  url: true,
  bindings: { db, bills, menu, sales, counter, flow },
  eventSources: [sales],
});`,
    "shop",
    options,
  );
}

/** Writes the files that the app reads. */
export async function migrations(app: App): Promise<void> {
  const sql = "create table orders (id integer primary key, note text not null);\n";
  await app.write("migrations/0001_orders.sql", sql);
}
