/** Data in the account, put there and read back by name. */
import type { App } from "./program.ts";

/** Puts rows, objects, values, messages, keys and instances into all that the account holds. */
export function fill({ account }: Pick<App, "account">): void {
  for (const { kind, name, script } of account.state()) {
    if (kind === "D1Database") {
      account.sql(name, "create table if not exists t (a)");
      account.sql(name, "insert into t values (?)", name);
    }
    if (kind === "R2Bucket") account.putObject(name, "key", name);
    if (kind === "KVNamespace") account.putValue(name, "key", name);
    if (kind === "Queue") account.sendMessage(name, { name });
    if (kind === "DurableObjectNamespace" && script) {
      account.putDurable(script, name, "object", "key", name);
    }
    if (kind === "Workflow") account.startInstance(name, "one");
  }
}

/** All data in the account, in words. */
export function data({ account }: Pick<App, "account">): string[] {
  return account
    .state()
    .map(({ kind, name, id, script }) => {
      const held = () => {
        if (kind === "D1Database") return rows(account, name);
        if (kind === "R2Bucket") {
          const bucket = [...account.buckets.all.values()].find((one) => one.id === id);
          return account.getObject(name, "key", bucket?.jurisdiction);
        }
        if (kind === "KVNamespace") return account.getValue(name, "key");
        if (kind === "Queue") return account.messages(name);
        if (kind === "DurableObjectNamespace" && script) {
          return account.getDurable(script, name, "object", "key");
        }
        return undefined;
      };
      return JSON.stringify([kind, name, script ?? id, held()]);
    })
    .sort();
}

/** The names of all that the account holds of a kind, sorted. */
export function names({ account }: Pick<App, "account">, kind?: string): string[] {
  const held = account.state().filter((one) => kind === undefined || one.kind === kind);
  return held.map(({ name }) => name).sort();
}

function rows(account: App["account"], database: string): unknown[] {
  const tables = account.sql(database, "select 1 from sqlite_master where name = 't'");
  return tables.length === 0 ? [] : account.sql(database, "select a from t order by a");
}
