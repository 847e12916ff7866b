import {
  AlchemyWorkflow,
  Bucket,
  Database,
  Domain,
  DurableObject,
  KV,
  Queue,
  Route,
  resolveStage,
  Worker,
} from "@alch/blocks";
import alchemy from "alchemy";
import type { Counter } from "./src/counter.ts";
import type { OrderMessage } from "./src/queue.ts";
import type { Shipment } from "./src/shipping.ts";

const app = await alchemy("shop");
const stage = resolveStage();

const db = await Database("shop-db", { migrationsDir: "migrations" });
// Cloudflare deletes no bucket that holds something: a preview's is emptied, that of prod never.
const bills = await Bucket("shop-bills", { empty: stage !== "prod" });
const menu = await KV("shop-menu");

// As text, `dlq` names a queue of this program: what fails in a stage stays in that stage.
await Queue<OrderMessage>("shop-dead");
const sales = await Queue<OrderMessage>("shop-sales", { dlq: "shop-dead" });

const counter = DurableObject<Counter>("shop-counter", { className: "Counter", sqlite: true });
const shipping = AlchemyWorkflow<Shipment>("shop-ship", { className: "Shipping" });

export const worker = await Worker("shop", {
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

// The zone has to be in your account: put your own domain here.
const domain = await Domain("shop.example.com", { worker });
// The domain brings the DNS record and the certificate that the route needs.
await Route("shop.example.com/orders/*", { worker });

console.log(`${stage} is at ${worker.url}`);
console.log(`${stage} has the hostname ${domain.name}`);

await app.finalize();
