/** What the account has of hostnames: its zones, domains, routes and certificates. */
import type { BaseCloudflare } from "cloudflare/client";
import type { Zone } from "../../../cloudflare/hosts.ts";
import { type HostReader, hostReader } from "../../account/hosts.ts";
import type { AccountHosts, HostRow, HostZone } from "../hosts.ts";
import { HOST, type Unknown } from "../report.ts";
import type { AccountProgress } from "./account.ts";
import { unknown } from "./collected.ts";

/** How many zones are read at once. */
const AT_ONCE = 8;

/** An account without zones costs one call. Each zone costs two. */
export async function readHosts(
  client: BaseCloudflare,
  account: string,
  progress: AccountProgress,
): Promise<{ hosts: AccountHosts; unknown: Unknown[] }> {
  const names = new Map<string, string>();
  const reader = hostReader(client, account, (zone) => names.get(zone) ?? zone);
  const { lists } = reader;
  const zones = await lists.zones({});
  // Without a zone there can be no domain, unless the token does not see the zones.
  if (zones?.length === 0) return { hosts: { zones: [] }, unknown: [] };
  for (const { id, name } of zones ?? []) names.set(id, name);
  const domains = await lists.domains({});
  const read = zones && (await readZones(reader, zones, progress));
  return { hosts: { domains, zones: read }, unknown: reader.unknown() };
}

async function readZones(
  { lists, isDown }: HostReader,
  zones: readonly Zone[],
  progress: AccountProgress,
): Promise<HostZone[]> {
  const read: HostZone[] = [];
  for (let at = 0; at < zones.length; at += AT_ONCE) {
    const some = zones.slice(at, at + AT_ONCE).map(async ({ id, name, active }) => {
      if (isDown()) return { id, name };
      const [routes, certificates] = await Promise.all([
        lists.routes(id, {}),
        // Cloudflare answers for no others, and orders none for them.
        active ? lists.certificates(id, {}) : undefined,
      ]);
      return { id, name, routes, certificates };
    });
    read.push(...(await Promise.all(some)));
    progress.listed("zones", read.length);
  }
  return read;
}

/** A token without a permission for zones may get an empty list, and no refusal. */
export function unseenZones(rows: readonly HostRow[], { zones }: AccountHosts): Unknown[] {
  const made = rows.find(({ identity, deleting }) => identity !== "" && !deleting);
  if (zones?.length !== 0 || made === undefined) return [];
  const message = `the token sees no zone, and the state has \`${made.name}\` in one`;
  const help =
    "give the token the permission `Zone Read` for all zones of the account, or leave them out with `--without host`";
  return [unknown("account", HOST, "forbidden", message, help)];
}
