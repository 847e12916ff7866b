import {
  AlchemyWorkflow,
  Bucket,
  Database,
  Domain,
  DurableObject,
  guarded,
  KV,
  Queue,
  Route,
  Worker,
} from "@alch/blocks/v2";
import * as Alchemy from "alchemy";
import * as Cloudflare from "alchemy/Cloudflare";
import * as Effect from "effect/Effect";
import type { Counter } from "./src/worker.ts";

export const worker = Worker("shop", {
  main: "./src/worker.ts",
  // The zone has to be in your account: put your own domain here.
  domain: Domain("shop-v2.example.com"),
  routes: [Route("shop-v2.example.com/orders/*")],
  env: {
    DB: Database("shop-db", { migrations: "./migrations" }),
    BILLS: Bucket("shop-bills"),
    MENU: KV("shop-menu"),
    SALES: Queue("shop-sales"),
    // Alchemy knows a class by this key: keep it, and let it differ from the name of the class.
    COUNTER: DurableObject<Counter>("counter"),
    SHIPPING: AlchemyWorkflow<{ order: string }>("shop-ship", { className: "Shipping" }),
  },
});

export type Env = Cloudflare.InferEnv<typeof worker>;

export default Alchemy.Stack(
  "shop",
  { providers: Cloudflare.providers(), state: guarded(Cloudflare.state()) },
  Effect.gen(function* () {
    const { url } = yield* worker;
    return { url };
  }),
);
