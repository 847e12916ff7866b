/** The account's lists of hostnames, read by the command line: with its pace, its retries and its words. */
import type { BaseCloudflare } from "cloudflare/client";
import { type HostList, HostLists, PERMISSIONS } from "../../cloudflare/hosts.ts";
import { describe, failsForAll } from "../monitor/collect/failures.ts";
import { HOST, type Unknown } from "../monitor/report.ts";
import { Secrets } from "../secrets.ts";

/** The lists of an account. */
export interface HostReader {
  lists: HostLists;
  /** Whether each further call would fail as well. */
  isDown(): boolean;
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

interface Unread {
  what: HostList;
  /** The id of the zone; empty for a list of the account. */
  zone: string;
  error: unknown;
}

/** @param nameOf The name of a zone, by its id. */
export function hostReader(
  client: BaseCloudflare,
  account: string,
  nameOf: (zone: string) => string = (zone) => zone,
): HostReader {
  const unread: Unread[] = [];
  const get = (path: string) => client.get(path).asResponse();
  const lists = new HostLists(
    async () => ({ accountId: account, get }),
    (what, error, zone) => unread.push({ what, zone, error }),
  );
  const secrets = new Secrets(process.env);
  const describeOne = ({ what, zone, error }: Unread, others: number): Unknown => {
    const more = others === 0 ? "" : ` and ${others} more`;
    const where = zone === "" ? "" : ` of the zone \`${nameOf(zone)}\`${more}`;
    const listing = { permission: PERMISSIONS[what] };
    const spec = { kind: HOST, plural: `${WORDS[what]}${where}`, listing };
    const said = describe({ spec, place: undefined, error }, account);
    return { ...said, message: secrets.hidden(said.message) };
  };
  return {
    lists,
    isDown: () => unread.some(({ error }) => failsForAll(error)),
    unknown: () => {
      // An account can have hundreds of zones, and a token lacks a permission for all of them.
      const keys = unread.map((one) => `${one.what} ${describeOne(one, 0).code}`);
      return unread.flatMap((one, at) => {
        const others = keys.filter((key) => key === keys[at]).length - 1;
        return keys.indexOf(keys[at] ?? "") === at ? describeOne(one, others) : [];
      });
    },
  };
}
