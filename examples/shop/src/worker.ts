import type { Env } from "./env.ts";
import { type OrderMessage, recordSales } from "./queue.ts";

export { Counter } from "./counter.ts";
export { Shipping } from "./shipping.ts";

/** Answers a request; `key` is the second part of the path. */
type Handler = (env: Env, key: string, request: Request) => Promise<Response>;

const routes: Record<string, Handler> = {
  "GET /": async (env) => Response.json({ stage: env.STAGE }),
  "PUT /menu": setPrice,
  "GET /menu": async (env, item) => found(await env.MENU.get(item, "json")),
  "POST /orders": placeOrder,
  "GET /orders": async (env, id) => found(await one(env, "SELECT * FROM orders WHERE id = ?", id)),
  "GET /sales": async (env, id) => found(await one(env, "SELECT * FROM sales WHERE id = ?", id)),
  "GET /bills": async (env, id) => found(await (await env.BILLS.get(id))?.json()),
  "GET /count": async (env) => Response.json({ count: await counter(env).count() }),
  "GET /shipments": shipment,
};

async function setPrice(env: Env, item: string, request: Request): Promise<Response> {
  const { price } = await request.json<{ price?: unknown }>();
  if (!item || typeof price !== "number") return refused(400, "a price is a number");
  await env.MENU.put(item, JSON.stringify({ price }));
  return Response.json({ item, price }, { status: 201 });
}

/** One order goes through all six: menu, counter, database, bucket, queue and workflow. */
async function placeOrder(env: Env, _: string, request: Request): Promise<Response> {
  const { item } = await request.json<{ item?: unknown }>();
  if (typeof item !== "string") return refused(400, "an order has an item");
  const sold = await env.MENU.get<{ price: number }>(item, "json");
  if (!sold) return refused(404, `${item} is not on the menu`);
  const order = {
    id: crypto.randomUUID(),
    number: await counter(env).next(),
    item,
    price: sold.price,
  };
  await env.DB.prepare("INSERT INTO orders (id, number, item, price) VALUES (?, ?, ?, ?)")
    .bind(order.id, order.number, order.item, order.price)
    .run();
  await env.BILLS.put(order.id, JSON.stringify(order));
  await env.SALES.send({ id: order.id, item });
  await env.SHIPPING.create({ id: order.id, params: { id: order.id } });
  return Response.json(order, { status: 201 });
}

async function shipment(env: Env, id: string): Promise<Response> {
  try {
    const instance = await env.SHIPPING.get(id);
    return found(await instance.status());
  } catch {
    // An instance that does not exist is an error here, not an empty answer.
    return found(undefined);
  }
}

function counter(env: Env) {
  return env.COUNTER.getByName("orders");
}

function one(env: Env, query: string, id: string): Promise<unknown> {
  return env.DB.prepare(query).bind(id).first();
}

function found(value: unknown): Response {
  return value ? Response.json(value) : refused(404, "not found");
}

function refused(status: number, error: string): Response {
  return Response.json({ error }, { status });
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const [, collection = "", key = ""] = new URL(request.url).pathname.split("/");
    const handler = routes[`${request.method} /${collection}`];
    return handler ? handler(env, key, request) : refused(404, "no such route");
  },
  queue: (batch: MessageBatch<OrderMessage>, env: Env) => recordSales(batch, env),
};
