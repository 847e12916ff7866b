/** The store of secrets, which an account has once: the raw function of Alchemy 0.94 in two stages. */
import { expect, test } from "bun:test";
import { App, program as inApp } from "../support/program.ts";

const TIME = 60_000;

const program = (body: string, app = "shop") => inApp(body, app, '{ password: "x" }');
/** A store with secrets of that name. */
const store = (secrets: readonly string[], options = "") => {
  const all = secrets.map((name) => `${name}: "${name}"`).join(", ");
  return `await raw.SecretsStore("secrets", { name: "default_secrets_store", adopt: true,
    secrets: { ${all} }, ${options} });`;
};
const secretsOf = ({ account }: App) =>
  [...account.secretsStores.all.values()].flatMap(({ secrets }) => [...secrets.keys()]);

test(
  "a preview deletes neither the store nor what another stage has put there",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(store(["STRIPE", "MAIL"])));
    await app.deploy("pr-7", program(store(["PREVIEW"])));
    expect(secretsOf(app)).toEqual(["STRIPE", "MAIL", "PREVIEW"]);
    const calls = app.cloudflare.log.length;
    // Alchemy would delete each secret that it does not find in the program.
    for (const stage of ["pr-7", "prod"]) {
      const output = await app.refused(stage, "would-delete", program(store(["OTHER"])));
      expect(output).toContain(stage === "prod" ? "with `PREVIEW` in it" : "with `STRIPE` in it");
    }
    await app.deploy("pr-7", program(store(["PREVIEW"])), { args: ["--destroy"] });
    expect(app.changesSince(calls)).toEqual([]);
    expect(secretsOf(app)).toEqual(["STRIPE", "MAIL", "PREVIEW"]);
    // Also where the program only drops it.
    await app.deploy("prod", program(""));
    expect(app.changesSince(calls)).toEqual([]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test(
  "a program that lets secrets go, or writes `delete: true`, gets what it says",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(store(["STRIPE"])));
    await app.deploy("pr-7", program(store(["PREVIEW"])));
    const release = 'createBlocks({ release: ["secrets"] });';
    await app.deploy("prod", program(`${release} ${store(["OTHER"])}`));
    expect(secretsOf(app)).toEqual(["OTHER"]);
    await app.deploy("pr-8", program(store(["EIGHT"], "delete: true")));
    await app.deploy("pr-8", program(""), { args: ["--destroy"] });
    expect([...app.account.secretsStores.all.keys()]).toEqual([]);
  },
  TIME,
);

test(
  "a secret that a failed deploy has declared stays, if another stage has put it there",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(store(["STRIPE"])));
    await app.deploy("pr-7", program(store(["PREVIEW"])));
    const { code } = await app.run("pr-7", program(store(["PREVIEW", "STRIPE"])));
    expect(code).toBe(1);
    await app.refused("pr-7", "would-delete", program(store(["PREVIEW", "OTHER"])));
    expect(secretsOf(app)).toEqual(["STRIPE", "PREVIEW"]);
  },
  TIME,
);

test(
  "a replacement that failed does not delete the store with the stage",
  async () => {
    await using app = await App.start();
    await app.deploy("pr-7", program(store(["PREVIEW"])));
    const renamed = program(store(["PREVIEW"]).replace("default_secrets_store", "second"));
    const { code } = await app.run("pr-7", renamed);
    expect(code).toBe(1);
    await app.deploy("prod", program(store(["STRIPE"])));
    await app.deploy("pr-7", renamed, { args: ["--destroy"] });
    expect(secretsOf(app)).toEqual(["PREVIEW", "STRIPE"]);
  },
  TIME,
);

test(
  "nothing changes where the secrets of others cannot be listed",
  async () => {
    await using app = await App.start();
    await app.deploy("prod", program(store(["STRIPE"])));
    await app.deploy("pr-7", program(store(["PREVIEW"])));
    app.cloudflare.faults.add({ kind: "403", method: "GET", path: /\/secrets$/, count: 2 });
    const { code } = await app.run("pr-7", program(store(["OTHER"])));
    expect(code).toBe(1);
    expect(secretsOf(app)).toEqual(["STRIPE", "PREVIEW"]);
  },
  TIME,
);
