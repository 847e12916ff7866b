import type { Env } from "./env.ts";

/** What is said in the queue about an order. */
export interface OrderMessage {
  id: string;
  item: string;
}

/** Records every sale in the database; a message that fails is tried again on its own. */
export async function recordSales(batch: MessageBatch<OrderMessage>, env: Env): Promise<void> {
  const statement = env.DB.prepare(
    "INSERT OR IGNORE INTO sales (id, item, queue) VALUES (?, ?, ?)",
  );
  for (const message of batch.messages) {
    try {
      await statement.bind(message.body.id, message.body.item, batch.queue).run();
      message.ack();
    } catch {
      message.retry();
    }
  }
}
