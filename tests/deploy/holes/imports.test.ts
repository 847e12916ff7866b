/** SQL that is run again: rows that were edited since, and tables that a migration makes anew. */
import { expect, test } from "bun:test";
import { App } from "../../support/program.ts";
import { deployed, ended, run, TIME } from "./holes.ts";

const stage = "prod";
const database = (options: string) => `await Database("db", { ${options} });`;
const rows = ({ account }: App, table: string) =>
  account.sql("db-prod", `select note from ${table} order by id`).map(({ note }) => note);

const TABLE = "(id integer primary key, note text);\n";

test(
  "a file that was imported is not imported again, and a new one is",
  async () => {
    await using app = await App.start();
    const row = (id: number) => `insert or replace into t values (${id}, 'from ${id}');\n`;
    await app.write("1.sql", `create table if not exists t ${TABLE}${row(1)}`);
    await app.write("2.sql", row(2));
    await deployed(app, { stage, body: database('importFiles: ["1.sql"]') });
    app.account.sql("db-prod", "update t set note = 'edited' where id = 1");
    const more = 'readReplication: { mode: "auto" }';
    await deployed(app, { stage, body: database(`importFiles: ["1.sql"], ${more}`) });
    expect(rows(app, "t")).toEqual(["edited"]);
    await deployed(app, { stage, body: database(`importFiles: ["1.sql", "2.sql"], ${more}`) });
    expect(rows(app, "t")).toEqual(["edited", "from 2"]);
    await deployed(app, { stage, body: database('importFiles: ["1.sql", "2.sql"]') });
    expect(rows(app, "t")).toEqual(["edited", "from 2"]);
  },
  TIME,
);

test(
  "another table of migrations is refused, since all of them would run again",
  async () => {
    await using app = await App.start();
    await app.write(
      "migrations/0001.sql",
      `drop table if exists orders; create table orders ${TABLE}`,
    );
    const body = (options = "") => database(`migrationsDir: "migrations", ${options}`);
    await deployed(app, { stage, body: body() });
    app.account.sql("db-prod", "insert into orders (note) values ('soup')");
    const end = await run(app, { stage, body: body('migrationsTable: "mine"') });
    expect(rows(app, "orders")).toEqual(["soup"]);
    ended(end, "would-replay");
    await deployed(app, { stage, body: body() });
    expect(rows(app, "orders")).toEqual(["soup"]);
  },
  TIME,
);
