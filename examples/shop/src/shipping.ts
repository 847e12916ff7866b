import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import type { Env } from "./env.ts";

/** What a run of the workflow is about. */
export interface Shipment {
  id: string;
}

/** Packs an order and marks it as shipped. */
export class Shipping extends WorkflowEntrypoint<Env, Shipment> {
  override async run({ payload }: WorkflowEvent<Shipment>, step: WorkflowStep): Promise<string> {
    const parcel = await step.do("pack", async () => `parcel-${payload.id}`);
    await step.do("ship", async () => {
      const update = this.env.DB.prepare("UPDATE orders SET parcel = ? WHERE id = ?");
      await update.bind(parcel, payload.id).run();
    });
    return parcel;
  }
}
