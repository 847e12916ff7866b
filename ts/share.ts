/** `share`: resources of another stage, looked up in the account and only bound. */
import {
  type CloudflareApiOptions,
  createCloudflareApi,
  deleteObject,
  getObject,
  headObject,
  listObjects,
  putObject,
} from "alchemy/cloudflare";
import type { Held } from "./account.ts";
import { findDeclared, judgeRow, ownerMissing, shareConflict } from "./state/guard.ts";
import { BUCKET, isDeployed, isRetained } from "./state/row.ts";
import { heldElsewhere } from "./state/stage-index.ts";
import { readRow, type WatchedScope } from "./state/store.ts";
import { account, refused } from "./state/watch.ts";

/** What a block has computed for a resource that another stage owns. */
interface Options extends CloudflareApiOptions {
  name: string;
  jurisdiction?: string;
  dev?: { remote?: boolean };
}

/**
 * A binding for the resource that the owner stage calls `options.name`.
 *
 * Alchemy's function is not called: it would switch off public domains, patch queues and reset
 * read replication. Nothing is written to the state, so tearing this stage down leaves it alone.
 *
 * @throws BlockError `owner-missing` where the account does not hold it; `share-conflict` where
 *   this stage has deployed a resource of its own under this id; `id-changed` where it has taken
 *   the shared one as its own under another.
 */
export async function bindShared(
  scope: WatchedScope,
  kind: string,
  id: string,
  options: Options,
): Promise<object> {
  try {
    return await bound(scope, kind, id, options);
  } catch (error) {
    // Alchemy knows of no resource here whose scope it could fail.
    throw refused(scope, error);
  }
}

async function bound(
  scope: WatchedScope,
  kind: string,
  id: string,
  options: Options,
): Promise<object> {
  const row = await readRow(scope.state, id);
  if (isDeployed(row)) throw shareConflict(kind, id, options.name);
  if (row?.kind === BUCKET && !isRetained(row)) {
    // A row that is declared no more is deleted, and a bucket with it, by name.
    await scope.state.set(id, { ...row, props: { ...row.props, delete: false } });
  }
  const jurisdiction = options.jurisdiction === "default" ? "" : (options.jurisdiction ?? "");
  await refuseOwned(scope, kind, id, options.name);
  if (scope.local && !options.dev?.remote) {
    const local = { name: options.name, id: "", jurisdiction, createdAt: undefined };
    return binding(kind, local, options);
  }
  const held = await account(scope)?.find(kind, options.name, jurisdiction, options);
  if (!held) throw ownerMissing(kind, id, options.name);
  return binding(kind, held, options);
}

/** Refuses what this stage has taken as its own at another place, where it would be an orphan. */
async function refuseOwned(
  scope: WatchedScope,
  kind: string,
  id: string,
  name: string,
): Promise<void> {
  const declared = findDeclared(scope, id, kind);
  const place = await heldElsewhere(scope, kind, name, declared?.jurisdiction ?? "", id);
  if (!declared || !place) return;
  judgeRow(id, kind, declared, { elsewhere: place.path.join("/"), pending: place.pending });
}

function binding(kind: string, held: Held, options: Options): object {
  const dev = { id: held.id || held.name, remote: options.dev?.remote ?? false };
  const jurisdiction = held.jurisdiction || "default";
  const type = { [Symbol.for("alchemy::ResourceKind")]: kind };
  switch (kind) {
    case "cloudflare::D1Database":
      return { ...type, type: "d1", id: held.id, name: held.name, jurisdiction, dev };
    case "cloudflare::KVNamespace": {
      const at = held.createdAt ?? 0;
      const times = { createdAt: at, modifiedAt: at };
      const { name: title, id: namespaceId } = held;
      return { ...type, type: "kv_namespace", namespaceId, title, dev, ...times };
    }
    case BUCKET:
      return {
        ...type,
        type: "r2_bucket",
        name: held.name,
        jurisdiction,
        dev,
        ...data(held, options),
      };
    default: {
      // Neither the type nor the id by which Alchemy attaches a consumer: only producing works.
      const dates = { createdOn: "", modifiedOn: "" };
      return { type: "queue", id: "", name: held.name, dev, ...dates };
    }
  }
}

/** The methods that Alchemy's bucket has for use in the program. */
function data(held: Held, options: Options) {
  const api = () => createCloudflareApi(options);
  const at = (key: string) => ({
    bucketName: held.name,
    key,
    ...(held.jurisdiction ? { jurisdiction: held.jurisdiction } : {}),
  });
  return {
    head: async (key: string) => headObject(await api(), at(key) as never),
    get: async (key: string) => {
      const response = await getObject(await api(), at(key) as never);
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(`reading an object failed with status ${response.status}`);
      return content(key, response);
    },
    list: async (own?: object) =>
      listObjects(await api(), held.name, { ...own, jurisdiction: held.jurisdiction }),
    delete: async (key: string) => deleteObject(await api(), at(key) as never),
    put: async (key: string, object: unknown) =>
      putObject(await api(), { ...at(key), object } as never),
  };
}

/** An object as Alchemy's bucket gives it. */
function content(key: string, response: Response) {
  const { headers } = response;
  return {
    key,
    etag: headers.get("ETag") ?? "",
    uploaded: new Date(headers.get("Last-Modified") ?? headers.get("Date") ?? 0),
    size: Number(headers.get("Content-Length")),
    arrayBuffer: () => response.arrayBuffer(),
    bytes: () => response.bytes(),
    text: () => response.text(),
    json: () => response.json(),
    blob: () => response.blob(),
  };
}
