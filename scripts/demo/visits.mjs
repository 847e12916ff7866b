// Uses every binding of a running stage over HTTP, and asks another for what it wrote.

/** What is looked at, by kind: where it is, and how it shows. */
export const LOOKS = [
  { kind: "D1", path: ({ id }) => `orders/${id}`, seen: ({ number }) => `order ${number}` },
  { kind: "R2", path: ({ id }) => `bills/${id}`, seen: ({ price }) => `bill of ${price}` },
  { kind: "KV", path: ({ item }) => `menu/${item}`, seen: ({ price }) => `price ${price}` },
  { kind: "Queue", path: ({ id }) => `sales/${id}`, seen: () => "consumed" },
  { kind: "DO", path: () => "count", seen: ({ count }) => count > 0 && `count ${count}` },
  { kind: "Workflow", path: ({ id }) => `shipments/${id}`, seen: ({ status }) => status },
];

/** Puts an item on the menu and orders it `times` times; gives the last order. */
export async function trade(url, item, price, times) {
  await send("PUT", `${url}/menu/${item}`, { price });
  let order;
  for (let time = 0; time < times; time++) order = await send("POST", `${url}/orders`, { item });
  await settled(url, order);
  return order;
}

/** What a stage shows of an order: by kind, text, or nothing where it does not know of it. */
export async function look(url, order) {
  const seen = await Promise.all(
    LOOKS.map(async ({ kind, path, seen }) => {
      const response = await fetch(`${url}/${path(order)}`);
      if (response.status === 404) return [kind, undefined];
      return [kind, seen(await answered(response)) || undefined];
    }),
  );
  return Object.fromEntries(seen);
}

/** Waits until the queue's consumer and the workflow are done with an order. */
async function settled(url, order) {
  const until = Date.now() + 30_000;
  for (;;) {
    const { Queue, Workflow } = await look(url, order);
    if (Queue && Workflow === "complete") return;
    if (Date.now() > until) throw new Error(`${url}: queue ${Queue}, workflow ${Workflow}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function send(method, url, body) {
  return answered(await fetch(url, { method, body: JSON.stringify(body) }));
}

async function answered(response) {
  const body = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${body}`);
  return JSON.parse(body);
}
