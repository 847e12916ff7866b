/** A list that is not whole is unknown: what it lacks must not count as missing. */
import { expect, test } from "bun:test";
import { HostLists } from "../../../ts/cloudflare/hosts.ts";

const PACK = { id: "1", type: "advanced", hosts: ["a.example.com"] };

function listing(result: unknown, total?: number) {
  const info = total === undefined ? {} : { result_info: { total_count: total } };
  const api = {
    accountId: "acc",
    get: async () => Response.json({ success: true, result, ...info }),
  };
  const unread: string[] = [];
  const lists = new HostLists(
    async () => api,
    (what, error) => void unread.push(`${what}: ${(error as Error).message}`),
  );
  return { lists, unread };
}

test.each([
  [undefined, [PACK]],
  [1, [PACK]],
  [2, undefined],
])("certificates, of which the answer says that there are %p", async (total, packs) => {
  const { lists, unread } = listing([PACK], total);
  expect(await lists.certificates("zone", {})).toEqual(packs);
  expect(unread).toEqual(packs ? [] : ["certificates: it is cut short"]);
});

test.each([
  [null, "it has no items"],
  [[null], "an item lacks a field"],
  [[{ id: "1" }], "an item lacks a field"],
])("a list of domains with %p", async (result, why) => {
  const { lists, unread } = listing(result);
  expect(await lists.domains({})).toBeUndefined();
  expect(await lists.domains({})).toBeUndefined();
  expect(unread).toEqual([`domains: ${why}`]);
});

test.each([
  ["zones", 50, (lists: HostLists) => lists.zones({})],
  ["records", 1000, (lists: HostLists) => lists.records("zone", {})],
] as const)("all pages of %s are read, %d at a time", async (_, size, read) => {
  const all = Array.from({ length: size * 2 + 1 }, (_, at) => {
    return { id: `${at}`, name: `${at}.example.com`, type: "A", status: "active" };
  });
  const asked: number[] = [];
  const api = {
    accountId: "acc",
    get: async (path: string) => {
      const query = new URL(path, "https://api").searchParams;
      const [page, per] = [Number(query.get("page")), Number(query.get("per_page"))];
      asked.push(per);
      return Response.json({ success: true, result: all.slice((page - 1) * per, page * per) });
    },
  };
  const lists = new HostLists(
    async () => api,
    () => {},
  );
  expect((await read(lists))?.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
  expect(asked).toEqual([size, size, size]);
});
