import { DurableObject } from "cloudflare:workers";

/** Numbers the orders of a stage, without gaps. */
export class Counter extends DurableObject {
  async next(): Promise<number> {
    const number = (await this.count()) + 1;
    await this.ctx.storage.put("count", number);
    return number;
  }

  async count(): Promise<number> {
    return (await this.ctx.storage.get<number>("count")) ?? 0;
  }
}
