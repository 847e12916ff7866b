import { DurableObject, WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import type { Env } from "../alchemy.run.ts";

export class Counter extends DurableObject {
  async next(): Promise<number> {
    const count = ((await this.ctx.storage.get<number>("count")) ?? 0) + 1;
    await this.ctx.storage.put("count", count);
    return count;
  }
}

export class Shipping extends WorkflowEntrypoint<Env, { order: string }> {
  override async run({ payload }: Readonly<WorkflowEvent<{ order: string }>>) {
    const update = this.env.DB.prepare("update orders set shipped = 1 where id = ?");
    await update.bind(payload.order).run();
  }
}

export default {
  /** `POST /tea` orders tea: each order goes through all six. */
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.method !== "POST") return new Response("order something", { status: 405 });
    const item = new URL(request.url).pathname.slice(1);
    const price = Number((await env.MENU.get(item)) ?? 1);
    const id = String(await env.COUNTER.getByName("orders").next());
    const insert = env.DB.prepare("insert into orders (id, item, price) values (?, ?, ?)");
    await insert.bind(id, item, price).run();
    await env.BILLS.put(id, `${item}: ${price}`);
    await env.SALES.send({ id, price });
    await env.SHIPPING.create({ id, params: { order: id } });
    return Response.json({ id, item, price });
  },
};
