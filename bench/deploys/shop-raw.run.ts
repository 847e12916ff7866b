/** The example without blocks: it is deployed from a copy of `examples/shop`, in the place of its own. */
import alchemy from "alchemy";
import {
  D1Database,
  DurableObjectNamespace,
  KVNamespace,
  Queue,
  R2Bucket,
  Worker,
  Workflow,
} from "alchemy/cloudflare";

const app = await alchemy("shop");
const { stage } = app;

const db = await D1Database("shop-db", { name: `shop-db-${stage}`, migrationsDir: "migrations" });
const bills = await R2Bucket("shop-bills", {
  name: `shop-bills-${stage}`,
  empty: stage !== "prod",
});
const menu = await KVNamespace("shop-menu", { title: `shop-menu-${stage}` });

await Queue("shop-dead", { name: `shop-dead-${stage}` });
const sales = await Queue("shop-sales", {
  name: `shop-sales-${stage}`,
  dlq: `shop-dead-${stage}`,
});

const counter = DurableObjectNamespace("shop-counter", {
  className: "Counter",
  sqlite: true,
});
const shipping = Workflow("shop-ship", {
  className: "Shipping",
  workflowName: `shop-ship-${stage}`,
});

export const worker = await Worker("shop", {
  name: `shop-${stage}`,
  entrypoint: "src/worker.ts",
  compatibilityDate: "2026-01-01",
  url: true,
  bindings: {
    STAGE: stage,
    DB: db,
    BILLS: bills,
    MENU: menu,
    SALES: sales,
    COUNTER: counter,
    SHIPPING: shipping,
  },
  eventSources: [sales],
});

console.log(`${stage} is at ${worker.url}`);

await app.finalize();
