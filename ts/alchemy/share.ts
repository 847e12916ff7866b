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
import type { RemoteResource } from "../cloudflare/listing.ts";
import { BUCKET, type KindSpec, specOf } from "../kinds.ts";
import { readRow } from "../state/read.ts";
import { deployedName, isDeployed, isRetained } from "../state/row.ts";
import { core } from "../wasm.ts";
import { tellStages } from "./guard/known.ts";
import { findElsewhere } from "./guard/places.ts";
import { accountOf } from "./guard/recovery.ts";
import { atCall } from "./guard/sites.ts";
import { failScopes, knownScope } from "./scope.ts";
import { type AlchemyScope, RESOURCE_KIND } from "./types.ts";

/** What a block has computed for a resource that another stage owns. */
interface Options extends CloudflareApiOptions {
  name: string;
  jurisdiction?: string;
  dev?: { remote?: boolean };
}

/**
 * A binding for the resource that the owner stage calls `options.name`.
 *
 * Alchemy's function is not called: it would switch off public domains, patch queues and reset read
 * replication. Nothing is written to the state, so tearing this stage down leaves it alone.
 *
 * @throws BlockError `owner-missing` if the account does not hold it; `share-conflict` if this stage
 *   has deployed a resource of its own under this id; `id-changed` if it has taken the shared one as
 *   its own under another.
 */
export async function bindShared(
  scope: AlchemyScope,
  resource: string,
  id: string,
  options: Options,
): Promise<object> {
  try {
    await tellStages(scope);
    return await bind(scope, resource, id, options);
  } catch (error) {
    // Alchemy knows no resource here whose scope it could fail.
    failScopes(scope);
    throw atCall(scope, id, error, bindShared);
  }
}

async function bind(
  scope: AlchemyScope,
  resource: string,
  id: string,
  options: Options,
): Promise<object> {
  const row = await readRow(scope.state, id);
  // A retained row may go: the resource stays.
  const isLeft = isRetained(row) && deployedName(row) === options.name;
  if (isDeployed(row) && !isLeft) throw core().shareConflict(resource, id, options.name);
  if (row?.kind === BUCKET && !isRetained(row)) {
    // Alchemy deletes a row that nothing declares, and a bucket with it, by name.
    await scope.state.set(id, { ...row, props: { ...row.props, delete: false } });
  }
  const jurisdiction = options.jurisdiction === "default" ? "" : (options.jurisdiction ?? "");
  await refuseOwned(scope, resource, id, options.name);
  if (scope.local && !options.dev?.remote) {
    const local = { name: options.name, id: "", jurisdiction, createdAt: undefined };
    return binding(resource, local, options);
  }
  const account = accountOf(scope);
  const found = await account?.find(resource, options.name, jurisdiction, options);
  if (!found) throw core().ownerMissing(resource, id, options.name);
  // Alchemy prints nothing here, since nothing is deployed.
  if (!scope.quiet) console.info(`@alch/blocks: ${id} is bound to ${found.name} of another stage`);
  return binding(resource, found, options);
}

/** Refuses what this stage has taken as its own at another place, where it would be an orphan. */
async function refuseOwned(
  scope: AlchemyScope,
  resource: string,
  id: string,
  name: string,
): Promise<void> {
  const declared = knownScope(scope)?.declared(id, resource);
  if (!declared) return;
  const place = await findElsewhere(scope, resource, name, declared.jurisdiction, id);
  if (place) declared.judge({ elsewhere: place.path.join("/"), pending: place.pending });
}

/** What Alchemy's function would have returned, for the types of bindings that have more than names in them. */
const BINDINGS: Readonly<
  Record<string, (found: RemoteResource, dev: object, options: Options) => object>
> = {
  d1: ({ id, name, jurisdiction }, dev) => ({
    id,
    name,
    jurisdiction: jurisdiction || "default",
    dev,
  }),
  kv_namespace: ({ name: title, id: namespaceId, createdAt = 0 }, dev) => ({
    namespaceId,
    title,
    dev,
    createdAt,
    modifiedAt: createdAt,
  }),
  r2_bucket: (found, dev, options) => ({
    name: found.name,
    jurisdiction: found.jurisdiction || "default",
    dev,
    ...data(found, options),
  }),
  // Without the id by which Alchemy attaches a consumer: only producing works.
  queue: ({ name }, dev) => ({ id: "", name, dev, createdOn: "", modifiedOn: "" }),
};

function binding(resource: string, found: RemoteResource, options: Options): object {
  const dev = { id: found.id || found.name, remote: options.dev?.remote ?? false };
  const spec = specOf(resource);
  if (!spec) throw new TypeError(`there is no shared binding for ${resource}`);
  const { binding: type } = spec;
  const make = BINDINGS[type] ?? named(spec);
  // With its kind, Alchemy would attach a consumer to a queue.
  const kind = type === "queue" ? {} : { [RESOURCE_KIND]: resource };
  return { ...kind, type, ...make(found, dev, options) };
}

/** What has its name in each attribute by which something knows it, and its id in one. */
function named({ alchemy }: KindSpec) {
  return ({ name, id }: RemoteResource) => ({
    id: name,
    ...Object.fromEntries(alchemy.naming.map((option) => [option, name])),
    [alchemy.attribute]: name,
    [alchemy.identity]: id,
  });
}

/** The methods that Alchemy's bucket has for use in the program. */
function data(bucket: RemoteResource, options: Options) {
  const api = () => createCloudflareApi(options);
  const at = (key: string) => ({
    bucketName: bucket.name,
    key,
    ...(bucket.jurisdiction ? { jurisdiction: bucket.jurisdiction } : {}),
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
      listObjects(await api(), bucket.name, { ...own, jurisdiction: bucket.jurisdiction }),
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
