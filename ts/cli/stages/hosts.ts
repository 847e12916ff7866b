/** Who has the domains and routes of stages by now. */

import { DOMAIN, ROUTE } from "../../kinds.ts";
import type { Connection } from "../account/connect.ts";
import { hostReader } from "../account/hosts.ts";
import type { Hosts, StageRow } from "./decide.ts";

/** Reads only the lists that a row has something in: most stages have no hostname. */
export async function hostsOf(
  rows: readonly StageRow[],
  { client }: Connection,
  account: string,
): Promise<Hosts> {
  const { lists, unknown } = hostReader(client, account);
  const own = rows.filter((row) => {
    const isHere = (row.account ?? account) === account;
    return isHere && row.stage !== "" && row.identity !== "" && !row.retained;
  });
  const zones = new Set(own.flatMap(({ resource, zone }) => (resource === ROUTE ? zone : [])));
  zones.delete("");
  const domains = own.some(({ resource }) => resource === DOMAIN) ? await lists.domains({}) : [];
  const routes: Record<string, Hosts["routes"][string]> = {};
  for (const zone of zones) {
    const all = await lists.routes(zone, {});
    if (all !== undefined) routes[zone] = all;
  }
  return { domains, routes, unread: unknown().map(({ message }) => message) };
}
