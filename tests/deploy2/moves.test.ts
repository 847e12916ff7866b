/** A class of Durable Objects that moves to another Worker, with its data. */
import { expect, test } from "bun:test";
import { App2, COUNTER, guarded, TIME, unguarded, worker } from "./app.ts";

const of = (id: string, env: string) => worker(env, { id, name: `"${id}-" + stage` });
const WEB = of("web", COUNTER);
const GONE = of("web", "");
const taking = (from: string, more = "") =>
  of(
    "host",
    `COUNTER: DurableObject("counter", { className: "Counter", transferredFrom: ${from} }), ${more}`,
  );
const HOST = taking('"web"');
/** Binds the class of its new Worker, and so is deployed after that. */
const BORROWS = of(
  "web",
  'COUNTER: DurableObject("counter", { className: "Counter", scriptName: host.workerName }),',
);

async function start(): Promise<App2> {
  const app = await App2.start();
  await app.deploy("prod", guarded(WEB));
  app.account.putDurable("web-prod", "Counter", "one", "count", "7");
  return app;
}

const moved = (app: App2) => app.account.getDurable("host-prod", "Counter", "one", "count");

test.concurrent(
  "without the guard, one deploy that moves a class deletes it",
  async () => {
    await using app = await start();
    // Nothing orders the Workers of such a program, so that either may be first. Here it is the wrong one.
    const late = taking('"web"', "OTHER: web.workerName,");
    await app.run("prod", unguarded(`${GONE}\n${late}`));
    expect(app.lost()).toEqual(["DurableObjectNamespace web-prod/Counter"]);
  },
  TIME,
);

test.concurrent(
  "with the guard, two deploys move it, as the help says",
  async () => {
    await using app = await start();
    const output = await app.refused("prod", "would-delete-class", guarded(`${HOST}\n${GONE}`));
    expect(output).toContain("deploy once before you remove it here");
    const alien = guarded(`${GONE}\n${taking('"nobody"')}`);
    await app.refused("prod", "would-delete-class", alien);
    await app.deploy("prod", guarded(`${WEB}\n${HOST}`));
    expect(moved(app)).toBe("7");
    await app.deploy("prod", guarded(`${GONE}\n${HOST}`));
    expect(moved(app)).toBe("7");
    expect(app.lost()).toEqual([]);
  },
  TIME,
);

test.concurrent(
  "with the guard, a deploy that orders both Workers moves it at once",
  async () => {
    await using app = await start();
    await app.deploy("prod", guarded(`${HOST}\n${BORROWS}`));
    expect(moved(app)).toBe("7");
    expect(app.lost()).toEqual([]);
    await using other = await start();
    // What is gone is deleted last.
    await other.deploy("prod", guarded(HOST));
    expect(moved(other)).toBe("7");
    expect(other.lost()).toEqual(["Worker web-prod"]);
  },
  TIME,
);
