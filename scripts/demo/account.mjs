// The stand-in for a Cloudflare account, as a process of its own.
import { join } from "node:path";
import { root } from "../run.mjs";
import { printed, start } from "./processes.mjs";
import { baseEnv, bun } from "./project.mjs";

/** Starts an empty account. */
export async function startAccount() {
  const child = start(bun, [join(root, "tests", "cloudflare", "main.ts")], { env: baseEnv });
  const [line] = await printed(child, /^\{.*\}$/m, 30);
  const { url, env } = JSON.parse(line);
  return new Account(url, env);
}

class Account {
  constructor(url, env) {
    this.url = url;
    /** What a child process needs to use it. */
    this.env = env;
  }

  /** Everything that it holds: kind, name, id, how much data, and the script of classes. */
  held() {
    return this.#ask("state");
  }

  /** Every call since the log had `from` entries. */
  async callsSince(from) {
    return (await this.#ask("log")).slice(from);
  }

  async logLength() {
    return (await this.#ask("log")).length;
  }

  /** Calls that it did not know how to answer. */
  unhandled() {
    return this.#ask("unhandled");
  }

  /** Puts some data into everything that `stage` has. */
  async seed(stage) {
    const row = `INSERT INTO orders (id, number, item, price) VALUES ('1', 1, '${stage}', 4)`;
    await this.#ask("sql", { database: `shop-db-${stage}`, query: row });
    await this.#call("putObject", `shop-bills-${stage}`, "1", stage);
    await this.#call("putValue", `shop-menu-${stage}`, "tea", stage);
    await this.#call("sendMessage", `shop-sales-${stage}`, { id: "1", item: stage });
    await this.#call("sendMessage", `shop-dead-${stage}`, { id: "0", item: stage });
    await this.#call("putDurable", `shop-${stage}`, "Counter", "orders", "count", 1);
    await this.#call("startInstance", `shop-ship-${stage}`, "1", { id: "1" });
  }

  /** Adds a zone, as a person would in the dashboard. */
  addZone(name) {
    return this.#call("addZone", name);
  }

  /** What a request to a URL meets. */
  meet(url) {
    return this.#call("meet", url);
  }

  #call(helper, ...args) {
    return this.#ask("call", { helper, args });
  }

  async #ask(what, body) {
    const request = body ? { method: "POST", body: JSON.stringify(body) } : {};
    const response = await fetch(`${this.url}/__control/${what}`, request);
    const answer = await response.json();
    if (!response.ok) throw new Error(`the account refused ${what}: ${answer.error}`);
    return answer;
  }
}
