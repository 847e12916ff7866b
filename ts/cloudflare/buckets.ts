/** Which R2 bucket has a hostname: Cloudflare says it of each bucket only. */
import type { CloudflareApiOptions } from "alchemy/cloudflare";
import { KINDS, resourceOf } from "../kinds.ts";
import type { Account } from "./account.ts";

/** How many buckets are asked at once. */
const AT_ONCE = 16;

/** The bucket that has a hostname as its custom domain, as far as the account says it. */
export async function bucketOf(
  account: Account,
  host: string,
  options: CloudflareApiOptions,
): Promise<string | undefined> {
  const resource = resourceOf("bucket");
  const { jurisdictions = [] } = KINDS.bucket.listing ?? {};
  for (const jurisdiction of ["default", ...jurisdictions]) {
    try {
      const names = [...(await account.list(resource, jurisdiction, options)).keys()];
      for (let at = 0; at < names.length; at += AT_ONCE) {
        const some = names.slice(at, at + AT_ONCE);
        const has = (name: string) => hasDomain(account, name, jurisdiction, host, options);
        const found = await Promise.all(some.map(has));
        if (found.includes(true)) return some[found.indexOf(true)];
      }
    } catch {
      // The account may not have this jurisdiction.
    }
  }
  return undefined;
}

async function hasDomain(
  account: Account,
  bucket: string,
  jurisdiction: string,
  host: string,
  options: CloudflareApiOptions,
): Promise<boolean> {
  const api = await account.api(options);
  const path = `/accounts/${api.accountId}/r2/buckets/${bucket}/domains/custom/${host}`;
  return (await api.get(path, { headers: { "cf-r2-jurisdiction": jurisdiction } })).ok;
}
