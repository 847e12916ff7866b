/** Requests to a shop that runs. */

/** What a shop shows of an order, by the binding that has it. */
export async function look(url: string, id: string) {
  const [home, database, bucket, kv, queue, durableObject, workflow] = await Promise.all(
    ["", `orders/${id}`, `bills/${id}`, "menu/tea", `sales/${id}`, "count", `shipments/${id}`].map(
      (path) => read(`${url}/${path}`),
    ),
  );
  return { stage: home?.stage, database, bucket, kv, queue, durableObject, workflow };
}

/** Waits until the queue's consumer and the workflow are done with an order. */
export async function settled(url: string, id: string, patienceMs = 60_000): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const { queue, workflow } = await look(url, id);
    if (queue && workflow?.status === "complete") return;
    if (Date.now() > until) {
      throw new Error(`not done: ${JSON.stringify({ queue, workflow })}`);
    }
    await Bun.sleep(25);
  }
}

/** Puts an item on the menu. */
export async function setPrice(url: string, item: string, price: number): Promise<void> {
  await send("PUT", `${url}/menu/${item}`, { price });
}

/** Orders an item and gives the order's id. */
export async function order(url: string, item: string): Promise<string> {
  const { id } = await send("POST", `${url}/orders`, { item });
  return String(id);
}

type Answer = Record<string, unknown>;

/** What a path answers, or nothing where it is not found. */
async function read(url: string): Promise<Answer | undefined> {
  const response = await fetch(url);
  return response.status === 404 ? undefined : answered(response);
}

async function send(method: string, url: string, body: object): Promise<Answer> {
  return answered(await fetch(url, { method, body: JSON.stringify(body) }));
}

async function answered(response: Response): Promise<Answer> {
  const body = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${body}`);
  return JSON.parse(body) as Answer;
}
