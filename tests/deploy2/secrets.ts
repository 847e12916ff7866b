/** The Secrets Store of an account, in front of a stand-in that has none. */

export interface Secrets extends Disposable {
  url: string;
  /** The value of each secret, by its name. */
  values: Map<string, string>;
}

interface Named {
  name: string;
  value?: string;
}

const AT = "/secrets_store/stores";
const TIME = "2026-01-01T00:00:00Z";

/** @param standIn All other calls go there. */
export function startSecrets(standIn: string): Secrets {
  const values = new Map<string, string>();
  /** The ids of all secrets by name, in each store. */
  const stores = new Map<string, Map<string, string>>();
  const times = { created: TIME, modified: TIME };
  const storeOf = (id: string) => ({ id, name: id, ...times });

  function made(all: Named[], store: string | undefined): object[] {
    return all.map(({ name, value = "" }) => {
      const id = crypto.randomUUID().replaceAll("-", "");
      if (store === undefined) {
        stores.set(id, new Map());
        return storeOf(id);
      }
      values.set(name, value);
      stores.get(store)?.set(name, id);
      return { id, name, store_id: store, status: "active", ...times };
    });
  }

  function listed(store: string | undefined): object[] {
    if (store === undefined) return [...stores.keys()].map(storeOf);
    const secrets = stores.get(store) ?? [];
    return [...secrets].map(([name, id]) => ({
      id,
      name,
      store_id: store,
      status: "active",
      ...times,
    }));
  }

  const answer = (result: unknown) => {
    const count = [result].flat().length;
    const result_info = { page: 1, per_page: 100, count, total_count: count, total_pages: 1 };
    return Response.json({ success: true, errors: [], messages: [], result, result_info });
  };

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const at = pathname.indexOf(AT);
      if (at < 0) return fetch(new Request(`${standIn}${pathname}${search}`, request));
      const [store] = pathname
        .slice(at + AT.length)
        .split("/")
        .filter(Boolean);
      if (request.method !== "POST") return answer(listed(store));
      const given = (await request.json()) as Named | Named[];
      const all = made([given].flat(), store);
      // A store is made alone, and secrets as a list.
      return answer(Array.isArray(given) ? all : all[0]);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    values,
    [Symbol.dispose]: () => void server.stop(true),
  };
}
