// Asks which Worker answers at the hostnames of each stage.
import { check, dim, say, table, timed } from "./print.mjs";

const BASE = "shop.example.com";
const PAGES = ["", "orders/1"];

const hostOf = (stage) => (stage === "prod" ? BASE : `shop-${stage}.example.com`);

/** Shows what a request to each stage meets; `gone` is destroyed. */
export async function hostsOf(account, stages, gone) {
  const visits = stages.flatMap((stage) => PAGES.map((page) => ({ stage, page })));
  const met = await Promise.all(
    visits.map(async ({ stage, page }) => {
      const url = `https://${hostOf(stage)}/${page}`;
      return { stage, url, ...(await account.meet(url)) };
    }),
  );
  const leads = ({ script }) => script ?? { text: "nothing", paint: dim };
  const kind = ({ by }) => (by === undefined ? "" : by.includes("/") ? "its route" : "its domain");
  const rows = met.map((one) => [one.url, leads(one), kind(one)]);
  table([["a request to", "meets", "by"], ...rows]);
  const isOwn = ({ stage, script, dns, tls }) =>
    stage === gone ? script === undefined : script === `shop-${stage}` && dns && tls;
  check(met.every(isOwn), "each hostname leads to the Worker of its own stage");
}

/** Has a stage ask for the hostname of production, as Alchemy alone would give it. */
export async function refuseTakeover(account, shop, stage) {
  const before = await account.meet(`https://${BASE}/`);
  const more = `await (await import("alchemy/cloudflare")).CustomDomain("theirs", {
  name: "${BASE}", workerName: worker.name, overrideExistingOrigin: true });`;
  const output = await timed(`Deploy ${stage} with the hostname of prod, and --adopt`, () =>
    shop.refused(stage, more),
  );
  say(`${/^BlockError: (.*)$/m.exec(output)?.[1] ?? "It was deployed."}\n`);
  check(output.includes('code: "hostname-taken"'), "it is refused");
  const after = await account.meet(`https://${BASE}/`);
  check(JSON.stringify(after) === JSON.stringify(before), `${BASE} leads to ${before.script}`);
}
