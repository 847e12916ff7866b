/** The account's lists of hostnames, read by the command line: with its pace, its retries and its words. */
import type { BaseCloudflare } from "cloudflare/client";
import { type HostList, HostLists, PERMISSIONS } from "../../cloudflare/hosts.ts";
import { describe, type Failure } from "../monitor/collect/failures.ts";
import type { Unknown } from "../monitor/report.ts";
import { Secrets } from "../secrets.ts";

/** What `--without` leaves out, and what an unknown list is of. */
export const HOST = "host";

/** The lists of an account. */
export interface HostReader {
  lists: HostLists;
  /** What could not be read until now. */
  unknown(): Unknown[];
}

const WORDS: Readonly<Record<HostList, string>> = {
  zones: "zones",
  domains: "custom domains",
  routes: "Worker routes",
  records: "DNS records",
  certificates: "certificates",
};

/** @param nameOf The name of a zone, by its id. */
export function hostReader(
  client: BaseCloudflare,
  account: string,
  nameOf: (zone: string) => string = (zone) => zone,
): HostReader {
  const failures: Failure[] = [];
  const get = (path: string) => client.get(path).asResponse();
  const lists = new HostLists(
    async () => ({ accountId: account, get }),
    (what, error, zone) => {
      const where = zone === "" ? "" : ` of the zone \`${nameOf(zone)}\``;
      const spec = {
        kind: HOST,
        plural: `${WORDS[what]}${where}`,
        listing: { permission: PERMISSIONS[what] },
      };
      failures.push({ spec, place: undefined, error });
    },
  );
  const secrets = new Secrets(process.env);
  const unknown = () =>
    failures
      .map((failure) => describe(failure, account))
      .map((one) => ({ ...one, message: secrets.hidden(one.message) }));
  return { lists, unknown };
}
