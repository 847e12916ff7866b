/** A list that is not whole is unknown: what it lacks must not count as missing. */
import { expect, test } from "bun:test";
import { HostLists } from "../../../ts/cloudflare/hosts.ts";

function listing(total: number | undefined) {
  const body = { success: true, result: [{ hosts: ["a.example.com"] }] };
  const info = total === undefined ? {} : { result_info: { total_count: total } };
  const api = { get: async () => Response.json({ ...body, ...info }) };
  return new HostLists(
    async () => api as never,
    () => {},
  );
}

test.each([
  [undefined, ["a.example.com"]],
  [1, ["a.example.com"]],
  [2, undefined],
])("certificates, of which the answer says that there are %p", async (total, hosts) => {
  expect(await listing(total).certificates("zone", {})).toEqual(hosts);
});
