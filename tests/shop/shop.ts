/** The example shop in a folder of its own, deployed to the stand-in or run in workerd. */
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Held } from "../cloudflare/index.ts";
import { App } from "../support/program.ts";

const EXAMPLE = join(import.meta.dir, "..", "..", "examples", "shop");

/** How long a local stage may take until it answers, in milliseconds. */
const PATIENCE = 60_000;

/** A stage that runs in workerd. */
export interface Served extends AsyncDisposable {
  readonly url: string;
}

export class Shop implements AsyncDisposable {
  private constructor(
    readonly app: App,
    readonly source: string,
  ) {}

  static async start(): Promise<Shop> {
    const app = await App.start();
    app.account.addZone("example.com");
    for (const part of ["src", "migrations"]) {
      await cp(join(EXAMPLE, part), join(app.folder, part), { recursive: true });
    }
    // Local mode keeps its data in the nearest folder above that has a lock file: this one.
    await app.write("package-lock.json", "{}");
    return new Shop(app, await readFile(join(EXAMPLE, "alchemy.run.ts"), "utf8"));
  }

  get account() {
    return this.app.account;
  }

  /** Deploys the stages at the same time. */
  async deploy(...stages: string[]): Promise<void> {
    await Promise.all(stages.map((stage) => this.app.deploy(stage, this.source)));
  }

  /** Destroys a stage. It ends well even where Alchemy could not delete something. */
  async destroy(stage: string): Promise<void> {
    await this.app.deploy(stage, this.source, { args: ["--destroy"] });
  }

  /** What the account holds of a stage, by what its names end with. */
  held(stage: string): Held[] {
    const owner = ({ name, script }: Held) => script ?? name;
    return this.account.state().filter((one) => owner(one).endsWith(`-${stage}`));
  }

  /** What answers at the hostnames of a stage: at the first page by its domain, at an order by its route. */
  answers(stage: string) {
    const host = stage === "prod" ? "shop.example.com" : `shop-${stage}.example.com`;
    return ["", "orders/1"].map((page) => this.account.meet(`https://${host}/${page}`));
  }

  /** Puts some data into everything that a stage has. */
  seed(stage: string): void {
    const { account } = this;
    const row = "INSERT INTO orders (id, number, item, price) VALUES ('1', 1, ?, 4)";
    account.sql(`shop-db-${stage}`, row, stage);
    account.putObject(`shop-bills-${stage}`, "1", stage);
    account.putValue(`shop-menu-${stage}`, "tea", stage);
    account.sendMessage(`shop-sales-${stage}`, stage);
    account.sendMessage(`shop-dead-${stage}`, stage);
    account.putDurable(`shop-${stage}`, "Counter", "orders", "count", stage);
    account.startInstance(`shop-ship-${stage}`, stage);
  }

  /** What of the seed is still there. */
  seeded(stage: string) {
    const { account } = this;
    return {
      row: account.sql(`shop-db-${stage}`, "SELECT item FROM orders").map(({ item }) => item),
      object: account.getObject(`shop-bills-${stage}`, "1"),
      value: account.getValue(`shop-menu-${stage}`, "tea"),
      messages: account.messages(`shop-sales-${stage}`),
      dead: account.messages(`shop-dead-${stage}`),
      durable: account.getDurable(`shop-${stage}`, "Counter", "orders", "count"),
      runs: [...(account.workflows.all.get(`shop-ship-${stage}`)?.instances.keys() ?? [])],
    };
  }

  /** Runs a stage in workerd until it is disposed of. */
  async serve(stage: string): Promise<Served> {
    for (let tries = 1; ; tries++) {
      const child = await this.app.spawn(stage, this.source, {
        args: ["--local"],
        env: {
          MINIFLARE_REGISTRY_PATH: join(this.app.folder, ".registry"),
          CLOUDFLARE_CF_FETCH_ENABLED: "false",
        },
      });
      try {
        return { url: await addressOf(child), [Symbol.asyncDispose]: () => stop(child) };
      } catch (error) {
        await stop(child);
        // Stages of one folder share workerd's metadata files, and one can find them locked.
        if (tries === 3 || !String(error).includes("SQLITE_BUSY")) throw error;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
  }
}

type Child = Awaited<ReturnType<App["spawn"]>>;

/** Where a local stage says that it is. What it prints is read on, so that it can go on printing. */
async function addressOf(child: Child): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      output += decoder.decode(chunk, { stream: true });
      const address = /^\S+ is at (http\S+?)\/?\r?\n/m.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    }
  };
  const fail = (why: string) => reject(new Error(`${why}:\n${output}`));
  const late = setTimeout(() => fail(`no address after ${PATIENCE} ms`), PATIENCE);
  void Promise.all([read(child.stdout), read(child.stderr)]).then(() => fail("it ended"), reject);
  return promise.finally(() => clearTimeout(late));
}

/** Ends a local stage as Ctrl-C would, so that workerd ends, too. */
async function stop(child: Child): Promise<void> {
  child.kill("SIGINT");
  const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await child.exited;
  clearTimeout(late);
}
