import { codes, refuse } from "./errors.ts";
import type { Call, Reply } from "./router.ts";
import type { World } from "./server.ts";

/** The object store behind D1's imports and exports: signed URLs, so no token. */
export function files(world: World, call: Call): Reply {
  const name = call.path.slice("/__files/".length);
  const owner = [...world.accounts.values()].find(({ databases }) => databases.files.has(name));
  if (!owner) return refuse(404, codes.d1Missing, "no such file");
  const headers = { "Content-Type": "application/sql" };
  if (call.method === "PUT") {
    owner.databases.upload(name, call.body);
    return { raw: { body: "", headers } };
  }
  return { raw: { body: owner.databases.files.get(name)?.sql ?? "", headers } };
}
