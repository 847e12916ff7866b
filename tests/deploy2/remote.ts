/** A store for the HTTP client that Alchemy 2 has for remote state, as `Cloudflare.state()` uses it. */

/** All that the server keeps, by the path of its route. */
export interface Remote extends Disposable {
  url: string;
  kept: Map<string, unknown>;
}

export function startRemote(): Remote {
  const kept = new Map<string, unknown>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/version") return Response.json({ version: 5 });
      if (request.method === "PUT") kept.set(pathname, await request.json());
      if (request.method === "DELETE") {
        const stage = searchParams.get("stage");
        const gone = stage === null ? pathname : `${pathname}/stages/${encodeURIComponent(stage)}`;
        for (const path of kept.keys()) if (`${path}/`.startsWith(`${gone}/`)) kept.delete(path);
        return new Response(null, { status: 204 });
      }
      const isList = /\/(stacks|stages|resources)$/.test(pathname);
      if (pathname.endsWith("/replaced-resources")) return Response.json([]);
      return Response.json(isList ? below(pathname) : (kept.get(pathname) ?? null));
    },
  });
  /** The next parts of all paths below one. */
  function below(path: string): string[] {
    const rest = [...kept.keys()].filter((one) => one.startsWith(`${path}/`));
    const parts = rest.map((one) => one.slice(path.length + 1).split("/")[0] ?? "");
    // An id is encoded once more in its path.
    return [...new Set(parts)].map((part) => decodeURIComponent(decodeURIComponent(part)));
  }
  const url = `http://127.0.0.1:${server.port}`;
  return { url, kept, [Symbol.dispose]: () => void server.stop(true) };
}

/** The layer of this store, for the options of a stack. */
export const REMOTE = `
import * as Layer from "effect/Layer";
import { makeHttpStateStore, State } from "alchemy/State";
const remote = () => Layer.effect(State, Effect.map(
  makeHttpStateStore({ id: "remote", url: process.env.REMOTE_STATE, authToken: process.env.REMOTE_TOKEN ?? "token" }),
  (store) => Effect.succeed(store),
));
`;
